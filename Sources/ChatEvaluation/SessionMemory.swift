import ChatCore

/// What the model still holds: for each earlier turn, how much a reply's distribution changes if that
/// turn is left out. The state is recomputed without the turn; nothing is guessed.
package struct SessionMemory: Sendable, Equatable {
    /// One earlier turn.
    package struct Trace: Sendable, Equatable {
        package var number: Int
        package var user: String
        /// Kullback-Leibler divergence in bits, summed over the reply's symbols: of the distribution
        /// without the turn from the one with it, along the reply as it was said.
        package var bits: Double
    }

    package var question: String
    package var reply: String
    package var traces: [Trace]

    /// Leaves out one of `turns` after another.
    /// - Parameters:
    ///   - turns: those before the question, the first one first.
    ///   - state: before the first of `turns`.
    ///   - question: what is asked after them, and the reply along which distributions are compared.
    ///   - goOn: asked before each turn; false stops.
    /// - Returns: nil when stopped.
    package init?(
        _ turns: [Turn], from state: RecurrentState, question: String, reply: String,
        generator: ReplyGenerator, goOn: () -> Bool = { true }
    ) {
        self.question = question
        self.reply = reply
        traces = []
        // A cleared context forgets what came before it, whether left out or not.
        let first = turns.lastIndex { $0.startsFresh } ?? turns.startIndex
        let start = turns.isEmpty || !turns[first].startsFresh ? state : generator.freshState
        let held = Array(turns[first...])

        func distributions(_ state: RecurrentState) -> [[Double]] {
            var state = state
            var logits = Surprisal.score(
                generator.opening(question), state: &state, generator.engine
            ).logits
            var result = [Surprisal.probabilities(logits)]
            for symbol in generator.model.alphabet.encode(reply) {
                generator.engine.step(symbol, state: &state, logits: &logits)
                result.append(Surprisal.probabilities(logits))
            }
            return result
        }
        func read(_ turns: some Sequence<Turn>, _ state: inout RecurrentState) {
            for turn in turns { generator.read(user: turn.user, reply: turn.reply, state: &state) }
        }

        var whole = start
        read(held, &whole)
        let known = distributions(whole)
        var before = start
        for (index, turn) in held.enumerated() {
            guard goOn() else { return nil }
            var without = before
            read(held[(index + 1)...], &without)
            let bits = zip(known, distributions(without)).reduce(0) {
                $0 + Surprisal.divergence($1.0, from: $1.1)
            }
            traces.append(Trace(number: turn.number, user: turn.user, bits: bits))
            read([turn], &before)
        }
    }
}
