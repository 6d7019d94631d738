/// What a list of events does to a conversation: a tree of steps and the place in it where the
/// conversation stands. Writing, reading, showing, verifying and training all use this one type to
/// decide what an event means.
///
/// Every turn, every clear and every change of the state by hand is a node that knows its parent, so
/// undo moves up, redo comes back, and a reply generated anew is a sibling. Nothing is ever taken out.
package struct TurnTree<Answer: Sendable>: Sendable {
    package enum Event {
        case said(String)
        /// `regenerated`: it replaces the reply before it.
        case replied(Answer, regenerated: Bool)
        /// Takes back that many steps: an unanswered text, turns, clears and surgeries, latest first.
        case undid(Int)
        case redid(Int)
        case cleared
        /// The state is that after a turn of the conversation as it stands, counted from 1.
        case took(turn: Int)
        /// What a head remembers is nothing; both count from 1.
        case silenced(layer: Int, head: Int)
        /// The state is one from outside.
        case given([Float])
        /// The place where the conversation stands gets a name.
        case marked(String)
        /// It continues from the place of that name; the place where it stood is marked `elsewhere`.
        case wentBack(String)
        /// It does not change what was said.
        case aside
    }

    package struct Node: Sendable {
        package enum Kind: Sendable {
            /// The beginning; only node 0.
            case root
            case turn(user: String, reply: Answer)
            case clear
            case surgery(StateSurgery)
        }
        package let kind: Kind
        package let parent: Int
        /// Turns from the beginning to here.
        package let turnCount: Int
        /// Steps (turns, clears and surgeries) from the beginning to here.
        package let depth: Int
        /// Index of the event that made it; -1 for the root.
        package let event: Int

        /// The model remembers nothing from above it.
        package var isFresh: Bool {
            switch kind {
            case .root, .clear: true
            case .turn, .surgery: false
            }
        }

        /// The state was changed by hand.
        package var isSurgery: Bool {
            if case .surgery = kind { return true }
            return false
        }

        fileprivate var isTurn: Bool {
            if case .turn = kind { return true }
            return false
        }
    }

    package private(set) var nodes = [
        Node(kind: .root, parent: 0, turnCount: 0, depth: 0, event: -1)
    ]
    /// Where the conversation stands.
    package private(set) var current = 0
    /// What undo took, the last on top.
    package private(set) var undone: [Int] = []
    /// Said and not answered.
    package private(set) var unanswered: String?
    /// Events applied.
    package private(set) var eventCount = 0
    /// Marked places, by name.
    package private(set) var marks: [String: Int] = [:]

    /// The mark of the place where the conversation stood before it last went back.
    package static var elsewhere: String { "-" }

    package init() {}

    /// Steps that undo can take back.
    package var undoable: Int { nodes[current].depth + (unanswered == nil ? 0 : 1) }

    /// The text that a reply answers, and the node from which it sets out; nil where no such reply can
    /// follow. One that replaces another answers the same text again, so nothing may wait for an answer.
    package func question(regenerated: Bool) -> (from: Int, user: String)? {
        guard regenerated else { return unanswered.map { (current, $0) } }
        guard unanswered == nil, case .turn(let user, _) = nodes[current].kind else { return nil }
        return (nodes[current].parent, user)
    }

    /// The node of turn `number` of the conversation as it stands; 0 is the beginning.
    package func node(ofTurn number: Int) -> Int? {
        guard (0...nodes[current].turnCount).contains(number) else { return nil }
        guard number > 0 else { return 0 }
        var place = current
        while nodes[place].turnCount > number || !nodes[place].isTurn {
            place = nodes[place].parent
        }
        return place
    }

    /// Applies the next event. Constant cost, save where it goes far back.
    /// - Throws: `ImpossibleEvent` for one that cannot follow those before it; nothing has changed then.
    package mutating func apply(_ event: Event) throws {
        switch event {
        case .said(let text): unanswered = text
        case .replied(let reply, let regenerated):
            guard let question = question(regenerated: regenerated) else {
                throw ImpossibleEvent(
                    what: !regenerated
                        ? "it is a reply to nothing"
                        : unanswered == nil
                            ? "it replaces a reply where there is none"
                            : "it replaces a reply while something waits for an answer")
            }
            grow(.turn(user: question.user, reply: reply), from: question.from)
        case .undid(let count):
            guard count >= 1, count <= undoable else {
                throw ImpossibleEvent(what: "it undoes \(count) of \(undoable) steps")
            }
            let steps = unanswered == nil ? count : count - 1
            unanswered = nil
            for _ in 0..<steps {
                undone.append(current)
                current = nodes[current].parent
            }
        case .redid(let count):
            guard count >= 1, count <= undone.count else {
                throw ImpossibleEvent(what: "it redoes \(count) of \(undone.count) steps")
            }
            unanswered = nil
            for _ in 0..<count { current = undone.removeLast() }
        case .cleared: grow(.clear, from: current)
        case .took(let turn):
            guard turn > 0, let source = node(ofTurn: turn) else {
                throw ImpossibleEvent(
                    what: "it takes the state after turn \(turn) of \(nodes[current].turnCount)")
            }
            grow(.surgery(.taken(node: source)), from: current)
        case .silenced(let layer, let head):
            grow(.surgery(.silenced(layer: layer, head: head)), from: current)
        case .given(let values): grow(.surgery(.given(values)), from: current)
        case .marked(let name): marks[name] = current
        case .wentBack(let name):
            guard let place = marks[name] else {
                throw ImpossibleEvent(what: "it goes back to a mark that was not set")
            }
            marks[Self.elsewhere] = current
            current = place
            undone.removeAll()
            unanswered = nil
        case .aside: break
        }
        eventCount += 1
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
        unanswered = nil
    }

    /// The nodes from the beginning to `node`, without the root.
    package func path(to node: Int) -> [Int] {
        var result: [Int] = []
        var place = node
        while place != 0 {
            result.append(place)
            place = nodes[place].parent
        }
        return result.reversed()
    }
}

/// An event that cannot follow those before it; the words complete "line 7: ".
package struct ImpossibleEvent: Error {
    package let what: String
}

/// What was done to a model's state by hand: a step of a conversation beside turns and clears.
package enum StateSurgery: Sendable, Equatable {
    /// It is the state after an earlier step, a node of the tree.
    case taken(node: Int)
    /// What one head of a layer remembers is nothing; both count from 1.
    case silenced(layer: Int, head: Int)
    /// It comes from outside: [stateSize] values. Whoever knows no model leaves them out.
    case given([Float])
}
