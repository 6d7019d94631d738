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

    /// Less than this in all is nothing held.
    package static let leastBits = 0.1

    /// The turn that holds the most: its index among the turns and its trace; nil where none holds anything.
    package var strongest: (index: Int, trace: Trace)? {
        guard let index = traces.indices.max(by: { traces[$0].bits < traces[$1].bits }),
            traces[index].bits >= Self.leastBits
        else { return nil }
        return (index, traces[index])
    }

    /// Leaves out one of `turns` after another.
    /// - Parameters:
    ///   - turns: those before the question, the first one first.
    ///   - state: before the first of `turns`.
    ///   - question: what is asked after them, and the reply along which distributions are compared.
    ///   - shouldContinue: asked before each turn; false stops.
    /// - Returns: nil when stopped.
    package init?(
        _ turns: [Turn], from state: RecurrentState, question: String, reply: String,
        generator: ReplyGenerator, shouldContinue: () -> Bool = { true }
    ) {
        self.question = question
        self.reply = reply
        traces = []
        // A cleared context forgets what came before it, whether left out or not.
        let first = turns.lastIndex { $0.startsFresh } ?? turns.startIndex
        let start = turns.isEmpty || !turns[first].startsFresh ? state : generator.freshState
        let held = Array(turns[first...])

        func distributions(_ state: RecurrentState) -> [[Double]] {
            Self.distributions(
                after: question, along: reply, state: state, generator: generator)
        }
        func read(_ turns: some Sequence<Turn>, _ state: inout RecurrentState) {
            for turn in turns { generator.read(user: turn.user, reply: turn.reply, state: &state) }
        }

        var whole = start
        read(held, &whole)
        let known = distributions(whole)
        var before = start
        for (index, turn) in held.enumerated() {
            guard shouldContinue() else { return nil }
            var without = before
            read(held[(index + 1)...], &without)
            let bits = Self.divergence(known, from: distributions(without))
            traces.append(Trace(number: turn.number, user: turn.user, bits: bits))
            read([turn], &before)
        }
    }

    /// The distribution at each symbol of `reply` and at its end, when `question` is asked in `state`.
    package static func distributions(
        after question: String, along reply: String, state: RecurrentState,
        generator: ReplyGenerator
    ) -> [[Double]] {
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

    /// The sum over the symbols, in bits.
    package static func divergence(_ known: [[Double]], from others: [[Double]]) -> Double {
        zip(known, others).reduce(0) { $0 + Surprisal.divergence($1.0, from: $1.1) }
    }
}
