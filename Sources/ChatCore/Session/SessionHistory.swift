/// What the events of a session amount to: the turns (`TurnTree`), the settings in force and the random
/// stream of the next reply. A pure value; it knows nothing of models or files.
struct SessionHistory: Sendable {
    typealias Node = TurnTree<RecordedReply>.Node

    private var tree = TurnTree<RecordedReply>()
    private(set) var settings: SessionSettings
    /// The random stream of the next generated reply.
    private(set) var nextDraw: UInt64 = 0
    /// Events before which random streams were skipped: a reply made with one of them was never written.
    private(set) var skippedDraws: [Int] = []

    init(settings: SessionSettings) { self.settings = settings }

    var nodes: [Node] { tree.nodes }
    /// Where the conversation stands.
    var current: Int { tree.current }
    /// What undo took, the last on top.
    var undone: [Int] { tree.undone }
    /// Said and not answered.
    var unanswered: String? { tree.unanswered }
    /// Events applied.
    var eventCount: Int { tree.eventCount }
    /// Steps that undo can take back.
    var undoable: Int { tree.undoable }
    var turnCount: Int { nodes[current].turnCount }

    /// What a reply answers and from where: `TurnTree.question`.
    func question(regenerated: Bool) -> (from: Int, user: String)? {
        tree.question(regenerated: regenerated)
    }

    /// Marked places, by name.
    var marks: [String: Int] { tree.marks }

    /// The last reply, where it was cut off and nothing waits for an answer.
    var cutReply: RecordedReply? {
        guard unanswered == nil, case .turn(_, let reply) = nodes[current].kind,
            [.limit, .interrupted].contains(reply.finishReason)
        else { return nil }
        return reply
    }

    /// Applies the next event. Constant cost, save where it goes far back.
    /// - Throws: `ImpossibleEvent` for what no session would write there; nothing has changed then.
    mutating func apply(_ event: TranscriptEvent) throws {
        switch event {
        case .user(let text): try tree.apply(.said(text))
        case .assistant(let reply):
            try check(reply)
            let index = eventCount
            try tree.apply(.replied(reply, regenerated: reply.replaces))
            guard reply.origin == .generated else { return }
            if reply.draw != nextDraw { skippedDraws.append(index) }
            nextDraw = reply.draw &+ 1
        case .undo(let count): try tree.apply(.undid(count))
        case .redo(let count): try tree.apply(.redid(count))
        case .clear: try tree.apply(.cleared)
        case .take(let turn): try tree.apply(.took(turn: turn))
        case .silence(let layer, let head):
            try tree.apply(.silenced(layer: layer, head: head))
        case .load(let given): try tree.apply(.given(given.values))
        case .mark(let name): try tree.apply(.marked(name))
        case .back(let name): try tree.apply(.wentBack(name))
        case .fork(let origin):
            guard origin.turn == turnCount else {
                throw ImpossibleEvent(
                    what:
                        "it forks after turn \(origin.turn), and the conversation has \(turnCount)")
            }
            try tree.apply(.aside)
        case .system, .close: try tree.apply(.aside)
        case .set(let change):
            try tree.apply(.aside)
            settings.apply(change)
            if case .seed = change { nextDraw = 0 }
        }
    }

    /// Refuses what no generated reply can have.
    private func check(_ reply: RecordedReply) throws {
        guard reply.origin == .generated else {
            if reply.replaces {
                throw ImpossibleEvent(what: "an imported reply replaces no other")
            }
            return
        }
        guard reply.draw >= nextDraw else {
            throw ImpossibleEvent(
                what: "its draw is \(reply.draw), and \(nextDraw) is the next that was not used")
        }
        guard reply.finishReason != .repetition || settings.rule == .wellFormed else {
            throw ImpossibleEvent(
                what: "it ended in a repetition, which no reply of a transcript of version 1 does")
        }
        if reply.continued, cutReply == nil {
            throw ImpossibleEvent(what: "it goes on with a reply where none was cut off")
        }
        guard !reply.endedByStop || reply.finishReason == .interrupted else {
            throw ImpossibleEvent(what: "a text ended it, and it is not interrupted")
        }
        guard reply.finishReason != .interrupted || reply.symbolCount ?? 0 > 0 else {
            throw ImpossibleEvent(what: "it is an interrupted reply without symbols")
        }
    }

    /// The nodes from the beginning to `node`, without the root.
    func path(to node: Int) -> [Int] { tree.path(to: node) }

    /// The conversation as it stands.
    var turns: [Turn] { path(to: current).compactMap(turn(at:)) }

    /// The turn at a node, or nil where the node is not a turn.
    func turn(at node: Int) -> Turn? {
        guard case .turn(let user, let reply) = nodes[node].kind else { return nil }
        let parent = nodes[node].parent
        return Turn(
            number: nodes[node].turnCount, user: user, reply: reply.content,
            finishReason: reply.finishReason,
            origin: reply.origin, startsFresh: parent != 0 && nodes[parent].isFresh,
            stateWasChanged: nodes[parent].isSurgery, endedByStop: reply.endedByStop)
    }

    /// The node of turn `number` of the conversation as it stands; 0 is the beginning.
    func node(ofTurn number: Int) -> Int? { tree.node(ofTurn: number) }

    /// The step from whose state that of `node` is made: the one above it, or the one it was taken from.
    func source(of node: Int) -> Int {
        if case .surgery(.taken(let source)) = nodes[node].kind { return source }
        return nodes[node].parent
    }

    /// Events that lead to turn `turn` of the conversation as it stands; nil: all of them.
    /// - Throws: `SessionError.noSuchTurn`.
    func eventCount(upToTurn turn: Int?) throws -> Int {
        guard let turn else { return eventCount }
        guard let node = node(ofTurn: turn) else {
            throw SessionError.noSuchTurn(turn, count: turnCount)
        }
        return nodes[node].event + 1
    }
}
