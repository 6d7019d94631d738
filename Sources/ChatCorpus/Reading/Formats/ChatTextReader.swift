import ChatCore

/// The messages of a chat that was exported as text, a message on one line or several.
struct ChatTextReader: ChatEntryReader {
    private var lines: CorpusLines
    private let grammar: ChatLineGrammar
    private var waiting: ChatEntry?
    /// Midnight of the day, where it stands on a line of its own.
    private var day: Int?
    /// Bytes of one message; what is longer is no message.
    private static let longest = 1 << 20
    private var isDone = false
    /// In Discord's text, whether what follows is no message up to the next empty line.
    private var isAttachment = false

    init(_ file: CorpusFile, form: CorpusForm.ChatForm) throws {
        let start = String(decoding: try file.bytes(at: 0, count: 1 << 16), as: UTF8.self)
        grammar = ChatLineGrammar(
            form: form,
            dayFirst: ChatLineGrammar.isDayFirst(LineEnds.split(start)))
        lines = CorpusLines(file)
    }

    mutating func next() throws -> ChatEntry? {
        guard var entry = try read() else { return nil }
        if grammar.form == .signalMarkdown { entry.text = SignalMarks.removed(from: entry.text) }
        return entry
    }

    private mutating func read() throws -> ChatEntry? {
        while !isDone {
            guard let line = try lines.next() else {
                isDone = true
                break
            }
            switch grammar.read(line.text, number: line.number) {
            case .day(let minutes)?: day = minutes
            case .entry(var entry)?:
                if grammar.form == .kakaoWindows {
                    entry.minutes = day.map { $0 + (entry.minutes ?? 0) }
                }
                isAttachment = false
                defer { waiting = entry }
                if let waiting { return waiting }
            case nil:
                if let notice = continueEntry(line) { return notice }
            }
        }
        defer { waiting = nil }
        return waiting
    }

    /// Takes a line that begins no message: the rest of one, or a notice, which ends it.
    private mutating func continueEntry(_ line: CorpusLines.Line) -> ChatEntry? {
        guard var entry = waiting else { return nil }
        if grammar.form == .kakaoWindows, ChatNoise.isKakaoNotice(line.text) {
            waiting = ChatEntry(
                sender: nil, minutes: entry.minutes, text: line.text, line: line.number)
            return entry
        }
        if grammar.form == .discordText {
            if line.text.hasPrefix("{"), line.text.hasSuffix("}") { isAttachment = true }
            if line.text.hasPrefix("=====") || line.text.hasPrefix("Exported ") {
                isAttachment = true
            }
            if isAttachment || line.text.isEmpty {
                isAttachment = isAttachment && !line.text.isEmpty
                return nil
            }
        }
        guard entry.text.utf8.count + line.text.utf8.count < Self.longest else { return nil }
        entry.text += entry.text.isEmpty ? line.text : "\n" + line.text
        waiting = entry
        return nil
    }
}
