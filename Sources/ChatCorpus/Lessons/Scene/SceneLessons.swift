/// The small world that a course's dialogues may be set in: who and what there can be, what can be said of
/// them, and in which words. `LessonDialogueBuilder` draws acts from it and derives each reply from what
/// was said before.
struct SceneLessons: Sendable {
    /// Dialogues in a hundred that have a scene.
    var share = 0
    /// Told lessons about the user that may stand beside a scene.
    var told: Set<String> = []
    /// How owners are called.
    var references = SceneReferences()
    var entities: [EntityLesson] = []
    var attributes: [AttributeLesson] = []
    var remarks: [RemarkLesson] = []
    var scripts: [ScriptLesson] = []

    /// Phrasings that fit every attribute, by what they are for.
    var lines: [Act: [LessonTemplate]] = [:]
    /// Replies that fit every attribute.
    var replies: [Reply: LessonTemplate] = [:]

    /// What a user does with any fact; the raw values are the keys of a `[scene]` section.
    enum Act: String, Sendable, CaseIterable {
        /// The same attribute of another owner: "And Anna?"
        case also
        /// A new value right after telling or answering: "No, {v}."
        case correct
        /// A frame around a telling that makes it a correction: "Actually, {tell}".
        case restate
        case forget
        /// Everything about the user; about somebody else.
        case sumMe = "sum-me"
        case sum
        /// "How do you know?"
        case how
    }

    /// The raw values are the keys of a `[scene]` section.
    enum Reply: String, Sendable, CaseIterable {
        case corrected, forgotten, yes, no, nobody
        case sumNone = "sum-none"
        case howTold = "how-told"
        case howKnown = "how-known"
    }

    /// The attribute that names its owner.
    static let nameAttribute = "name"
}

/// How the owners of facts are called, in what users type and in replies.
struct SceneReferences: Sendable {
    /// "my {as}", "your {as}".
    var mine: [LessonTemplate] = []
    var yours: LessonTemplate?
    /// "{who}'s".
    var possessive: LessonTemplate?
    /// Somebody known by name, in replies: "{name}".
    var namedReply: LessonTemplate?
    /// The user: as a subject and as an owner, in lines and in replies.
    var me = "", meWhose: [LessonTemplate] = []
    var you = "", youWhose = ""
    /// The owner of things that are nobody's: "the".
    var the = ""
    /// Pronouns by group ("she"): subject and possessive.
    var pronouns: [String: (subject: String, possessive: String)] = [:]
}

/// A kind of person, animal or thing.
struct EntityLesson: Sendable {
    struct Relation: Sendable {
        var word: String
        var plural: String?
        /// "she", "he", "it".
        var pronoun: String
    }
    var kind: String
    var relations: [Relation]
    var names: ValueSource?
    /// Whether it may come by its name alone.
    var isNamedAlone: Bool
    var pair: [LessonTemplate]
    var pairReply: LessonTemplate?
    var askPair: [LessonTemplate]
    var count: [LessonTemplate]
    var counted, countedOne: LessonTemplate?
}

/// Something that can be said of an owner.
struct AttributeLesson: Sendable {
    var name: String
    /// Kinds of owner, among them "me" and "the".
    var owners: Set<String>
    var weight: Int
    var values: [String: ValueSource]
    /// Where keys come from: "my {key} is {v}".
    var key: ValueSource?
    /// Wordings for owners other than the user, and for the user where the grammar differs.
    var others, user: AttributeWording
    var reverse: [LessonTemplate]
    var reversed: LessonTemplate?
    var askShort: [LessonTemplate]

    func wording(me: Bool) -> AttributeWording { me ? user : others }

    /// Where the values of an owner of this kind come from.
    func source(_ kind: String) -> ValueSource? { values[kind] ?? values[""] }
}

/// How an attribute is told, asked and said.
struct AttributeWording: Sendable {
    var tell, clause, ask, check: [LessonTemplate]
    /// The acknowledgement and the answer.
    var say, unknown, topic: LessonTemplate
}

/// Lines about an owner that tell nothing, with the reply that they get.
struct RemarkLesson: Sendable {
    /// The kind of owner; "any" for none.
    var owner: String
    var lines: [LessonTemplate]
    var reply: LessonTemplate
}

/// A little dialogue whose slots stand for the same values throughout.
struct ScriptLesson: Sendable {
    enum Step: Sendable {
        case exchange(lines: [LessonTemplate], reply: LessonTemplate)
        /// Other turns may come in between.
        case pause
    }
    var name: String
    var weight: Int
    var steps: [Step]
}
