import ChatCore
import Foundation

/// One file of a corpus, recognised: a file of its own, one of a folder, or one that was in an archive.
package struct CorpusPart: Sendable {
    /// Opened when it is read: a folder may have more files than can be open at once.
    package enum Place: Sendable {
        case open(CorpusFile)
        case named(URL, CorpusFile.Stamp)

        package func file() throws -> CorpusFile {
            switch self {
            case .open(let file): return file
            case .named(let url, let stamp):
                let file = try CorpusFile(url)
                guard file.stamp == stamp else { throw CorpusError.changed(file: file.path) }
                return file
            }
        }
    }

    /// What was named: the file, folder or archive.
    let origin: String
    package let place: Place
    /// Bytes of text.
    let size: Int
    package let form: CorpusForm
    let options: CorpusOptions
    /// Names by identifiers, for chats that have them apart.
    var people: [String: String] = [:]

    package var format: CorpusFormat { form.format }

    /// The messages of an exported chat; nil for other forms.
    package func entries() throws -> (any ChatEntryReader)? {
        guard case .chat(let chat) = form else { return nil }
        let file = try place.file()
        switch chat {
        case .kakaoMac, .discordTable: return try ChatTableReader(file, form: chat)
        case .telegram, .discord, .messenger, .messengerSecret, .slack:
            return try ChatJSONReader(file, form: chat, people: people)
        case .signalLines: return SignalLinesReader(file)
        case .signalText: return SignalTextReader(file)
        default: return try ChatTextReader(file, form: chat)
        }
    }

    /// Reads the dialogues from the first.
    /// - Throws: `CorpusError`.
    package func dialogues() throws -> any DialogueReader {
        let reader = try rawDialogues()
        guard let redaction = options.redaction else { return reader }
        return RedactedDialogues(reader, Redactor(redaction))
    }

    private func rawDialogues() throws -> any DialogueReader {
        if let entries = try entries() {
            return ChatDialogues(entries, speaker: options.speaker ?? "")
        }
        let file = try place.file()
        switch form {
        case .table(let delimiter, let isQuoted):
            return try TableReader(
                file, delimiter: delimiter, isQuoted: isQuoted, columns: options.columns)
        case .jsonLines: return RecordLines(file, keepsSystem: options.keepsSystem)
        case .jsonRecords(let isSingle):
            return try RecordArray(file, keepsSystem: options.keepsSystem, isSingle: isSingle)
        case .intents: return try IntentReader(file)
        case .chatterBotYAML: return try ChatterBotCorpus.yaml(file)
        case .chatterBotJSON: return try RecordedConversations(file)
        case .text, .markdown, .html, .epub, .subRip, .chat: return ListedDialogues()
        }
    }

    /// Reads the text from the start.
    /// - Throws: `CorpusError`.
    package func blocks() throws -> any BlockReader {
        let file = try place.file()
        let redactor = options.redaction.map(Redactor.init)
        let change: ((String) -> String?)? =
            switch form {
            case .markdown: PlainLines.markdown()
            case .subRip: PlainLines.subtitles()
            default: nil
            }
        /// What becomes of every line, whatever the form.
        func settled(_ line: String) -> String {
            let line = redactor?.redacted(line) ?? line
            return options.removesSpaces ? SpacelessLine(line).text : line
        }
        let isSettled = redactor != nil || options.removesSpaces
        if form == .html || form == .epub {
            let text = try MarkupText.text(of: file)
            return WholeText(
                isSettled
                    ? text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map { settled(String($0)) }.joined(separator: "\n")
                    : text)
        }
        guard change != nil || isSettled else { return TextBlocks(file) }
        return LineBlocks(file) { line in
            guard let kept = change.map({ $0(line) }) ?? line else { return nil }
            return settled(kept)
        }
    }
}

/// Dialogues with what is private taken out.
private struct RedactedDialogues: DialogueReader {
    private var reader: any DialogueReader
    private let redactor: Redactor

    init(_ reader: any DialogueReader, _ redactor: Redactor) {
        self.reader = reader
        self.redactor = redactor
    }

    var leftOut: CorpusNote.LeftOutCounts { reader.leftOut }
    var shape: String? { reader.shape }

    mutating func next() throws -> Dialogue? { try reader.next().map(redactor.redacted) }
}
