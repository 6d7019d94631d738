/// Moves about what was told of the user that came later: yes or no, and what can be done with a list.
extension LessonDialogueBuilder {
    /// "Is my name Peter?": yes, or no and what is so.
    mutating func checkTold(_ index: Int) -> Bool {
        let lesson = course.told[index]
        guard let told = told[index], told.items.isEmpty, !lesson.check.isEmpty else {
            return false
        }
        let isTrue = random.index(below: 2) == 0
        var asked = told.value
        if !isTrue {
            asked = told.old.last ?? ""
            if asked.isEmpty || random.index(below: 2) == 0 {
                asked = unvaried { $0.newValue(index).value }
            }
        }
        guard isTrue || asked != told.value else { return false }
        var bindings = bind(index, asked, [])
        let line = random.pick(lesson.check)
        let user = asking { $0.typed(line, &bindings, keepsValues: true) }
        let answer = answer(index, told)
        let stated = answer.prefix(1).lowercased() + answer.dropFirst()
        guard let text = reply(isTrue ? .yes : .no, line: stated) else { return false }
        questions.append(Question(about: nil, accept: []))
        add(
            user, text, needs: .session, kind: "check \(lesson.name)",
            accept: acceptance([told.value]), reject: wrongValues(index),
            gap: turns.count - told.turn - 1)
        return true
    }

    /// Takes an item off a list, empties it or counts what is on it.
    mutating func changeList(_ index: Int) -> Bool {
        let lesson = course.told[index]
        guard let wording = lesson.list, var list = told[index], !list.items.isEmpty else {
            return false
        }
        switch random.index(below: 6) {
        case 0..<3 where list.items.count > 1:
            let item = list.items.remove(at: random.index(below: list.items.count))
            list.value = list.items.joined(separator: course.language.join)
            list.turn = turns.count
            var bindings = bind(index, list.value, list.items)
            bindings["item"] = item
            let user = typed(random.pick(wording.remove), &bindings, keepsValues: true)
            told[index] = list
            add(
                user, reply(wording.removed, bindings), needs: .session,
                kind: "removed \(lesson.name)", accept: acceptance(list.items),
                reject: [item], gap: 0)
        case 3 where !wording.clear.isEmpty:
            var bindings = LessonBindings()
            let user = typed(random.pick(wording.clear), &bindings, keepsValues: true)
            let text = reply(wording.emptied, bindings)
            told[index] = nil
            emptied.insert(index)
            add(
                user, Self.sentenceCase(text), needs: .none, kind: "cleared \(lesson.name)",
                accept: [LessonPattern.finding(text)], reject: list.items)
            if random.index(below: 2) == 0 { _ = askEmptied(index) }
        default:
            guard !wording.count.isEmpty else { return false }
            var bindings = bind(index, list.value, list.items)
            let user = typed(random.pick(wording.count), &bindings, keepsValues: true)
            bindings["n"] = String(list.items.count)
            questions.append(Question(about: nil, accept: []))
            add(
                user, Self.sentenceCase(reply(wording.counted, bindings)), needs: .session,
                kind: "counted \(lesson.name)",
                accept: [LessonPattern.finding(String(list.items.count))])
        }
        return true
    }

    /// Asks for a list that was emptied.
    private mutating func askEmptied(_ index: Int) -> Bool {
        let lesson = course.told[index]
        guard let wording = lesson.list, let template = phrasing(lesson.ask) else { return false }
        var bindings = LessonBindings()
        let user = typed(template, &bindings, keepsValues: true)
        let text = Self.sentenceCase(reply(wording.emptied, bindings))
        questions.append(Question(about: nil, accept: []))
        add(
            user, text, needs: .session, kind: "emptied \(lesson.name)",
            accept: [LessonPattern.finding(text)])
        return true
    }

    /// A line whose question mark alone may tell it from a statement ("학교가 쉬어?"): it stays.
    mutating func asking(_ type: (inout Self) -> String) -> String {
        let drops = habits.dropsPunctuation
        habits.dropsPunctuation = 0
        defer { habits.dropsPunctuation = drops }
        return type(&self)
    }
}
