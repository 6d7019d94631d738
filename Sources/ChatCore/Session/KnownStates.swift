/// The model that speaks, with those of its states that are already known: gives the state at any step
/// of a history. It must always be given the same history, which only ever grows.
struct KnownStates {
    var generator: ReplyGenerator
    var cache: StateCache

    init(generator: ReplyGenerator) {
        self.generator = generator
        cache = StateCache(stateBytes: generator.freshState.byteCount)
    }

    /// Those of a transcript.
    /// - Parameter snapshots: states by the hash of the line after which they hold.
    init(
        generator: ReplyGenerator, transcript: Transcript, snapshots: [String: RecurrentState]
    ) {
        self.init(generator: generator)
        for (index, node) in transcript.history.nodes.enumerated().dropFirst() {
            if let state = snapshots[transcript.hash(ofEvent: node.event)] {
                cache.insert(state, for: index)
            }
        }
    }

    /// The state at a node: known, or recomputed from the nearest known one above it. The cost is that
    /// of the turns in between, whatever the length of the conversation.
    mutating func state(at node: Int, of history: SessionHistory) -> RecurrentState {
        state(at: node, of: history, while: { true }) ?? generator.freshState
    }

    /// The same; nil when `shouldContinue`, asked now and then, stopped it.
    mutating func state(
        at node: Int, of history: SessionHistory, while shouldContinue: () -> Bool
    ) -> RecurrentState? {
        var missing: [Int] = []
        var place = node
        var state = generator.freshState
        while !history.nodes[place].isFresh {
            if let known = cache[place] {
                state = known
                break
            }
            missing.append(place)
            if case .surgery(.given) = history.nodes[place].kind { break }
            place = history.source(of: place)
        }
        for place in missing.reversed() {
            switch history.nodes[place].kind {
            case .turn(let user, let reply):
                guard shouldContinue(),
                    generator.read(
                        user: user, reply: reply.content, state: &state, while: shouldContinue)
                else { return nil }
            case .surgery(let surgery): apply(surgery, to: &state)
            case .root, .clear: continue
            }
            cache.insert(state, for: place)
        }
        return state
    }

    /// - Parameter state: after the step that the surgery sets out from (`SessionHistory.source`).
    private func apply(_ surgery: StateSurgery, to state: inout RecurrentState) {
        let configuration = generator.model.network.configuration
        switch surgery {
        case .taken: break
        case .silenced(let layer, let head):
            state.silence(layer: layer, head: head, of: configuration)
        case .given(let values):
            // `Transcript.checkStates` has refused what does not fit.
            let given = try? RecurrentState(values: values, configuration: configuration)
            state = given ?? generator.freshState
        }
    }

    /// Generates the reply that may follow in `history`, which is not changed: the reply and the state
    /// after it; nil when there is nothing to answer, or when `emit` stopped it before its first
    /// character.
    /// - Parameters:
    ///   - regenerated: it replaces the last reply.
    ///   - continued: it goes on with the last reply, which was cut off.
    ///   - draw: the seed's random stream that it is drawn from.
    ///   - stops: texts before which it ends, as if it had been interrupted there.
    mutating func generate(
        in history: SessionHistory, regenerated: Bool, continued: Bool = false, draw: UInt64,
        lengthLimit: Int, stops: [String] = [], emit: (String) -> Bool
    ) -> (reply: Reply, state: RecurrentState)? {
        guard let question = history.question(regenerated: regenerated || continued),
            var state = state(at: question.from, of: history, while: { emit("") })
        else { return nil }
        var random = RandomStream(seed: history.settings.seed, branch: draw)
        let reply = generator.reply(
            to: question.user, after: continued ? history.cutReply?.content ?? "" : "",
            state: &state, random: &random,
            settings: history.settings.sampling, lengthLimit: lengthLimit,
            rule: history.settings.rule, stops: stops, emit: emit)
        return reply.map { ($0, state) }
    }
}
