/// What is told of a reply beside its words.
public struct MeasuredReply: Sendable, Equatable {
    /// The probability that the model gave the whole reply, 0 to 1.
    public var probability: Double
    /// The reply in bits with the session, a fresh state and another session's state; nil where there
    /// is no other session yet.
    public var worth: SessionWorth.Part?
}

/// The mean worth of the session, in bits a reply, beside that of another session.
package struct MeanWorth: Sendable, Equatable, Codable {
    /// Replies measured.
    package var replies: Int
    package var session: Double
    package var sessionInterval: Interval?
    /// The same with the state at the end of the dialogue before: what knowing something else is worth.
    package var control: Double
    package var controlInterval: Interval?

    enum CodingKeys: String, CodingKey {
        case replies, session, control
        case sessionInterval = "session_95"
        case controlInterval = "control_95"
    }
}

/// Collects what the bootstrap needs while dialogues are scored: sums by dialogue.
struct DialogueTallies: Sendable {
    private var answers: [String: [String: [Bootstrap.Group]]] = [:]
    private var worths: [Bootstrap.Group] = []
    private var controls: [Bootstrap.Group] = []
    private var dialogues = 0

    /// The next dialogue begins.
    mutating func begin() { dialogues += 1 }

    mutating func count(_ column: String, _ need: String, _ isRight: Bool) {
        add(isRight ? 1 : 0, to: &answers[column, default: [:]][need, default: []])
    }

    mutating func count(_ part: SessionWorth.Part) {
        add(part.worth, to: &worths)
        add(part.controlWorth, to: &controls)
    }

    private func add(_ value: Double, to groups: inout [Bootstrap.Group]) {
        while groups.count < dialogues { groups.append(Bootstrap.Group(sum: 0, count: 0)) }
        groups[groups.count - 1].sum += value
        groups[groups.count - 1].count += 1
    }

    /// Goes on with the dialogues that follow.
    mutating func append(_ next: DialogueTallies) {
        func joined(_ first: [Bootstrap.Group], _ second: [Bootstrap.Group]) -> [Bootstrap.Group] {
            guard !second.isEmpty else { return first }
            let missing = max(0, dialogues - first.count)
            return first + Array(repeating: Bootstrap.Group(sum: 0, count: 0), count: missing)
                + second
        }
        for (column, needs) in next.answers {
            for (need, groups) in needs {
                let before = answers[column]?[need] ?? []
                answers[column, default: [:]][need] = joined(before, groups)
            }
        }
        worths = joined(worths, next.worths)
        controls = joined(controls, next.controls)
        dialogues += next.dialogues
    }

    /// Takes other columns of the same dialogues.
    mutating func add(_ columns: DialogueTallies) {
        answers.merge(columns.answers) { _, new in new }
    }

    var intervals: [String: [String: Interval]] {
        answers.mapValues { $0.compactMapValues { Bootstrap.interval(of: $0) } }
    }

    var worth: MeanWorth? {
        let count = worths.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
        return MeanWorth(
            replies: Int(count), session: worths.reduce(0) { $0 + $1.sum } / count,
            sessionInterval: Bootstrap.interval(of: worths),
            control: controls.reduce(0) { $0 + $1.sum } / count,
            controlInterval: Bootstrap.interval(of: controls))
    }
}
