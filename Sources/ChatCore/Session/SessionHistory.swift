/// What a list of events amounts to: a tree of steps, the place in it where the conversation stands,
/// and the settings in force. A pure value; it knows nothing of models or files.
///
/// Every turn and every clear is a node that knows its parent, so undo moves up, redo comes back, and
/// a reply generated anew is a sibling. Nothing is ever taken out.
struct SessionHistory: Sendable {
    struct Node: Sendable {
        enum Kind: Sendable {
            /// The beginning; only node 0.
            case root
            case turn(user: String, reply: RecordedReply)
            case clear
        }
        let kind: Kind
        let parent: Int
        /// Turns from the beginning to here.
        let turnCount: Int
        /// Steps (turns and clears) from the beginning to here.
        let depth: Int
        /// Index of the event that made it; -1 for the root.
        let event: Int

        /// The model knows nothing of what lies above.
        var isFresh: Bool {
            if case .turn = kind { return false }
            return true
        }
    }

    private(set) var nodes: [Node]
    /// Where the conversation stands.
    private(set) var current = 0
    /// What undo took, the last on top.
    private(set) var undone: [Int] = []
    /// Said and not answered.
    private(set) var unanswered: String?
    private(set) var settings: SessionSettings
    /// The random stream of the next generated reply.
    private(set) var nextDraw: UInt64 = 0
    /// Events applied.
    private(set) var eventCount = 0

    init(settings: SessionSettings) {
        self.settings = settings
        nodes = [Node(kind: .root, parent: 0, turnCount: 0, depth: 0, event: -1)]
    }

    /// An event that cannot follow those before it; the words complete "line 7: ".
    struct Impossible: Error {
        let what: String
    }

    /// Steps that undo can take back.
    var undoable: Int { nodes[current].depth + (unanswered == nil ? 0 : 1) }

    var turnCount: Int { nodes[current].turnCount }

    /// Applies the next event. Constant cost, save for an undo or redo of many steps.
    mutating func apply(_ event: TranscriptEvent) throws {
        switch event {
        case .user(let text): unanswered = text
        case .assistant(let reply): try answer(reply)
        case .system, .fork: break
        case .undo(let count):
            guard (1...Swift.max(undoable, 1)).contains(count), undoable > 0 else {
                throw Impossible(what: "it undoes \(count) of \(undoable) steps")
            }
            var rest = count
            if unanswered != nil {
                unanswered = nil
                rest -= 1
            }
            for _ in 0..<rest {
                undone.append(current)
                current = nodes[current].parent
            }
        case .redo(let count):
            guard count >= 1, count <= undone.count else {
                throw Impossible(what: "it redoes \(count) of \(undone.count) steps")
            }
            unanswered = nil
            for _ in 0..<count { current = undone.removeLast() }
        case .clear:
            unanswered = nil
            grow(.clear, from: current)
        case .set(let change):
            settings.apply(change)
            if case .seed = change { nextDraw = 0 }
        }
        eventCount += 1
    }

    private mutating func answer(_ reply: RecordedReply) throws {
        if reply.regenerated {
            guard case .turn(let user, _) = nodes[current].kind else {
                throw Impossible(what: "it replaces a reply where there is none")
            }
            unanswered = nil
            grow(.turn(user: user, reply: reply), from: nodes[current].parent)
        } else {
            guard let user = unanswered else {
                throw Impossible(what: "it is a reply to nothing")
            }
            unanswered = nil
            grow(.turn(user: user, reply: reply), from: current)
        }
        if reply.origin == .generated { nextDraw = reply.draw &+ 1 }
    }

    private mutating func grow(_ kind: Node.Kind, from parent: Int) {
        var turns = nodes[parent].turnCount
        if case .turn = kind { turns += 1 }
        nodes.append(
            Node(
                kind: kind, parent: parent, turnCount: turns, depth: nodes[parent].depth + 1,
                event: eventCount))
        current = nodes.count - 1
        undone.removeAll()
    }

    /// The nodes from the beginning to `node`, the root left out.
    func path(to node: Int) -> [Int] {
        var result: [Int] = []
        var place = node
        while place != 0 {
            result.append(place)
            place = nodes[place].parent
        }
        return result.reversed()
    }

    /// The conversation as it stands.
    var turns: [Turn] { path(to: current).compactMap(turn(at:)) }

    /// The turn at a node, or nil where it is none.
    func turn(at node: Int) -> Turn? {
        guard case .turn(let user, let reply) = nodes[node].kind else { return nil }
        let parent = nodes[node].parent
        return Turn(
            number: nodes[node].turnCount, user: user, reply: reply.content, ending: reply.ending,
            origin: reply.origin, startsFresh: parent != 0 && nodes[parent].isFresh)
    }

    /// The node of turn `number` of the conversation as it stands; 0 is the beginning.
    func node(ofTurn number: Int) -> Int? {
        guard (0...turnCount).contains(number) else { return nil }
        var place = current
        while nodes[place].turnCount > number || (number > 0 && nodes[place].isFresh) {
            place = nodes[place].parent
        }
        return number == 0 ? 0 : place
    }
}
