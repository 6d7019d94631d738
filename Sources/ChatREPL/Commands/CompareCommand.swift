import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "The same questions to a session, to no session, and to search.",
        discussion: """
            Without a file it plays six turns that show the difference. A transcript (or a session's \
            name) is taken as it was held; a dialogue set is played and scored; of any other text each \
            line is a question, and so is what ends in a question mark. Search says that it found nothing where no entry matches enough of a \
            question.

            Examples:
              charchat compare
              charchat compare "What is the capital of France?"
              charchat compare corpus/heldout/memory-en.jsonl --html memory.html
            """)

    @Argument(
        help: ArgumentHelp(
            "A transcript, a session's name, a dialogue set, a text with one question a line, or - for standard input.",
            valueName: "FILE"),
        completion: CompletedNames.transcripts)
    var file: String?

    @OptionGroup var model: ModelOption
    @OptionGroup var search: SearchOptions

    @Flag(help: "The six turns in Korean.")
    var korean = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp("Write a page for a browser.", valueName: "FILE"), completion: .file())
    var html: String?

    func validate() throws {
        if korean, file != nil {
            throw ValidationError(phrase("--korean is for the built-in turns; leave out the file."))
        }
    }

    func run() throws {
        let file = try file.map { $0 == "-" ? try StandardInput.url($0).path : $0 }
        Signals.install(suspend: false)
        let environment = ProcessInfo.processInfo.environment
        let interrupts = SignalInterrupts(interruptEnds: true)
        let source = try source(file, environment)
        let chatModel = try model.load()
        if case .transcript(let transcript) = source, transcript.model != chatModel.hash {
            throw ReplayError.otherModel(
                path: transcript.path, recorded: transcript.model, given: chatModel.hash)
        }
        let comparer = Comparer(
            generator: ReplyGenerator(model: chatModel),
            search: try search.open(interrupts: interrupts))
        let comparison: Comparison?
        let shouldContinue = { !interrupts.shouldStop() }
        switch source {
        case .dialogues(let set):
            comparison = try comparer.compare(set, shouldContinue: shouldContinue)
        case .transcript(let transcript):
            comparison = try comparer.compare(
                transcript.turns,
                id: URL(fileURLWithPath: transcript.path).lastPathComponent,
                shouldContinue: shouldContinue)
        case .questions(let questions, let name):
            comparison = try comparer.compare(
                questions: questions, id: name, shouldContinue: shouldContinue)
        }
        guard let comparison else {
            throw interrupts.exitCode
        }
        try show(comparison, chatModel, environment)
    }

    private func show(
        _ comparison: Comparison, _ chatModel: ChatModel, _ environment: [String: String]
    ) throws {
        if let html {
            let shape = ModelText.shape(chatModel.network.configuration)
            let count = ModelText.grouped(chatModel.network.configuration.parameterCount)
            try NewFile.write(
                ComparisonPage.html(
                    comparison, model: "\(shape), \(phrase("%@ parameters", count))"),
                to: URL(fileURLWithPath: html))
            try? Output.error.tell(phrase("Wrote %@.", VisibleText.oneLine(html)))
            if !json { return }
        }
        do {
            if json {
                try Output.standard.writeLine(try JSONText.line(comparison))
            } else {
                let style = Style(
                    isTerminal: Output.standard.isTerminal, environment: environment)
                try Output.standard.writeLine(
                    ComparisonText(style: style, width: TerminalSize.columns()).text(comparison))
            }
        } catch OutputError.closed {}
    }

    // MARK: - What is compared

    private enum Source {
        case dialogues(DialogueSet)
        case transcript(Transcript)
        case questions([String], name: String)
    }

    private func source(_ file: String?, _ environment: [String: String]) throws -> Source {
        guard let file else {
            return .dialogues(korean ? BuiltInConversation.korean : BuiltInConversation.english)
        }
        let url = URL(fileURLWithPath: file)
        try RereadFile.check(url)
        let head = FileHandle(forReadingAtPath: url.path).flatMap { handle -> Data? in
            defer { try? handle.close() }
            // An empty file has nil to read.
            do { return try handle.read(upToCount: 4_096) ?? Data() } catch { return nil }
        }
        guard let head else {
            if isQuestion(file) { return .questions([file], name: "question") }
            return .transcript(try TranscriptArgument.read(file, environment: environment))
        }
        let start = ByteOrderMark.dropped(from: [UInt8](head)[...])
        let line = String(decoding: start.prefix { $0 != 0x0A }, as: UTF8.self)
        if line.hasPrefix("{") {
            // What is said in a dialogue set may hold the word too.
            if line.prefixMatch(of: /\{\s*"charchat"\s*:/) != nil {
                return .transcript(try TranscriptArgument.read(file, environment: environment))
            }
            return .dialogues(try DialogueSet(file: url))
        }
        let questions = try CorpusQuestions.read(url, encoding: search.encoding)
        return .questions(questions, name: url.lastPathComponent)
    }

    /// Whether what stands for a file is a question itself.
    private func isQuestion(_ text: String) -> Bool {
        text.trimmed.hasSuffix("?") && text.utf8.count <= MessageLimit.byteCount
    }
}

/// The lines of a text as questions.
enum CorpusQuestions {
    /// Most lines taken.
    static let limit = 1_000

    /// - Parameter encoding: of a file that is not UTF-8.
    /// - Throws: `StorageError` for a file that cannot be read; `CommandFailure` for one without a line, or with
    ///   too much; `CorpusError` for one that is not in that encoding.
    static func read(_ url: URL, encoding: String? = nil) throws -> [String] {
        let shown = VisibleText.oneLine(url.path)
        func tooMuch() -> CommandFailure {
            CommandFailure(
                phrase(
                    "%@ holds more than %@ questions, or one of more than %@ bytes; give fewer and shorter ones",
                    shown, limit, MessageLimit.byteCount))
        }
        let text: [String]
        do {
            text = try all(url, encoding)
        } catch StorageError.tooLarge {
            throw tooMuch()
        }
        let lines = text.map { $0.trimmed }.filter { !$0.isEmpty }
        guard !lines.isEmpty else {
            throw CommandFailure(
                phrase("%@ holds no question; write one on each line", shown))
        }
        guard lines.count <= limit, lines.allSatisfy({ $0.utf8.count <= MessageLimit.byteCount })
        else { throw tooMuch() }
        return lines
    }

    private static func all(_ url: URL, _ encoding: String?) throws -> [String] {
        if let encoding {
            var options = CorpusOptions()
            options.encoding = encoding
            options.isPlain = true
            return try TextLines.read(url, options, for: "compare")
        }
        let data = try readFile(url, limit: limit * MessageLimit.byteCount)
        if let offset = UTF8Offset.firstInvalid(data) {
            throw CorpusError.invalidUTF8(
                file: VisibleText.oneLine(url.path), byteOffset: offset,
                guess: EncodingGuess.guess(data))
        }
        let text = String(decoding: ByteOrderMark.dropped(from: [UInt8](data)[...]), as: UTF8.self)
        return LineEnds.split(text)
    }
}
