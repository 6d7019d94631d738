import ChatCore
import Foundation

/// The naive twin of what a transcript's events mean: a list of steps and a list of what undo took, read
/// from the lines as they stand in the file. Says no where charchat would not have written a line.
struct NaiveConversation {
    struct Turn: Equatable {
        var user: String
        var reply: String
        /// `ReplyEnding`, as it stands in the file.
        var ending = "complete"
        /// It came to its end.
        var isWhole: Bool { ending == "complete" }
        /// It can go on.
        var isCut: Bool { ending == "limit" || ending == "interrupted" }
    }
    enum Refusal: Error {
        case order
        /// What it says cannot be, wherever it stands; training does not look at that.
        case content
    }

    /// nil: a clear.
    var steps: [Turn?] = []
    private var taken: [Turn?] = []
    private var marks: [String: [Turn?]] = [:]
    private(set) var unanswered: String?
    private(set) var settings: SessionSettings
    private(set) var draw: UInt64 = 0
    private(set) var generated = 0

    init(_ settings: SessionSettings) { self.settings = settings }

    var turns: [Turn] { steps.compactMap { $0 } }
    /// What training learns from: the turns between two clears, whole ones only.
    var dialogues: [[Turn]] {
        steps.split { $0 == nil }.map { $0.compactMap { $0 }.filter(\.isWhole) }.filter {
            !$0.isEmpty
        }
    }
    /// The turns that the model knows when it answers.
    func known(regenerated: Bool) -> [Turn] {
        let before = regenerated ? steps.dropLast() : steps[...]
        let start = before.lastIndex { $0 == nil }.map { $0 + 1 } ?? 0
        return before[start...].compactMap { $0 }
    }
    func question(regenerated: Bool) -> String? {
        regenerated ? (unanswered == nil ? steps.last??.user : nil) : unanswered
    }

    mutating func apply(_ line: [String: Any]) throws {
        let count = line["turns"] as? Int ?? 0
        switch (line["role"] as? String, line["event"] as? String) {
        case ("user", nil): unanswered = line["content"] as? String
        case ("assistant", let event):
            guard let user = question(regenerated: event != nil) else { throw Refusal.order }
            if line["origin"] as? String == "imported" {
                if event != nil { throw Refusal.content }
            } else {
                let number = (line["draw"] as? NSNumber)?.uint64Value ?? 0
                guard number >= draw else { throw Refusal.content }
                draw = number + 1
                generated += 1
            }
            if event == "continue", steps.last??.isCut != true { throw Refusal.content }
            if event != nil { steps.removeLast() }
            steps.append(
                Turn(
                    user: user, reply: line["content"] as? String ?? "",
                    ending: line["ended"] as? String ?? "complete"))
            (unanswered, taken) = (nil, [])
        case (nil, "undo"):
            guard count >= 1, count <= steps.count + (unanswered == nil ? 0 : 1) else {
                throw Refusal.order
            }
            for _ in 0..<(unanswered == nil ? count : count - 1) {
                taken.append(steps.removeLast())
            }
            unanswered = nil
        case (nil, "redo"):
            guard count >= 1, count <= taken.count else { throw Refusal.order }
            for _ in 0..<count { steps.append(taken.removeLast()) }
            unanswered = nil
        case (nil, "clear"):
            steps.append(nil)
            (unanswered, taken) = (nil, [])
        case (nil, "mark"): marks[line["name"] as? String ?? ""] = steps
        case (nil, "back"):
            guard let marked = marks[line["name"] as? String ?? ""] else { throw Refusal.order }
            marks["-"] = steps
            (steps, unanswered, taken) = (marked, nil, [])
        case (nil, "set"): try set(line["setting"] as? String, line["value"] as? NSNumber ?? 0)
        case (nil, "fork"):
            let parent = line["parent"] as? [String: Any]
            let hash = parent?["hash"] as? String
            guard hash == ForeignTranscript.lineBefore || hash == line["previous"] as? String,
                parent?["turn"] as? Int == turns.count
            else { throw Refusal.content }
        default: break
        }
    }

    private mutating func set(_ name: String?, _ value: NSNumber) throws {
        switch name {
        case "seed":
            settings.seed = value.uint64Value
            draw = 0
        case "temperature": settings.sampling.temperature = value.doubleValue
        case "top_p": settings.sampling.topP = value.doubleValue
        case "length_limit": settings.lengthLimit = value.intValue
        default: throw Refusal.content
        }
        if (try? settings.validate()) == nil { throw Refusal.content }
    }
}

/// A transcript written without charchat: its lines chained as they should be, whatever they say.
struct ForeignTranscript {
    /// Stands for the hash of the line before, which a fork names.
    static let lineBefore = "the line before"

    private(set) var bytes = Data()
    private var previous: String?

    init(model: ChatModel, settings: SessionSettings) {
        add([
            "charchat": 2, "model": model.hash, "seed": settings.seed,
            "temperature": settings.sampling.temperature, "top_p": settings.sampling.topP,
            "length_limit": settings.lengthLimit,
        ])
    }

    mutating func add(_ fields: [String: Any]) {
        var fields = fields
        if let previous { fields["previous"] = previous }
        if var parent = fields["parent"] as? [String: Any],
            parent["hash"] as? String == Self.lineBefore
        {
            parent["hash"] = previous
            fields["parent"] = parent
        }
        add(
            line: (try? JSONSerialization.data(withJSONObject: fields, options: .sortedKeys))
                ?? Data())
    }

    /// Adds a line as it is, with its hash for the next.
    mutating func add(line: Data) {
        previous = Transcript.hash(ofLine: line)
        bytes += line + Data("\n".utf8)
    }
}
