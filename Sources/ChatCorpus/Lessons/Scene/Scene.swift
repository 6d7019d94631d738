/// What a dialogue has said so far of whom: the state that replies are derived from.
struct Scene {
    /// Somebody or something that facts belong to.
    struct Owner {
        /// "me", "the", or the kind of an entity.
        var kind: String
        var relation: EntityLesson.Relation?
        /// As the user types it, once it is known.
        var name: String?
        /// Whether another owner has the same relation, so that only the name tells them apart.
        var isOneOfSeveral = false
    }

    struct Fact {
        var owner: Int
        /// Index of the attribute lesson.
        var attribute: Int
        /// As the user types it; nil where the attribute has no keys.
        var key: String?
        var value: String
        var old: [String] = []
        var turn: Int
        /// The line that told it, where the reply said it back whole: that is then the answer too.
        var said: String?
    }

    /// The user and nobody come first.
    static let me = 0, the = 1
    var owners = [Owner(kind: "me"), Owner(kind: "the")]
    var facts: [Fact] = []
    /// What was forgotten: asked for again, it is not known.
    var forgotten: [Fact] = []
    /// The owner that the last turn spoke of, and the fact that it told or answered.
    var lastOwner: (index: Int, turn: Int)?
    var lastFact: (fact: Fact, turn: Int)?

    func fact(_ owner: Int, _ attribute: Int, _ key: String?) -> Int? {
        facts.firstIndex { $0.owner == owner && $0.attribute == attribute && $0.key == key }
    }
}
