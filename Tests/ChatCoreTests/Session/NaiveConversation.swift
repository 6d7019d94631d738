import ChatCore
import Foundation

/// The naive twin of what a transcript's events mean: a list of steps and a list of what undo took, read
/// from the lines as they stand in the file. Says no where charchat would not have written a line.
struct NaiveConversation {
    struct Turn: Equatable {
        var user: String
        var reply: String
        /// `FinishReason`, as it stands in the file.
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

    enum Step {
        case turn(Turn)
        case clear
        /// The state is that after that turn.
        case take(Int)
        case silence(layer: Int, head: Int)
        case load([Float])

        var turn: Turn? {
            if case .turn(let turn) = self { return turn }
            return nil
        }
    }

    var steps: [Step] = []
    private var taken: [Step] = []
    private var marks: [String: [Step]] = [:]
    private(set) var unanswered: String?
    private(set) var settings: SessionSettings
    private(set) var draw: UInt64 = 0
    private(set) var generated = 0

    init(_ settings: SessionSettings) { self.settings = settings }

    var turns: [Turn] { steps.compactMap(\.turn) }
    /// What training learns from: the turns between two other steps, whole ones only.
    var dialogues: [[Turn]] {
        steps.split { $0.turn == nil }.map { $0.compactMap(\.turn).filter(\.isWhole) }.filter {
            !$0.isEmpty
        }
    }
    /// The state in which the model answers, from the steps alone.
    func state(regenerated: Bool, _ generator: ReplyGenerator) -> RecurrentState {
        Self.state(regenerated ? Array(steps.dropLast()) : steps, generator)
    }
    private static func state(_ steps: [Step], _ generator: ReplyGenerator) -> RecurrentState {
        guard let last = steps.last else { return generator.freshState }
        let before = steps.dropLast()
        var state = generator.freshState
        switch last {
        case .clear: break
        case .load(let values): state.values = values
        case .turn(let turn):
            state = Self.state(Array(before), generator)
            generator.read(user: turn.user, reply: turn.reply, state: &state)
        case .silence(let layer, let head):
            state = Self.state(Array(before), generator)
            state.silence(layer: layer, head: head, of: generator.model.network.configuration)
        case .take(let number):
            let places = steps.indices.filter { steps[$0].turn != nil }
            state = Self.state(Array(steps[...places[number - 1]]), generator)
        }
        return state
    }
    func question(regenerated: Bool) -> String? {
        regenerated ? (unanswered == nil ? steps.last?.turn?.user : nil) : unanswered
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
                if line["stop"] as? Bool == true, line["ended"] as? String != "interrupted" {
                    throw Refusal.content
                }
                draw = number + 1
                generated += 1
            }
            if event == "continue", steps.last?.turn?.isCut != true { throw Refusal.content }
            if event != nil { steps.removeLast() }
            steps.append(
                .turn(
                    Turn(
                        user: user, reply: line["content"] as? String ?? "",
                        ending: line["ended"] as? String ?? "complete")))
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
            steps.append(.clear)
            (unanswered, taken) = (nil, [])
        case (nil, "take"):
            let turn = line["turn"] as? Int ?? 0
            guard turn >= 1, turn <= turns.count else { throw Refusal.order }
            steps.append(.take(turn))
            (unanswered, taken) = (nil, [])
        case (nil, "silence"):
            steps.append(
                .silence(layer: line["layer"] as? Int ?? 0, head: line["head"] as? Int ?? 0))
            (unanswered, taken) = (nil, [])
        case (nil, "load"):
            let bytes = Data(base64Encoded: line["state"] as? String ?? "") ?? Data()
            steps.append(.load(stateValues(bytes)))
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

/// Values as a transcript's line has them: 32-bit floats, least significant byte first.
func stateValues(_ bytes: Data) -> [Float] {
    let bytes = [UInt8](bytes)
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
        return Float(bitPattern: bits)
    }
}

func stateBytes(_ floats: [Float]) -> Data {
    Data(floats.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } })
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
