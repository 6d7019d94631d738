/// One exchange as it stands in the conversation.
public struct Turn: Sendable, Equatable {
    /// Where a reply comes from.
    public enum Origin: String, Sendable, Equatable, Codable {
        /// Said by the model here; a replay can make it again.
        case generated
        /// Brought in from another file.
        case imported
    }

    /// Counted from 1 along the conversation as it stands; undone turns do not count.
    public let number: Int
    /// What the user said.
    public let user: String
    /// What was replied.
    public let reply: String
    /// Why the reply ended.
    public let finishReason: FinishReason
    /// Where the reply comes from.
    public let origin: Origin
    /// The context was cleared just before this turn: the model knew nothing of the turns above.
    public let startsFresh: Bool
    /// The model's state was changed by hand just before this turn: it does not follow from the turns above
    /// alone.
    public let stateWasChanged: Bool
    /// It counts as interrupted because a text came before which replies were to end.
    public let endedByStop: Bool

    package init(
        number: Int, user: String, reply: String, finishReason: FinishReason, origin: Origin,
        startsFresh: Bool, stateWasChanged: Bool = false, endedByStop: Bool = false
    ) {
        self.number = number
        self.user = user
        self.reply = reply
        self.finishReason = finishReason
        self.origin = origin
        self.startsFresh = startsFresh
        self.stateWasChanged = stateWasChanged
        self.endedByStop = endedByStop
    }
}
