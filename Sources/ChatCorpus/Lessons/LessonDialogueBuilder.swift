import ChatCore

/// Makes one dialogue turn by turn, keeping the world that the user has told of and the topic that
/// follow-ups lean on. The moves are in `LessonDialogueBuilder+Personal` and `+World`.
struct LessonDialogueBuilder {
    /// The lessons of the language that is spoken now.
    private(set) var course: LessonCourse
    /// Of the language that this dialogue changes to and back, if it does.
    private(set) var otherCourse: LessonCourse?
    let split: LessonSplit
    /// 0 short dialogues with few facts and gaps ... 1 everything.
    let difficulty: Double
    /// Whether this is a drill of a curriculum's beginning: tidy typing, and invented values wherever the
    /// lesson has any, so that nothing but copying helps.
    let isDrill: Bool
    var random: RandomStream
    var habits: TypingHabits
    var turns: [LessonTurn] = []

    /// What was told: [told lesson], nil where nothing was.
    var told: [Told?]
    struct Told {
        var value: String
        var turn: Int
        /// Values it had before.
        var old: [String] = []
        /// Items of a list; empty for a single value.
        var items: [String] = []
        /// The line that told it, where the reply said it back whole: that is then the answer too.
        var said: String?
    }
    /// Lists that were emptied and not told again.
    var emptied: Set<Int> = []
    /// The fact that follow-ups refer to.
    var topic: (fact: Int, row: Int, turn: Int)?
    /// Whether a fact was ever asked for.
    var hadTopic = false
    /// The turn of the last question about the user, for "and my cat?".
    var personalTurn: Int?
    /// Who and what was spoken of, in a dialogue that has a scene.
    var scene = Scene()
    var isInScene = false
    /// What was said of anything else.
    var heardLines: [HeardLine] = []
    /// Statements that were made at all, also those corrected since.
    var madeStatements: Set<Int> = []
    /// Whether values may be others than the lists have. Not where a question holds a wrong one: a word of
    /// another kind would be no such question.
    var variesValues = true
    /// Whether a script was played: what it told and asked is not kept, so nothing is asked for that it may
    /// have changed.
    var hasPlayedScript = false
    /// One entry a question so far: what it was about, if that can be said.
    var questions: [Question] = []
    struct Question {
        var about: String?
        var accept: [String]
    }

    init(
        course: LessonCourse, otherCourse: LessonCourse? = nil, split: LessonSplit,
        difficulty: Double, random: RandomStream
    ) {
        self.course = course
        self.otherCourse = otherCourse
        self.split = split
        self.difficulty = difficulty
        self.random = random
        let drilled = self.random.uniform() < 1 - 2 * difficulty
        isDrill = drilled
        told = Array(repeating: nil, count: course.told.count)
        habits = .tidy
        habits = TypingHabits.drawn(&self.random)
        let restless = self.random.uniform() < 0.25 + 0.75 * difficulty
        if isDrill { habits = .tidy }
        if !restless {
            habits.slips = 0
            habits.frames = 0
            habits.looseness = 0
            habits.quotes = 0
        }
    }

    /// Goes on in the other language. What was told stays told where both have the lesson; a scene stays in
    /// the language that it was told in.
    mutating func changeLanguage() {
        guard !isInScene, let other = otherCourse else { return }
        var told = [Told?](repeating: nil, count: other.told.count)
        for (index, lesson) in other.told.enumerated() {
            if let before = course.told.firstIndex(where: { $0.name == lesson.name }) {
                told[index] = self.told[before]
            }
        }
        self.told = told
        emptied = []
        otherCourse = course
        course = other
        topic = nil
        personalTurn = nil
    }

    /// - Parameter reject: values that a right reply does not show; one that happens to stand in the
    ///   reply's own words (a name such as Luck) is left out.
    mutating func add(
        _ user: String, _ reply: String, needs: LessonTurn.Need, kind: String, accept: [String],
        reject: [String] = [], gap: Int? = nil, told: [String] = [], isSpoiled: Bool = false
    ) {
        let plain = reply.lowercased()
        let wrong = reject.filter { !plain.contains($0.lowercased()) }.map(LessonPattern.finding)
        turns.append(
            LessonTurn(
                user: user, reply: reply, needs: needs, accept: accept, reject: wrong, gap: gap,
                told: told, isSpoiled: isSpoiled, kind: kind))
    }

    mutating func addQuestion(about: LessonTemplate?, _ bindings: LessonBindings, accept: [String])
    {
        questions.append(Question(about: about.map { reply($0, bindings) }, accept: accept))
    }

    /// One of the lines, or nil when this split has none; in training often one of those that open a long
    /// list, which are what people say most.
    mutating func phrasing(_ phrasings: Phrasings) -> LessonTemplate? {
        let lines = phrasings.lines(split)
        return lines.isEmpty ? nil : phrasing(of: lines)
    }

    mutating func phrasing(of lines: [LessonTemplate]) -> LessonTemplate {
        guard split == .training, lines.count > 2 * Self.commonLines, random.index(below: 5) < 2
        else {
            return random.pick(lines)
        }
        return lines[random.index(below: Self.commonLines)]
    }

    /// How many lines at the head of a list are those that people say most.
    private static let commonLines = 8

    /// One of the lines, or nil when this split has none.
    mutating func line(_ phrasings: Phrasings) -> LessonTemplate? {
        let lines = phrasings.lines(split)
        return lines.isEmpty ? nil : random.pick(lines)
    }
}
