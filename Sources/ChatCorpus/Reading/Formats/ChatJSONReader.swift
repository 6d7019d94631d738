import ChatCore

/// The messages of a chat that was exported as JSON: Telegram, Discord, Messenger, Slack.
struct ChatJSONReader: ChatEntryReader {
    private var pieces: JSONPieces
    private let form: CorpusForm.ChatForm
    private let path: String
    /// Names by the identifiers that messages carry, for Slack.
    private let people: [String: String]
    private var opens = false
    /// Values at the top of the file so far; each is an export of its own.
    private var exports = 0
    /// Messenger writes the newest first: all of a file, the oldest last.
    private var reversed: [ChatEntry]?

    /// The most messages of a file that has to be turned round.
    private static let mostReversed = 1_000_000

    init(_ file: CorpusFile, form: CorpusForm.ChatForm, people: [String: String]) throws {
        self.form = form
        self.people = people
        path = file.path
        let isWhole = form == .telegram
        pieces = try JSONPieces(file) { path in
            path.isEmpty || path == ["messages"]
                || isWhole
                    && [
                        ["chats"], ["chats", "list"], ["chats", "list", "*"],
                        ["chats", "list", "*", "messages"],
                    ].contains(path)
        }
    }

    mutating func next() throws -> ChatEntry? {
        guard form == .messenger || form == .messengerSecret else { return try read() }
        if reversed == nil {
            var all: [ChatEntry] = []
            while var entry = try read() {
                // The file is one chat, and what is read first is its end.
                entry.opens = false
                all.append(entry)
                guard all.count <= Self.mostReversed else {
                    throw CorpusError.form(
                        file: path, problem: "has more than \(Self.mostReversed) messages; part it")
                }
            }
            let isNewestFirst = (all.first?.minutes ?? 0) >= (all.last?.minutes ?? 0)
            reversed = isNewestFirst ? all : all.reversed()
        }
        return reversed?.popLast()
    }

    private mutating func read() throws -> ChatEntry? {
        while let piece = try pieces.next() {
            if pieces.count != exports {
                exports = pieces.count
                opens = true
            }
            // What Telegram writes before the messages of a chat; not every chat has a name.
            if form == .telegram, let key = piece.path.last, ["name", "type", "id"].contains(key) {
                opens = true
            }
            let isMessage =
                form == .slack ? piece.path == ["*"] : piece.path.suffix(2) == ["messages", "*"]
            guard isMessage, piece.bytes.first == UInt8(ascii: "{") else { continue }
            let message: ChatJSONMessage
            do {
                message = try CorpusJSON.decode(ChatJSONMessage.self, from: piece.bytes)
            } catch {
                throw CorpusError.line(
                    file: path, line: piece.line,
                    problem: "is a message that \(CorpusJSON.problem(error))")
            }
            var entry = message.entry(form, people: people)
            entry.line = piece.line
            entry.opens = opens
            opens = false
            return entry
        }
        return nil
    }
}
