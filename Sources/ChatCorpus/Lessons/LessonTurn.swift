/// One exchange of a generated dialogue, with what a right reply must show.
package struct LessonTurn: Sendable, Equatable {
    /// What a right reply rests on.
    package enum Need: String, Codable, Sendable, CaseIterable {
        case none, world, session, abstain
    }
    package var user: String
    package var reply: String
    package var needs: Need
    /// Regular expressions: a right reply matches one of them.
    package var accept: [String] = []
    /// Regular expressions: a right reply matches none of them.
    package var reject: [String] = []
    /// Turns between telling and recalling; nil where nothing is recalled.
    package var gap: Int?
    /// What the user told in this turn, as typed; the items of a list one by one.
    package var told: [String] = []
    /// Whether the reply is one that nobody should learn to say: a model's slip, after which the talk goes on.
    package var isSpoiled = false
    /// The lesson it came from, such as "told dog" or "fact capital".
    package var kind: String
}

/// A generated dialogue.
package struct LessonDialogue: Sendable, Equatable {
    package var course: String
    package var turns: [LessonTurn]
}
