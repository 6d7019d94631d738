import ChatCore
import ChatEvaluation

/// Looks into a turn: what its reply cost, how sure it is, what else could have been said, and what the state
/// still held of earlier turns. Everything is computed anew from the states.
struct TurnLook: Sendable {
    /// Alternatives told of each character.
    static let oddsCount = 12

    let turn: Turn
    let ticket: Ticket

    /// - Throws: `RequestError.timeOver`, `SessionError`.
    func object(
        _ session: Session, _ generator: ReplyGenerator, id: String, withMemory: Bool
    ) throws -> TurnObject {
        let before = try session.state(beforeTurn: turn.number) ?? generator.freshState
        var state = before
        let cost = Surprisal.reply(
            turn.reply, to: turn.user, state: &state, generator: generator)
        let curve = generator.model.certainty
        let certainty = curve?.certainty(bits: cost.bits, weakest: cost.weakest)
        var object = TurnObject(
            id: id, number: turn.number, user: turn.user, reply: turn.reply, bits: cost.bits,
            weakest_bits: cost.weakest, certainty: OrNull(certainty),
            is_unsure: certainty.flatMap { curve?.isUnsure($0) } ?? false,
            characters: characters(from: before, generator))
        if withMemory { object.memory = try memory(session, generator) }
        return object
    }

    private func characters(
        from before: RecurrentState, _ generator: ReplyGenerator
    ) -> [TurnObject.Character] {
        let alphabet = generator.model.alphabet
        var state = before
        var logits: [Float] = []
        for symbol in generator.opening(turn.user) {
            generator.engine.step(symbol, state: &state, logits: &logits)
        }
        var result: [TurnObject.Character] = []
        for scalar in Normalization.nfc(turn.reply).unicodeScalars {
            var (bits, odds) = (0.0, [TurnObject.Odds]())
            for symbol in alphabet.encode(String(scalar)) {
                bits += Surprisal.bits(logits, of: symbol)
                if odds.isEmpty { odds = self.odds(logits, alphabet) }
                generator.engine.step(symbol, state: &state, logits: &logits)
            }
            result.append(TurnObject.Character(text: String(scalar), bits: bits, odds: odds))
        }
        return result
    }

    private func odds(_ logits: [Float], _ alphabet: Alphabet) -> [TurnObject.Odds] {
        let probabilities = Surprisal.probabilities(logits)
        let order = probabilities.indices.sorted {
            probabilities[$0] != probabilities[$1]
                ? probabilities[$0] > probabilities[$1] : $0 < $1
        }
        return order.prefix(Self.oddsCount).map {
            TurnObject.Odds(
                text: alphabet.decode([Symbol($0)]), probability: probabilities[$0])
        }
    }

    /// The latest turns before this one; each costs the reading of all after it.
    private func memory(
        _ session: Session, _ generator: ReplyGenerator
    ) throws -> [TurnObject.Memory] {
        guard !turn.startsFresh, !turn.stateWasChanged else { return [] }
        var earlier = session.turns.prefix(turn.number - 1).suffix(8)
        // What was said before the state was changed by hand cannot be left out.
        if let changed = earlier.lastIndex(where: \.stateWasChanged) {
            earlier = earlier[changed...]
        }
        guard let first = earlier.first else { return [] }
        let start = try session.state(beforeTurn: first.number) ?? generator.freshState
        let memory = SessionMemory(
            Array(earlier), from: start, question: turn.user, reply: turn.reply,
            generator: generator,
            shouldContinue: { ticket.goesOn })
        guard let memory else { throw RequestError.timeOver }
        return memory.traces.map {
            TurnObject.Memory(turn: $0.number, user: $0.user, bits: $0.bits)
        }
    }
}
