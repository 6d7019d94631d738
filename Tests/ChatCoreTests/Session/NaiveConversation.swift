import ChatCore
import Foundation

/// The naive twin of what a transcript's events mean: a list of steps and a list of what undo took, read
/// from the lines as they stand in the file. Says no where charchat would not have written a line.
struct NaiveConversation {
    struct Turn: Equatable {
        var user: String
        var reply: String
        /// It came to its end.
        var isWhole = true
    }
    enum Refusal: Error {
        case order
        /// A reply that cannot be a generated or imported one, wherever it stands.
        case reply
    }

    /// nil: a clear.
    var steps: [Turn?] = []
    private var taken: [Turn?] = []
    private var marks: [String: [Turn?]] = [:]
    private(set) var unanswered: String?
    private(set) var seed: UInt64
    private(set) var draw: UInt64 = 0
    private(set) var generated = 0

    init(seed: UInt64) { self.seed = seed }

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
                if event != nil { throw Refusal.reply }
            } else {
                let number = (line["draw"] as? NSNumber)?.uint64Value ?? 0
                guard number >= draw else { throw Refusal.reply }
                draw = number + 1
                generated += 1
            }
            if event == "continue", steps.last??.isWhole != false { throw Refusal.reply }
            if event != nil { steps.removeLast() }
            let ending = line["ended"] as? String ?? "complete"
            steps.append(
                Turn(
                    user: user, reply: line["content"] as? String ?? "",
                    isWhole: ending == "complete"))
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
        case (nil, "set"):
            if line["setting"] as? String == "seed" {
                seed = (line["value"] as? NSNumber)?.uint64Value ?? 0
                draw = 0
            }
        default: break
        }
    }
}

/// A transcript written without charchat: its lines chained as they should be, whatever they say.
struct ForeignTranscript {
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
