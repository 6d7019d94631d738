/// Statements of any kind, said back whole when a question comes that they answer.
extension LessonDialogueBuilder {
    /// What was said, and how to ask for it.
    struct HeardLine {
        /// As the user typed it, without the mark at its end.
        var said: String
        /// One, or two in one line.
        var statements: [Int]
        /// What has words of its own, told in the same line.
        var told: Int?
        var slots: LessonBindings
        var turn: Int
    }

    /// Letters; a longer line is not said.
    private static let longest = 100

    /// Whether this dialogue is about such statements; only training has them, so that the held-out sets
    /// stay what they are, and only dialogues in one language.
    mutating func drawsHeard() -> Bool {
        split == .training && course.heard.isTaught && otherCourse == nil
            && random.index(below: 100) < course.heard.share
    }

    mutating func converseHeard() {
        habits.quotes = 0
        isInScene = course.scene.share > 0 && random.index(below: 2) == 0
        let length = pickLength()
        let style = pickStyle()
        let most = 1 + Int(difficulty * 6)
        if !isDrill, length > 1, random.index(below: 5) == 0 { _ = talk(.greeting) }
        for _ in 0..<length * 12 where turns.count < length {
            switch random.index(below: 100) {
            case ..<26: if heardLines.count < most { hear() }
            case ..<58: askHeard()
            case ..<70: askUnheard()
            case ..<73: hearAnew()
            case ..<80: forgetHeard()
            case ..<84: _ = sumUp()
            default: if isInScene { sceneStep() } else { step(style) }
            }
        }
        // What was said early is asked for late.
        var order = Array(heardLines.indices)
        random.shuffle(&order)
        for index in order where !isDrill && length > 3 && turns.count < 30 { askHeard(index) }
    }

    /// The user says something; at times two things in one line.
    private mutating func hear() {
        guard let index = unheard() else { return }
        switch random.index(below: 8) {
        case 0:
            let told = course.heard.statements[index].told
            if let second = unheard(), second != index,
                told.isDisjoint(with: course.heard.statements[second].told)
            {
                hear([index, second])
            }
        case 1 where !isInScene:
            if let lesson = pickUntold(), course.told[lesson].list == nil,
                !course.heard.statements[index].told.contains(lesson)
            {
                hear([index], with: lesson)
            }
        default: if hear([index]) { goOn(after: index) }
        }
    }

    /// What the lesson lets the user say next of the same thing, at once or after something else.
    private mutating func goOn(after index: Int) {
        var place = index
        let last = isDrill ? 5 : 30
        while let next = course.heard.next(place), turns.count < last, random.index(below: 4) > 0 {
            guard let before = heardLines.last, before.statements == [place] else { return }
            if random.index(below: 4) == 0 { askHeard(heardLines.count - 1) }
            if random.index(below: 5) == 0 { _ = talk() }
            guard hear([next], slots: before.slots) else { return }
            if course.heard.statements[next].corrects {
                // Which of the lines before it is corrected is not said: none is asked for any more.
                heardLines.removeAll { (index..<next).contains($0.statements[0]) }
            }
            place = next
        }
    }

    /// A statement that was not made yet, and tells nothing that was told in other words.
    mutating func unheard() -> Int? {
        let index = random.pick(course.heard.first)
        guard !madeStatements.contains(index) else { return nil }
        let told = course.heard.statements[index].told
        return told.contains { self.told[$0] != nil || isHeard($0) } ? nil : index
    }

    /// The same once more with other values: what was said last holds.
    private mutating func hearAnew() {
        guard !heardLines.isEmpty else { return }
        let before = random.index(below: heardLines.count)
        let line = heardLines[before]
        guard line.told == nil, line.statements.count == 1, !line.slots.pairs.isEmpty else {
            return
        }
        // Not where something was said on top of it.
        guard course.heard.statements[line.statements[0]].after == nil,
            course.heard.next(line.statements[0]) == nil
        else { return }
        if hear(line.statements) { heardLines.remove(at: before) }
    }

    @discardableResult
    private mutating func hear(
        _ statements: [Int], with lesson: Int? = nil, slots given: LessonBindings? = nil
    ) -> Bool {
        var slots = given ?? LessonBindings()
        var lines = statements.map { random.pick(course.heard.statements[$0].lines) }
        if let lesson {
            guard let tell = phrasing(course.told[lesson].tell) else { return false }
            let (value, items) = newValue(lesson)
            slots = bind(lesson, value, items)
            lines.insert(tell, at: random.index(below: 2))
        }
        let user: String
        if lines.count > 1 {
            guard !course.language.both.isEmpty else { return false }
            user = typed(lines[0], lines[1], in: random.pick(course.language.both), &slots)
        } else {
            let frames = random.index(below: 4) == 0 ? course.language.wrapTell : []
            user = typed(lines[0], &slots, keepsValues: true, frames: frames)
        }
        guard let said = Self.whole(user), let reply = noted(said) else { return false }
        let heard = HeardLine(
            said: said, statements: statements, told: lesson, slots: slots, turn: turns.count)
        let slip = random.index(below: 6) == 0 ? slip(after: heard.said) : nil
        add(
            user, slip ?? reply, needs: .none, kind: "heard tell",
            accept: [LessonPattern.finding(heard.said)], told: [heard.said], isSpoiled: slip != nil)
        heardLines.append(heard)
        madeStatements.formUnion(statements)
        topic = nil
        return true
    }

    /// A line as it is said back, without the mark at its end; nil where it cannot be.
    private static func whole(_ user: String) -> String? {
        var said = Substring(user)
        while let last = said.last, ".!? ".contains(last) { said.removeLast() }
        while said.first == " " { said.removeFirst() }
        guard !said.isEmpty, said.count <= longest, !said.contains("\"") else { return nil }
        return String(said)
    }

    /// How often what has words of its own is said back whole all the same: one line in so many, of one thing
    /// and of several.
    static let wholeSingle = 5, wholeSeveral = 3

    /// The line, where its reply is to say it back whole though it has words of its own. So a model that is not
    /// sure of those takes the way that cannot be wrong.
    mutating func keptWhole(_ user: String, oneIn share: Int) -> String? {
        guard split == .training, !isDrill, course.heard.isTaught, course.heard.share > 0,
            random.index(below: share) == 0
        else { return nil }
        return Self.whole(user)
    }

    /// The acknowledgement and the answer that say a line back whole; nil for nil.
    mutating func noted(_ said: String?) -> String? { saying(course.heard.noted, said) }
    mutating func quoted(_ said: String?) -> String? { saying(course.heard.answer, said) }

    private mutating func saying(_ template: LessonTemplate?, _ said: String?) -> String? {
        guard let template, let said else { return nil }
        var bindings = LessonBindings()
        bindings["said"] = said
        return reply(template, bindings)
    }

    /// What a model may reply that does not know how to take a statement: it was made all the same, and is asked
    /// for later. Nil where none comes to mind.
    private mutating func slip(after said: String) -> String? {
        guard !isDrill, let unknown = course.heard.unknown else { return nil }
        let words = said.split(separator: " ")
        switch random.index(below: 4) {
        case 0: return reply(unknown, LessonBindings())
        case 1:
            return course.talk.isEmpty
                ? nil : reply(random.pick(course.talk).reply, LessonBindings())
        case 2:
            // Part of it, and no more.
            guard words.count > 2 else { return nil }
            let part = words.prefix(1 + random.index(below: words.count - 1))
            return noted(part.joined(separator: " "))
        default:
            // As something that has words of its own.
            guard let lesson = pickUntold(), course.told[lesson].list == nil, !words.isEmpty else {
                return nil
            }
            let start = random.index(below: words.count)
            let value = words[start..<min(words.count, start + 1 + random.index(below: 3))]
                .joined(separator: " ")
            return reply(course.told[lesson].ack, bind(lesson, value, []))
        }
    }
}
