/// A lesson's phrasings: those the training stream uses and those kept out of it altogether.
struct Phrasings: Sendable {
    var training: [LessonTemplate] = []
    var heldOut: [LessonTemplate] = []

    func lines(_ split: LessonSplit) -> [LessonTemplate] {
        split == .heldOutPhrasings ? heldOut : training
    }
}

/// Something that the user tells and asks for later.
struct ToldLesson: Sendable {
    package var name: String
    var source: ValueSource
    /// Lessons with the same are easily taken for one another: a dog's name for a cat's.
    var kin: String
    var weight: Int
    var tell: Phrasings
    var ask: Phrasings
    /// Ellipsis after another question of this kind: "And my cat?"
    var also: Phrasings
    /// A new value for an old one: "No, it is {dog}."
    var correct: Phrasings
    /// One more item for a list.
    var add: Phrasings
    var ack, answer, unknown: LessonTemplate
    var corrected, added: LessonTemplate?
    /// Parts of a line that tells several things, and of its reply: the last is a `clause`, those before it
    /// `clauseFirst`; of the reply the first is `notedFirst`, the others `noted`.
    var clauseFirst, clause: [LessonTemplate]
    var notedFirst, noted: LessonTemplate?
    /// What the question was about, for "what did I just ask?"
    var about: LessonTemplate?
    /// "Is my name {name}?"
    var check: [LessonTemplate] = []
    /// What else can be done with a list.
    var list: ListWording?
}

/// How items leave a list, how it is emptied and counted.
struct ListWording: Sendable {
    var remove, clear, count: [LessonTemplate]
    /// Show the list again, say that it is empty, how many things are on it.
    var removed, emptied, counted: LessonTemplate
}

/// One column of a table and the ways of asking for it.
struct FactLesson: Sendable {
    package var name: String
    var table: Int
    var key: Int
    var value: Int
    var weight: Int
    var ask: Phrasings
    /// Follow-ups that leave the entity out: "And its currency?"
    var more: Phrasings
    var answer: LessonTemplate
    var about: LessonTemplate?
    /// Rows whose key and value are not empty.
    var rows: [Int]
    /// "Is {capital} the capital of {country}?"
    var check: [LessonTemplate] = []
    /// "Which country is {capital} the capital of?", where only one row has the value.
    var reverse: [LessonTemplate] = []
    var reversed: LessonTemplate?
}

/// Follow-ups that leave the attribute out: "And Spain?"
struct TopicLesson: Sendable {
    var table: Int
    var key: Int
    var and: Phrasings
    /// The reply to "And Spain?" when nothing was asked before.
    var lostAttribute: LessonTemplate?
    /// The reply to "And its capital?" when no entity was named.
    var lostEntity: LessonTemplate?
}

/// Lines that get one fixed reply. Those of the world are facts, not small talk.
struct TalkLesson: Sendable {
    enum Place: String, Sendable {
        case anywhere = ""
        case greeting
        case farewell
        case world
        /// Lines that are said back: they teach copying.
        case echo
    }
    var lines: Phrasings
    var reply: LessonTemplate
    var place: Place
}

/// Questions that nobody here can answer.
struct UnknownLesson: Sendable {
    var ask: Phrasings
    var reply: LessonTemplate
    var weight: Int
}

/// Questions about the conversation itself.
struct SessionLesson: Sendable {
    enum Kind: String, Sendable, CaseIterable { case last, first, again, count }
    var kind: Kind
    var ask: Phrasings
    var answer: LessonTemplate
    /// For a count of one.
    var answerOne: LessonTemplate?
    /// When nothing was asked or said before.
    var none: LessonTemplate
}

/// What all lessons of one language share.
struct LanguageLesson: Sendable {
    /// Regular expressions, one of which every "I do not know" matches.
    var abstain: [String] = []
    /// Between the items of a list, and before its last one when people write it.
    var join = ", "
    var joinLast = ", "
    /// Polite or chatty frames with `{line}` in them.
    var wrapAsk: [LessonTemplate] = []
    var wrapTell: [LessonTemplate] = []
    /// Frames that put two lines into one, with `{first}` and `{second}` in them.
    var both: [LessonTemplate] = []
    /// Words that come and go without changing what a line means.
    var loose = LooseWording()
}

/// Everything that is taught in one language: one folder of tables, lists and lesson files.
package struct LessonCourse: Sendable {
    package var name: String
    var lists: [String: ValueList] = [:]
    /// Makes other values out of those of the lists.
    var varied = VariedValue([:])
    var sources: [String: ValueSource] = [:]
    var tables: [LessonTable] = []
    var told: [ToldLesson] = []
    var facts: [FactLesson] = []
    var topics: [TopicLesson] = []
    var talk: [TalkLesson] = []
    var unknown: [UnknownLesson] = []
    var session: [SessionLesson] = []
    var language = LanguageLesson()
    var scene = SceneLessons()
    var heard = HeardLessons()

    /// How much there is of each kind: shown by tools and held by tests.
    package var counts: [(what: String, count: Int)] {
        [
            ("tables", tables.count), ("rows", tables.reduce(0) { $0 + $1.rows.count }),
            ("told", told.count), ("facts", facts.count), ("talk", talk.count),
            ("attributes", scene.attributes.count), ("remarks", scene.remarks.count),
            ("scripts", scene.scripts.count), ("heard", heard.statements.count),
            ("unknown", unknown.reduce(0) { $0 + $1.ask.training.count }),
            ("facts in cells", facts.reduce(0) { $0 + $1.rows.count }),
            (
                "lines",
                everyPhrasing.reduce(0) {
                    $0 + $1.phrasings.training.reduce(0) { $0 + $1.expansions().count }
                }
            ),
        ]
    }

    /// Values of lists too small to hold some of them out.
    package var closedValues: Set<String> {
        Set(lists.values.filter(\.isClosed).flatMap(\.training))
    }

    /// Every group of phrasings with a name for messages.
    var everyPhrasing: [(name: String, phrasings: Phrasings)] {
        told.flatMap {
            [
                ("told \($0.name) tell", $0.tell), ("told \($0.name) ask", $0.ask),
                ("told \($0.name) also", $0.also), ("told \($0.name) correct", $0.correct),
                ("told \($0.name) add", $0.add),
            ]
        } + facts.flatMap { [("fact \($0.name) ask", $0.ask), ("fact \($0.name) more", $0.more)] }
            + topics.map { ("topic \(tables[$0.table].name)", $0.and) }
            + talk.map { ("talk '\($0.reply.source)'", $0.lines) }
            + unknown.map { ("unknown", $0.ask) }
            + session.map { ("session \($0.kind.rawValue)", $0.ask) }
    }

    /// The same, by name: (lines kept in training, lines held out).
    package var phrasingTexts:
        [(name: String, training: [LessonTemplate], heldOut: [LessonTemplate])]
    {
        everyPhrasing.map { ($0.name, $0.phrasings.training, $0.phrasings.heldOut) }
    }

    /// What lines and replies are made of beside phrasings, values and the told lessons' main replies.
    var otherTexts: [String] {
        var templates: [LessonTemplate] = []
        for lesson in told {
            let single = [
                lesson.corrected, lesson.added, lesson.notedFirst, lesson.noted, lesson.about,
            ]
            templates += single.compactMap(\.self) + lesson.clauseFirst + lesson.clause
            templates += lesson.check
            if let list = lesson.list {
                templates += list.remove + list.clear + list.count
                templates += [list.removed, list.emptied, list.counted]
            }
        }
        for lesson in facts {
            templates += [lesson.answer] + lesson.check + lesson.reverse
            templates += [lesson.about, lesson.reversed].compactMap(\.self)
        }
        templates += topics.flatMap { [$0.lostAttribute, $0.lostEntity].compactMap(\.self) }
        templates += unknown.map(\.reply)
        for lesson in session {
            templates += [lesson.answer, lesson.none] + [lesson.answerOne].compactMap(\.self)
        }
        templates += language.wrapAsk + language.wrapTell + language.both
        return templates.map(\.source) + language.loose.fillers
            + [language.join, language.joinLast] + scene.texts + heard.texts
    }
}

/// Which names and phrasings a stream of dialogues uses.
package enum LessonSplit: String, Sendable, Codable, CaseIterable {
    /// Names and phrasings that are not held out.
    case training
    /// Held-out names in the phrasings of training.
    case heldOutNames
    /// Held-out names and held-out phrasings.
    case heldOutPhrasings
}
