import Foundation

/// One line of a `.jsonl` corpus: a whole dialogue, or a line of a transcript.
/// Fields that are not named here are ignored.
package struct CorpusLine: Decodable {
    struct RawMessage: Decodable {
        package var role: String?
        package var content: String?
    }

    var messages: [RawMessage]?
    package var charchat: Int?
    package var role: String?
    package var content: String?
    package var event: String?
    /// How a reply of a transcript came to its end.
    package var ended: String?
    /// How many steps an undo or redo takes.
    package var turns: Int?
    /// The turn whose state is taken; in other files it may be anything.
    private var turn: AnyNumber?
    package var takenTurn: Int? { turn?.value }
    /// Of a mark; in other files it may be anything.
    private var name: AnyName?
    package var markName: String? { name?.text }

    private struct AnyNumber: Decodable {
        var value: Int?
        init(from decoder: any Decoder) throws {
            value = try? decoder.singleValueContainer().decode(Int.self)
        }
    }

    private struct AnyName: Decodable {
        var text: String?
        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    /// Reads a line.
    /// - Throws: `CorpusError.line`, whose message never quotes the text.
    package init(_ line: CorpusLines.Line, of path: String) throws {
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
    package func dialogue(line: Int, of path: String) throws -> [Message] {
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
            return Message(role: role, content: LineEnds.asLineFeeds(content))
        }
    }
}
