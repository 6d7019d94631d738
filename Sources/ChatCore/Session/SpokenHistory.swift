/// A history together with the model that speaks: gives the state at every step of it. Holds no file.
struct SpokenHistory {
    let generator: ReplyGenerator
    private(set) var history: SessionHistory
    var cache: StateCache

    init(generator: ReplyGenerator, history: SessionHistory) {
        self.generator = generator
        self.history = history
        cache = StateCache(stateBytes: generator.freshState.byteCount)
    }

    /// Applies an event; `state` is the one after it where the caller knows it.
    mutating func apply(_ event: TranscriptEvent, state: RecurrentState? = nil) throws {
        try history.apply(event)
        if let state, case .assistant = event { cache.insert(state, for: history.current) }
    }

    /// The state at a node: known, or recomputed from the nearest known one above it. The cost is that
    /// of the turns in between, whatever the length of the conversation.
    mutating func state(at node: Int) -> RecurrentState {
        state(at: node, while: { true }) ?? generator.freshState
    }

    /// The same; nil when `goOn`, asked now and then, stopped it.
    private mutating func state(at node: Int, while goOn: () -> Bool) -> RecurrentState? {
        var missing: [Int] = []
        var place = node
        var state = generator.freshState
        while !history.nodes[place].isFresh {
            if let known = cache[place] {
                state = known
                break
            }
            missing.append(place)
            place = history.nodes[place].parent
        }
        for place in missing.reversed() {
            guard case .turn(let user, let reply) = history.nodes[place].kind else { continue }
            guard goOn(),
                generator.read(user: user, reply: reply.content, state: &state, while: goOn)
            else { return nil }
            cache.insert(state, for: place)
        }
        return state
    }

    /// The node from which a reply to `unanswered`, or a regenerated one, sets out, and the text that it
    /// answers; nil when there is nothing to answer.
    func question(regenerating: Bool) -> (from: Int, user: String)? {
        if let user = history.unanswered { return (history.current, user) }
        guard regenerating, case .turn(let user, _) = history.nodes[history.current].kind else {
            return nil
        }
        return (history.nodes[history.current].parent, user)
    }

    /// Generates a reply without applying it: the reply and the state after it, or nil when `emit`
    /// stopped it before its first character.
    mutating func generate(
        to user: String, from node: Int, draw: UInt64, lengthLimit: Int,
        emit: (String) -> Bool
    ) -> (reply: Reply, state: RecurrentState)? {
        guard var state = state(at: node, while: { emit("") }) else { return nil }
        var random = RandomStream(seed: history.settings.seed, branch: draw)
        let reply = generator.reply(
            to: user, state: &state, random: &random, settings: history.settings.sampling,
            lengthLimit: lengthLimit, emit: emit)
        return reply.map { ($0, state) }
    }
}
