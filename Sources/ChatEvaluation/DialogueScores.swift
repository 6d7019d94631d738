import ChatCore

/// The scores of some dialogues of a set, in order.
struct DialogueScores: Sendable {
    private(set) var session: [String: DialogueEvaluation.Score] = [:]
    private(set) var fresh: [String: DialogueEvaluation.Score] = [:]
    private(set) var outcomes = DialogueEvaluation.Outcomes()
    private(set) var gaps: [Int: DialogueEvaluation.Score] = [:]
    private(set) var failures: [DialogueEvaluation.Failure] = []
    /// The probability of each whole reply, and whether it was right, in order: sums of floating-point numbers
    /// depend on theirs.
    private var predictions: [(confidence: Double, isRight: Bool)] = []
    private(set) var tallies = DialogueTallies()
    /// What an "I do not know" looks like in this set.
    private let abstains: [DialoguePattern]

    init(_ set: DialogueSet) { abstains = set.abstentions }

    /// Nil where the responder does not tell how sure it was.
    var calibration: Calibration? {
        predictions.isEmpty
            ? nil
            : predictions.reduce(into: Calibration()) {
                $0.add(confidence: $1.confidence, isRight: $1.isRight)
            }
    }

    /// Scores every turn of a dialogue.
    /// - Parameter control: the state at the end of another dialogue.
    /// - Returns: the state at the end of this one.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    mutating func count<R: DialogueResponder>(
        _ entry: DialogueSet.Entry, _ responder: inout R, control: R.State?
    ) throws -> R.State {
        var state = responder.freshState
        tallies.begin()
        for (index, turn) in entry.turns.enumerated() {
            let before = state
            let reply = responder.reply(to: turn.user, state: &state)
            try count(reply, turn, number: index + 1, of: entry.id)
            // What the session was worth is asked of those replies alone that need it.
            let measured = responder.measure(
                reply, to: turn.user, state: before,
                control: turn.needs == .session ? control : nil)
            if let probability = measured?.probability {
                predictions.append((probability, try turn.isRight(reply)))
            }
            if turn.needs == .session, let part = measured?.worth { tallies.count(part) }
            var empty = responder.freshState
            // The first turn's state is fresh anyway.
            let alone = index == 0 ? reply : responder.reply(to: turn.user, state: &empty)
            let need = turn.needs.rawValue
            let isRight = try turn.isRight(alone)
            fresh[need, default: .init()].count(isRight)
            tallies.count("fresh", need, isRight)
        }
        return state
    }

    private mutating func count(
        _ reply: String, _ turn: DialogueSet.Turn, number: Int, of id: String
    ) throws {
        let isRight = try turn.isRight(reply)
        let need = turn.needs.rawValue
        session[need, default: .init()].count(isRight)
        tallies.count("session", need, isRight)
        if let gap = turn.gap, turn.needs == .session {
            gaps[gap, default: .init()].count(isRight)
        }
        if isRight {
            outcomes.right += 1
            return
        }
        if try abstains.contains(where: { try $0.matches(reply) }) {
            outcomes.honest += 1
        } else {
            outcomes.wrong += 1
        }
        failures.append(
            .init(id: id, turn: number, user: turn.user, reply: reply, needs: turn.needs))
    }

    /// Scores a search over the whole set, and keeps its tallies.
    mutating func search(
        _ set: DialogueSet, by answer: (String) -> String?
    ) throws -> [String: DialogueEvaluation.Score] {
        var scores: [String: DialogueEvaluation.Score] = [:]
        var found = DialogueTallies()
        for entry in set.entries {
            found.begin()
            for turn in entry.turns {
                let isRight = try answer(turn.user).map(turn.isRight) ?? false
                scores[turn.needs.rawValue, default: .init()].count(isRight)
                found.count("search", turn.needs.rawValue, isRight)
            }
        }
        tallies.add(found)
        return scores
    }

    /// Goes on with the scores of the dialogues that follow.
    mutating func append(_ next: DialogueScores) {
        session.merge(next.session) { $0.adding($1) }
        fresh.merge(next.fresh) { $0.adding($1) }
        gaps.merge(next.gaps) { $0.adding($1) }
        outcomes.right += next.outcomes.right
        outcomes.honest += next.outcomes.honest
        outcomes.wrong += next.outcomes.wrong
        failures += next.failures
        predictions += next.predictions
        tallies.append(next.tallies)
    }
}

extension DialogueEvaluation.Score {
    fileprivate func adding(_ other: Self) -> Self {
        .init(right: right + other.right, of: of + other.of)
    }
}
