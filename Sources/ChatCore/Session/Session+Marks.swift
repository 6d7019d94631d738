/// Named places in a conversation.
extension Session {
    /// The names, in order; `-` is where the conversation stood before it last went back.
    public var markNames: [String] { history.marks.keys.sorted() }

    /// Names the place where the conversation stands; a place that had the name loses it.
    /// - Throws: `SessionError.name` for a name that cannot be one, `.nothingSaid`, `.closed`, `.speaking`.
    public func mark(_ name: String) throws {
        try requireOpen()
        guard chain.isBegun else { throw SessionError.nothingSaid }
        record(.mark(try SessionName.checked(name)))
    }

    /// Continues from the place of that name, whatever was said or undone since. Nothing is lost: the
    /// place where the conversation stood is marked `-`, and a reply that another one to the same message
    /// takes the place of is kept.
    /// - Throws: `SessionError.noSuchMark`, `.closed`, `.speaking`.
    public func goBack(to name: String) throws {
        try requireOpen()
        guard let place = history.marks[name] else { throw SessionError.noSuchMark(name) }
        if isOtherReply(place) { try keepReply() }
        record(.back(name))
    }

    /// Whether a node is another reply to the message that was answered last.
    private func isOtherReply(_ node: Int) -> Bool {
        let (here, there) = (history.nodes[history.current], history.nodes[node])
        guard node != history.current, here.parent == there.parent,
            case .turn(let said, _) = here.kind, case .turn(let other, _) = there.kind
        else { return false }
        return said == other
    }

    /// Takes back turn `number` of the conversation and all turns after it. The place where it stood is
    /// marked `-`, so that these turns are not lost when something else is said.
    /// - Returns: what the user said in that turn.
    /// - Throws: `SessionError.noSuchTurn`, `.closed`, `.speaking`.
    @discardableResult
    public func takeBack(fromTurn number: Int) throws -> String {
        try requireOpen()
        guard number > 0, let node = history.node(ofTurn: number),
            case .turn(let user, _) = history.nodes[node].kind
        else { throw SessionError.noSuchTurn(number, count: turnCount) }
        let steps = undoableSteps - history.nodes[history.nodes[node].parent].depth
        record(.mark(TurnTree<RecordedReply>.elsewhere))
        record(.undo(steps))
        return user
    }
}
