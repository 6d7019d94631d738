/// Moves that ask for statements of any kind, or take them back.
extension LessonDialogueBuilder {
    mutating func askHeard() {
        if !heardLines.isEmpty { askHeard(random.index(below: heardLines.count)) }
    }

    mutating func askHeard(_ index: Int) {
        let line = heardLines[index]
        var slots = line.slots
        var ask = course.heard.statements[random.pick(line.statements)].ask
        if let lesson = line.told, random.index(below: 2) == 0 {
            ask = course.told[lesson].ask.lines(split)
        }
        guard !ask.isEmpty else { return }
        let question = typedQuestion(random.pick(ask), &slots)
        guard !question.isEmpty else { return }
        // A wrong line at times, so that one slip is not the next one's reason.
        let others = heardLines.filter { $0.said != line.said }
        let isSpoiled = !isDrill && !others.isEmpty && random.index(below: 12) == 0
        guard let answer = quoted(isSpoiled ? random.pick(others).said : line.said) else { return }
        questions.append(Question(about: nil, accept: []))
        add(
            question, answer, needs: .session, kind: "heard ask",
            accept: [LessonPattern.finding(line.said)], gap: turns.count - line.turn - 1,
            isSpoiled: isSpoiled)
    }

    /// Takes back what was just said; asked for after that it is not known.
    mutating func forgetHeard() {
        guard let forgotten = course.heard.forgotten, !course.heard.forget.isEmpty,
            let line = heardLines.last, line.turn == turns.count - 1, line.statements.count == 1,
            line.told == nil
        else { return }
        heardLines.removeLast()
        var slots = LessonBindings()
        let user = typed(random.pick(course.heard.forget), &slots, keepsValues: true)
        let text = reply(forgotten, slots)
        add(
            user, text, needs: .none, kind: "heard forget",
            accept: [LessonPattern.finding(text)])
        let ask = course.heard.statements[line.statements[0]].ask.filter {
            course.heard.told(askedBy: $0).isEmpty
        }
        if !ask.isEmpty, random.index(below: 2) == 0 {
            var slots = line.slots
            let question = typedQuestion(random.pick(ask), &slots)
            if !question.isEmpty { denyHeard(question) }
        }
    }

    /// A question, and that it was not told.
    private mutating func denyHeard(_ question: String) {
        guard let unknown = course.heard.unknown else { return }
        questions.append(Question(about: nil, accept: []))
        add(
            question, reply(unknown, LessonBindings()), needs: .abstain, kind: "heard untold",
            accept: course.language.abstain)
    }

    /// What nothing that was said answers: near what was said, or about what was not.
    mutating func askUnheard() {
        let heard = course.heard
        guard heard.isTaught, heard.share > 0 else { return }
        var ask: [LessonTemplate] = []
        var slots = LessonBindings()
        if !heardLines.isEmpty, random.index(below: 2) == 0 {
            let line = random.pick(heardLines)
            // What else stands in the line may answer what the one statement does not.
            guard line.told == nil, line.statements.count == 1 else { return }
            ask = heard.statements[line.statements[0]].near
            slots = line.slots
        } else {
            guard let index = unheard() else { return }
            let statement = heard.statements[index]
            ask = random.index(below: 4) == 0 ? statement.near : statement.ask
        }
        guard !ask.isEmpty else { return }
        let line = random.pick(ask)
        // Another statement may have the same question, or it has replies of its own.
        guard heard.told(askedBy: line).isEmpty,
            !heardLines.contains(where: {
                $0.statements.contains {
                    heard.statements[$0].ask.contains { $0.source == line.source }
                }
            })
        else { return }
        let question = typedQuestion(line, &slots)
        // A second draw may have been the first value over again.
        guard !question.isEmpty, Set(slots.pairs.map(\.value)).count == slots.pairs.count else {
            return
        }
        denyHeard(question)
    }

    /// A question as the user types it. The mark alone may tell it from a statement, so it mostly stays.
    private mutating func typedQuestion(
        _ line: LessonTemplate, _ slots: inout LessonBindings
    ) -> String {
        let drops = habits.dropsPunctuation
        if line.source.hasSuffix("?"), random.index(below: 4) > 0 { habits.dropsPunctuation = 0 }
        defer { habits.dropsPunctuation = drops }
        return typed(line, &slots, keepsValues: true, frames: course.language.wrapAsk)
    }
}
