/// Moves about the world: facts, follow-ups, small talk and what nobody here knows.
extension LessonDialogueBuilder {
    func cell(_ fact: FactLesson, _ row: Int, _ column: Int) -> [String] {
        course.tables[fact.table].rows[row][column]
    }

    /// Bindings for a row: every column's first name, and the key as the user may call it.
    mutating func bind(_ fact: FactLesson, _ row: Int, forUser: Bool) -> LessonBindings {
        var bindings = LessonBindings()
        let table = course.tables[fact.table]
        let columns = forUser ? [fact.key] : Array(table.columns.indices)
        for column in columns {
            let names = table.rows[row][column]
            guard var name = names.first else { continue }
            if forUser, names.count > 1, random.index(below: 10) < 4 { name = random.pick(names) }
            bindings[table.columns[column]] = forUser ? habits.typed(name) : name
        }
        return bindings
    }

    private mutating func answer(_ index: Int, _ row: Int, user: String, kind: String) {
        let fact = course.facts[index]
        let bindings = bind(fact, row, forUser: false)
        let values = cell(fact, row, fact.value)
        let isFollowUp = kind != "fact"
        topic = (index, row, turns.count)
        hadTopic = true
        addQuestion(
            about: fact.about, bindings,
            accept: cell(fact, row, fact.key).map(LessonPattern.finding))
        if values.isEmpty {
            abstain(user, kind: "\(kind) \(fact.name)")
        } else {
            add(
                user, Self.capitalized(reply(fact.answer, bindings)),
                needs: isFollowUp ? .session : .world,
                kind: "\(kind) \(fact.name)", accept: values.map(LessonPattern.finding))
        }
    }

    /// "the Netherlands is in Europe" with a capital letter at its head.
    private static func capitalized(_ text: String) -> String {
        text.hasPrefix("the ") ? "T" + text.dropFirst() : text
    }

    mutating func abstain(_ user: String, kind: String) {
        guard let lesson = course.unknown.first else { return }
        add(
            user, reply(lesson.reply, LessonBindings()), needs: .abstain, kind: kind,
            accept: course.language.abstain)
    }

    /// A full question about one fact.
    mutating func askFact(_ index: Int, row: Int? = nil) -> Bool {
        let fact = course.facts[index]
        guard let template = phrasing(fact.ask), !fact.rows.isEmpty else { return false }
        let row = row ?? random.pick(fact.rows)
        var bindings = bind(fact, row, forUser: true)
        let user = typed(template, &bindings, keepsValues: false, frames: course.language.wrapAsk)
        answer(index, row, user: user, kind: "fact")
        return true
    }

    mutating func askFact() -> Bool {
        guard let index = random.index(weighted: course.facts.map(\.weight)) else { return false }
        return askFactOtherwise(index) || askFact(index)
    }

    private func topicLesson(_ fact: FactLesson) -> TopicLesson? {
        course.topics.first { $0.table == fact.table && $0.key == fact.key }
    }

    /// "And Spain?": the attribute of the last question, another entity.
    mutating func askOther() -> Bool {
        guard let topic, turns.count - topic.turn <= 4 else { return false }
        let fact = course.facts[topic.fact]
        guard !fact.rows.isEmpty, let lesson = topicLesson(fact),
            let template = phrasing(lesson.and)
        else { return false }
        if askUnknownEntity(topic.fact, in: lesson.and) { return true }
        let row = random.pick(fact.rows)
        guard row != topic.row else { return false }
        var bindings = bind(fact, row, forUser: true)
        let user = typed(template, &bindings, keepsValues: false)
        answer(topic.fact, row, user: user, kind: "other")
        return true
    }

    /// "And its currency?": the entity of the last question, another attribute.
    mutating func askMore() -> Bool {
        guard let topic, turns.count - topic.turn <= 4 else { return false }
        let from = course.facts[topic.fact]
        let candidates = course.facts.indices.filter {
            $0 != topic.fact && course.facts[$0].table == from.table
                && !course.facts[$0].more.lines(split).isEmpty
        }
        guard !candidates.isEmpty else { return false }
        var index = random.pick(candidates)
        if cell(course.facts[index], topic.row, course.facts[index].value).isEmpty,
            random.index(below: 4) > 0
        {
            index = random.pick(candidates)
        }
        guard let template = phrasing(course.facts[index].more) else { return false }
        var bindings = LessonBindings()
        let user = typed(template, &bindings, keepsValues: false)
        answer(index, topic.row, user: user, kind: "more")
        return true
    }

    /// A follow-up with nothing before it: the reply asks back.
    mutating func askLost() -> Bool {
        guard !hadTopic, personalTurn == nil, !course.topics.isEmpty else { return false }
        let lesson = random.pick(course.topics)
        let facts = course.facts.indices.filter {
            course.facts[$0].table == lesson.table && course.facts[$0].key == lesson.key
        }
        guard !facts.isEmpty else { return false }
        let fact = course.facts[random.pick(facts)]
        if random.index(below: 2) == 0 {
            guard !fact.rows.isEmpty, let back = lesson.lostAttribute,
                let template = line(lesson.and)
            else { return false }
            let row = random.pick(fact.rows)
            var bindings = bind(fact, row, forUser: true)
            let user = typed(template, &bindings, keepsValues: false)
            questions.append(Question(about: nil, accept: []))
            add(
                user, Self.capitalized(reply(back, bind(fact, row, forUser: false))), needs: .none,
                kind: "lost",
                accept: cell(fact, row, fact.key).map(LessonPattern.finding))
        } else {
            guard let back = lesson.lostEntity, let template = line(fact.more) else { return false }
            var bindings = LessonBindings()
            let user = typed(template, &bindings, keepsValues: false)
            questions.append(Question(about: nil, accept: []))
            add(
                user, reply(back, LessonBindings()), needs: .none, kind: "lost",
                accept: [LessonPattern.finding(back.source)])
        }
        return true
    }

    /// How many of a course's kinds of small talk, from the first, are those that people say most.
    private static let commonTalk = 64

    /// Small talk; `place` limits it to greetings or farewells.
    mutating func talk(_ place: TalkLesson.Place? = nil) -> Bool {
        let lessons =
            course.talk.indices.filter {
                place == nil
                    ? ![.world, .echo].contains(course.talk[$0].place)
                    : course.talk[$0].place == place
            }
        guard !lessons.isEmpty else { return false }
        // In training often one of those that come first, which people say most.
        let isCommon =
            split == .training && place == nil && lessons.count > 2 * Self.commonTalk
            && random.index(below: 5) < 2
        let index = lessons[random.index(below: isCommon ? Self.commonTalk : lessons.count)]
        let lesson = course.talk[index]
        guard let template = phrasing(lesson.lines) else { return false }
        var bindings = LessonBindings()
        let user = typed(template, &bindings, keepsValues: true)
        let text = reply(lesson.reply, bindings)
        if template.source.hasSuffix("?") { questions.append(Question(about: nil, accept: [])) }
        let isFact = lesson.place == .world
        // What follows would lean on this, not on what was asked before.
        if isFact { topic = nil }
        add(
            user, text, needs: isFact ? .world : .none, kind: isFact ? "lecture" : "talk",
            accept: [LessonPattern.finding(text)])
        return true
    }

    /// A question outside of this world.
    mutating func askUnknown() -> Bool {
        let weights = course.unknown.map(\.weight)
        guard let lesson = random.index(weighted: weights).map({ course.unknown[$0] }),
            let template = line(lesson.ask)
        else { return false }
        var bindings = LessonBindings()
        let user = typed(template, &bindings, keepsValues: false, frames: course.language.wrapAsk)
        questions.append(Question(about: nil, accept: []))
        topic = nil
        add(
            user, reply(lesson.reply, bindings), needs: .abstain, kind: "unknown",
            accept: course.language.abstain)
        return true
    }
}
