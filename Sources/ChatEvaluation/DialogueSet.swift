import ChatCore
import ChatCorpus
import Foundation

/// Dialogues with what a right reply to each turn must show: JSON Lines, one dialogue a line.
public struct DialogueSet: Sendable, Equatable {
    /// One turn: what is said, and how a reply is judged.
    public struct Turn: Sendable, Equatable, Codable {
        /// What is said.
        public var user: String
        /// Regular expressions, case-insensitive, searched anywhere in the reply: one must match ...
        public var accept: [String]
        /// ... and none of these.
        public var reject: [String]
        /// What a right reply rests on.
        package var needs: LessonTurn.Need
        /// Turns between telling and recalling, where something is recalled.
        public var gap: Int?
        /// Where it was read, for what turns out to be wrong with it later; no part of what it is.
        var place = Place()
    }

    /// A line of a file, from 1.
    struct Place: Sendable {
        var file = "dialogues of no file"
        var line = 0
    }

    /// One dialogue, from its first turn to its last.
    public struct Entry: Sendable, Equatable, Codable {
        /// Names the dialogue in failures.
        public var id: String
        /// From the first to the last.
        public var turns: [Turn]
    }

    /// The dialogues, each of which begins with a fresh state.
    public var entries: [Entry]

    /// A set of the given dialogues.
    public init(entries: [Entry]) { self.entries = entries }

    /// Reads a dialogue set.
    /// - Throws: `DialogueSetError` with the line of the first thing that is wrong.
    public init(file: URL) throws {
        let data: Data
        do {
            data = try readFile(file)
        } catch {
            throw DialogueSetError.unreadable(file: file.path)
        }
        try self.init(data: data, name: file.lastPathComponent)
    }

    /// Reads a dialogue set from memory; `name` stands in messages.
    public init(data: Data, name: String) throws {
        entries = []
        let decoder = JSONDecoder()
        for (index, line) in LineEnds.jsonLines(data).enumerated()
        where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            do {
                entries.append(try decoder.decode(Entry.self, from: line))
            } catch {
                throw DialogueSetError.line(
                    file: name, line: index + 1, problem: Self.problem(error))
            }
            let last = entries.count - 1
            for turn in entries[last].turns.indices {
                entries[last].turns[turn].place = Place(file: name, line: index + 1)
            }
            for pattern in entries[last].turns.flatMap({ $0.accept + $0.reject })
            where (try? NSRegularExpression(pattern: pattern)) == nil {
                throw DialogueSetError.line(
                    file: name, line: index + 1, problem: "'\(pattern)' is no regular expression")
            }
        }
        guard !entries.isEmpty else { throw DialogueSetError.empty(file: name) }
    }

    private static func problem(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "'\(context.codingPath.last?.stringValue ?? "it")' is of the wrong type"
        case DecodingError.dataCorrupted(let context)
        where context.codingPath.last?.stringValue == "needs":
            "'needs' must be none, world, session or abstain"
        default: "it is not a JSON object with 'id' and 'turns'"
        }
    }

    /// The set as JSON Lines, keys in a fixed order.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for entry in entries {
            data += try encoder.encode(entry)
            data.append(0x0A)
        }
        return data
    }
}

extension DialogueSet.Turn {
    enum CodingKeys: String, CodingKey { case user, accept, reject, needs, gap }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        user = try values.decode(String.self, forKey: .user)
        accept = try values.decode([String].self, forKey: .accept)
        reject = try values.decodeIfPresent([String].self, forKey: .reject) ?? []
        needs = try values.decode(LessonTurn.Need.self, forKey: .needs)
        gap = try values.decodeIfPresent(Int.self, forKey: .gap)
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.user == right.user && left.accept == right.accept && left.reject == right.reject
            && left.needs == right.needs && left.gap == right.gap
    }

    /// Whether a reply is right.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    public func isRight(_ reply: String) throws -> Bool {
        try patterns(accept).contains { try $0.matches(reply) }
            && !patterns(reject).contains { try $0.matches(reply) }
    }
}

/// What can be wrong with a dialogue set.
public enum DialogueSetError: DescribedError, Sendable, Equatable {
    /// The system cannot read the file.
    case unreadable(file: String)
    /// It holds no dialogue.
    case empty(file: String)
    /// A line, from 1, that is no dialogue; in words.
    case line(file: String, line: Int, problem: String)

    public var description: String {
        switch self {
        case .unreadable(let file): "\(file): cannot be read; check the name"
        case .empty(let file): "\(file): holds no dialogue; one JSON object a line is expected"
        case .line(let file, let line, let problem): "\(file): line \(line): \(problem)"
        }
    }
}
