import Foundation

/// One line of a `.jsonl` corpus: a whole dialogue, or a line of one of charchat's transcripts.
/// Fields that are not named here are ignored.
struct CorpusLine: Decodable {
    struct RawMessage: Decodable {
        var role: String?
        var content: String?
    }

    var messages: [RawMessage]?
    var charchat: Int?
    var role: String?
    var content: String?
    var event: String?
    /// How a reply of a transcript came to its end.
    var ended: String?
    /// How many steps an undo or redo takes.
    var turns: Int?

    /// Reads a line.
    /// - Throws: `CorpusError.line`, which never quotes the text.
    init(_ line: CorpusLines.Line, of path: String) throws {
        func fail(_ problem: String) -> CorpusError {
            .line(file: path, line: line.number, problem: problem)
        }
        guard line.text.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") else {
            throw fail("is not a JSON object")
        }
        do {
            self = try JSONDecoder().decode(CorpusLine.self, from: Data(line.text.utf8))
        } catch DecodingError.typeMismatch(_, let context) {
            let place = context.codingPath.map { key in
                key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
            }
            throw fail("\(place.joined().drop { $0 == "." }) is not of the right type")
        } catch {
            throw fail("is not JSON")
        }
    }

    /// The messages of a dialogue line.
    func dialogue(line: Int, of path: String) throws -> [Message] {
        guard let messages else {
            throw CorpusError.line(
                file: path, line: line,
                problem: #"lacks "messages"; a line is {"messages":[{"role":…,"content":…},…]}"#)
        }
        return try messages.enumerated().map { index, message in
            func fail(_ problem: String) -> CorpusError {
                .line(file: path, line: line, problem: "message \(index + 1) \(problem)")
            }
            guard let name = message.role else { throw fail(#"lacks a "role""#) }
            // "developer" is what newer OpenAI files call their instructions.
            guard let role = name == "developer" ? .system : Role(rawValue: name) else {
                throw fail("has a role other than user, assistant and system")
            }
            guard let content = message.content else { throw fail(#"lacks a "content""#) }
            return Message(role: role, content: Self.withLineFeeds(content))
        }
    }

    /// The text with `\r\n` as `\n`.
    static func withLineFeeds(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}

/// Reads a transcript as a corpus: the conversation as it stood at the end, with every undo, redo,
/// regenerated reply and clear followed. Interrupted replies are left out: nobody should learn to
/// break off. So is a torn last line.
///
/// It does not check the hash chain, and passes over events that it does not know.
enum TranscriptCorpus {
    private enum Step {
        case turn(user: String, reply: String, isWhole: Bool)
        case clear
    }

    /// The lines after the first one.
    static func read(_ lines: inout CorpusLines, of path: String) throws -> [Dialogue] {
        var steps: [Step] = []
        var undone: [Step] = []
        var unanswered: String?
        while let line = try lines.next() {
            if line.text.isEmpty { continue }
            let json: CorpusLine
            do {
                json = try CorpusLine(line, of: path)
            } catch  where !line.isClosed {
                break
            }
            let content = CorpusLine.withLineFeeds(json.content ?? "")
            switch (json.role, json.event) {
            case ("user", _): unanswered = content
            case ("assistant", let event):
                var user = unanswered
                if event == "regenerate", case .turn(let asked, _, _)? = steps.last {
                    user = asked
                    steps.removeLast()
                }
                unanswered = nil
                undone = []
                let isWhole = json.ended == nil || json.ended == "complete"
                steps.append(.turn(user: user ?? "", reply: content, isWhole: isWhole))
            case (_, "undo"):
                var count = max(0, json.turns ?? 1)
                if unanswered != nil, count > 0 { count -= 1 }
                unanswered = nil
                for _ in 0..<min(count, steps.count) { undone.append(steps.removeLast()) }
            case (_, "redo"):
                unanswered = nil
                for _ in 0..<min(max(0, json.turns ?? 1), undone.count) {
                    steps.append(undone.removeLast())
                }
            case (_, "clear"):
                unanswered = nil
                undone = []
                steps.append(.clear)
            default: break
            }
        }
        var dialogues = [Dialogue()]
        for step in steps {
            switch step {
            case .clear: dialogues.append(Dialogue())
            case .turn(_, _, isWhole: false): break
            case .turn(let user, let reply, isWhole: true):
                dialogues[dialogues.count - 1].messages +=
                    [
                        Message(role: .user, content: user),
                        Message(role: .assistant, content: reply),
                    ]
            }
        }
        return dialogues.filter { !$0.messages.isEmpty }
    }
}
