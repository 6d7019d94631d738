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

    // MARK: Rendering

    /// How many values at the head of a list are those that people say most.
    private static let commonValues = 32

    /// A value from a source, of the side of the split that this dialogue is on.
    /// What `draw` gives while values are as the lists have them.
    mutating func unvaried<Value>(_ draw: (inout Self) -> Value) -> Value {
        let before = variesValues
        variesValues = false
        defer { variesValues = before }
        return draw(&self)
    }

    mutating func value(_ source: ValueSource) -> [String] {
        Self.value(
            isDrill ? source.invented : source, course: course, split: split, varied: variesValues,
            random: &random)
    }

    private static func value(
        _ source: ValueSource, course: LessonCourse, split: LessonSplit, varied: Bool = true,
        random: inout RandomStream
    ) -> [String] {
        func listed(_ name: String) -> String {
            guard let list = course.lists[name] else { return name }
            if split == .training {
                if list.training.count > 2 * Self.commonValues, random.index(below: 3) == 0 {
                    return list.training[random.index(below: Self.commonValues)]
                }
                let value = random.pick(list.training)
                return list.isClosed || !varied ? value : course.varied.vary(value, random: &random)
            }
            return random.pick(list.heldOut.isEmpty ? list.training : list.heldOut)
        }
        func invented(_ make: (inout RandomStream) -> String) -> String {
            while true {
                let name = make(&random)
                if HeldOut.contains(name) == (split != .training) { return name }
            }
        }
        /// In training one name in eight is longer than most.
        func name(by make: (inout RandomStream) -> String) -> String {
            invented { random in
                let short = make(&random)
                guard split == .training, random.index(below: 8) == 0 else { return short }
                return InventedName.lengthen(short, by: make, &random)
            }
        }
        switch source.part(&random) {
        case .list(let name): return [listed(name)]
        case .latin: return [name(by: InventedName.latin)]
        case .hangul: return [name(by: InventedName.hangul)]
        case .number(let range):
            func draw(_ random: inout RandomStream) -> String {
                String(range.lowerBound + random.below(range.upperBound - range.lowerBound + 1))
            }
            return range.upperBound - range.lowerBound >= 1000 ? [invented(draw)] : [draw(&random)]
        case .several(let name, let range):
            let wanted = Int(
                range.lowerBound + random.below(range.upperBound - range.lowerBound + 1))
            var items: [String] = []
            for _ in 0..<50 where items.count < wanted {
                let item = listed(name)
                if !items.contains(item) { items.append(item) }
            }
            return items
        }
    }

    /// A line as the user types it. `keepsValues` protects slot values from slips (told values).
    mutating func typed(
        _ template: LessonTemplate, _ bindings: inout LessonBindings, keepsValues: Bool,
        frames: [LessonTemplate] = []
    ) -> String {
        var pieces = wording(template, &bindings)
        // One frame, now and then one around it.
        for _ in 0..<2
        where !frames.isEmpty && habits.frames > 0 && random.uniform() < habits.frames {
            pieces = Self.framed([("line", pieces)], random.pick(frames), &random)
        }
        if !keepsValues {
            for i in pieces.indices
            where pieces[i].isValue && pieces[i].text.unicodeScalars.count >= 5 {
                pieces[i].isValue = false
            }
        }
        return habits.type(pieces, random: &random)
    }

    /// Two whole lines as the user types them in one, told values kept.
    mutating func typed(
        _ first: LessonTemplate, _ second: LessonTemplate, in frame: LessonTemplate,
        _ bindings: inout LessonBindings
    ) -> String {
        let lines = [
            (name: "first", pieces: wording(first, &bindings)),
            (name: "second", pieces: wording(second, &bindings)),
        ]
        return habits.type(Self.framed(lines, frame, &random), random: &random)
    }

    /// A line with its values, perhaps quoted, in training perhaps with a word more or less.
    private mutating func wording(
        _ template: LessonTemplate, _ bindings: inout LessonBindings
    ) -> [LessonPiece] {
        let course = course
        let split = split
        let habits = habits
        var pieces = template.render(&bindings, random: &random) { name, random in
            guard let source = course.sources[name] else { return "" }
            let values = Self.value(source, course: course, split: split, random: &random)
            return habits.typed(values.joined(separator: course.language.join))
        }
        if split == .training, habits.looseness > 0, random.uniform() < habits.looseness {
            course.language.loose.loosen(&pieces, random: &random)
        }
        habits.quote(&pieces, random: &random)
        return pieces
    }

    /// Puts lines into the places that a frame names, such as "Hey, {line}" or "{first}, and {second}".
    private static func framed(
        _ lines: [(name: String, pieces: [LessonPiece])], _ frame: LessonTemplate,
        _ random: inout RandomStream
    ) -> [LessonPiece] {
        // Stands for a line while the frame is written out: no text holds it.
        func mark(_ index: Int) -> String { String(Unicode.Scalar(UInt8(1 + index))) }
        var bindings = LessonBindings()
        for (index, line) in lines.enumerated() { bindings[line.name] = mark(index) }
        let outer = frame.render(&bindings, random: &random) { _, _ in "" }
        var whole: [LessonPiece] = []
        for (place, piece) in outer.enumerated() {
            guard let index = lines.indices.first(where: { piece.text == mark($0) }) else {
                whole.append(piece)
                continue
            }
            var inner = lines[index].pieces
            if place > 0 { lowerFirst(&inner) }
            if place < outer.count - 1 { TypingHabits.dropFinalPunctuation(&inner) }
            whole += inner
        }
        return whole
    }

    private static func lowerFirst(_ pieces: inout [LessonPiece]) {
        guard let first = pieces.first, !first.isValue, let letter = first.text.first else {
            return
        }
        let rest = first.text.dropFirst()
        if letter == "I", rest.first == " " || rest.first == "'" { return }
        pieces[0].text = letter.lowercased() + rest
    }

    /// A reply: never noised.
    mutating func reply(_ template: LessonTemplate, _ bindings: LessonBindings) -> String {
        var bindings = bindings
        let course = course
        let split = split
        var line = ""
        for piece in template.render(
            &bindings, random: &random,
            draw: { name, random in
                guard let source = course.sources[name] else { return "" }
                return Self.value(source, course: course, split: split, random: &random)[0]
            })
        {
            // "Washington, D.C." at the end of a sentence keeps one full stop.
            line +=
                line.hasSuffix(".") && piece.text.hasPrefix(".")
                ? piece.text.dropFirst() : piece.text[...]
        }
        return line
    }

    // MARK: Keeping the record

    /// - Parameter reject: values that a right reply does not show; one that happens to stand in the
    ///   reply's own words (a name such as Luck) is left out.
    mutating func add(
        _ user: String, _ reply: String, needs: LessonTurn.Need, kind: String, accept: [String],
        reject: [String] = [], gap: Int? = nil, told: [String] = []
    ) {
        let plain = reply.lowercased()
        let wrong = reject.filter { !plain.contains($0.lowercased()) }.map(LessonPattern.finding)
        turns.append(
            LessonTurn(
                user: user, reply: reply, needs: needs, accept: accept, reject: wrong, gap: gap,
                told: told, kind: kind))
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
