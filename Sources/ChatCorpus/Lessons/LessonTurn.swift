/// One exchange of a generated dialogue, with what a right reply must show.
public struct LessonTurn: Sendable, Equatable {
    /// What a right reply rests on.
    public enum Need: String, Codable, Sendable, CaseIterable {
        case none, world, session, abstain
    }
    public var user: String
    public var reply: String
    public var needs: Need
    /// Regular expressions: a right reply matches one of them.
    public var accept: [String] = []
    /// Regular expressions: a right reply matches none of them.
    public var reject: [String] = []
    /// Turns between telling and recalling; nil where nothing is recalled.
    public var gap: Int?
    /// What the user told in this turn, as typed; the items of a list one by one.
    package var told: [String] = []
    /// The lesson it came from, such as "told dog" or "fact capital".
    public var kind: String
}

/// A generated dialogue.
public struct LessonDialogue: Sendable, Equatable {
    public var course: String
    public var turns: [LessonTurn]
}
