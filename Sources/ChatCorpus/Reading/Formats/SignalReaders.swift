import ChatCore

/// Signal's messages as the desktop's exporters write them: a head of fields, an empty line, the text.
struct SignalTextReader: ChatEntryReader {
    private var lines: CorpusLines
    private var waiting: ChatEntry?
    private var isHead = true
    private var wasEmpty = true
    private var isDone = false

    init(_ file: CorpusFile) { lines = CorpusLines(file) }

    mutating func next() throws -> ChatEntry? {
        while !isDone {
            guard let line = try lines.next() else {
                isDone = true
                break
            }
            defer { wasEmpty = line.text.isEmpty }
            if wasEmpty, line.text.hasPrefix("From: ") {
                isHead = true
                let name = line.text.dropFirst(6).split(separator: " (+").first ?? ""
                defer {
                    waiting = ChatEntry(
                        sender: String(name).trimmed, minutes: nil, text: "", line: line.number)
                }
                if let waiting { return waiting }
                continue
            }
            guard waiting != nil else { continue }
            if isHead {
                if line.text.isEmpty { isHead = false }
                if line.text.hasPrefix("Sent: ") {
                    waiting?.minutes = ChatStamp.minutes(String(line.text.dropFirst(6)))
                }
                continue
            }
            guard let text = waiting?.text, text.utf8.count + line.text.utf8.count < 1 << 20 else {
                continue
            }
            waiting?.text = text.isEmpty ? line.text : "\(text)\n\(line.text)"
        }
        let last = waiting
        waiting = nil
        return last
    }
}

/// Signal's messages as JSON, one a line.
struct SignalLinesReader: ChatEntryReader {
    private struct Line: Decodable {
        var date: String?
        var sender: String?
        var body: String?
        var call: Bool?
    }

    private var lines: CorpusLines

    init(_ file: CorpusFile) { lines = CorpusLines(file, isJSON: true) }

    mutating func next() throws -> ChatEntry? {
        while let line = try lines.next() {
            if line.text.trimmed.isEmpty { continue }
            do {
                let message = try CorpusJSON.decode(Line.self, from: line.text.utf8)
                return ChatEntry(
                    sender: message.call == true ? nil : message.sender,
                    minutes: ChatStamp.minutes(message.date), text: message.body ?? "",
                    line: line.number)
            } catch {
                throw CorpusError.line(
                    file: lines.file.path, line: line.number, problem: CorpusJSON.problem(error))
            }
        }
        return nil
    }
}

/// What signal-export writes into the Markdown of a message beside what was said.
enum SignalMarks {
    /// The text without quotations (`> …`), reactions (`(- Ann: 👍 -)`), stickers (`(( 👍 ))`), attachments
    /// (`![a.jpg](./media/a.jpg)`) and the mark of a deleted message.
    static func removed(from text: String) -> String {
        if text.trimmed == "(This message was deleted)" { return "" }
        let said =
            text.contains("](")
            ? text.replacing(/!?\[[^\]\n]*\]\(\.\.?\/[^)\n]*\)/, with: "") : text
        let lines = said.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmed)
        return lines.filter { line in
            !line.hasPrefix("> ") && !(line.hasPrefix("(- ") && line.hasSuffix(" -)"))
                && !(line.hasPrefix("(( ") && line.hasSuffix(" ))"))
        }.joined(separator: "\n").trimmed
    }
}
