/// Facts of the world asked in other ways: of something unknown, by yes or no, from the value. Only training
/// has them; the held-out sets made from lessons keep to plain questions.
extension LessonDialogueBuilder {
    /// Questions in a hundred about something that is not in the table, by yes or no, and from the value.
    private static let (unknownShare, checkShare, reverseShare) = (14, 8, 8)

    /// One of the other ways, now and then.
    mutating func askFactOtherwise(_ index: Int) -> Bool {
        guard split == .training, !isDrill else { return false }
        let fact = course.facts[index]
        switch random.index(below: 100) {
        case ..<Self.unknownShare: return askUnknownEntity(index, in: fact.ask, always: true)
        case ..<(Self.unknownShare + Self.checkShare): return checkFact(index)
        case ..<(Self.unknownShare + Self.checkShare + Self.reverseShare): return reverseFact(index)
        default: return false
        }
    }

    /// A known question about what is in no table: "What is the capital of California?"
    mutating func askUnknownEntity(_ index: Int, in lines: Phrasings, always: Bool = false) -> Bool
    {
        guard split == .training, always || random.index(below: 100) < Self.unknownShare else {
            return false
        }
        let fact = course.facts[index]
        let column = course.tables[fact.table].columns[fact.key]
        guard let list = course.lists["unknown-" + column], let template = phrasing(lines) else {
            return false
        }
        let isInvented = random.index(below: 3) == 0
        let isLatin = list.training[0].unicodeScalars.allSatisfy(\.isASCII)
        var name = random.pick(list.training)
        if isInvented {
            name = isLatin ? InventedName.latin(&random) : InventedName.hangul(&random)
        }
        let rows = course.tables[fact.table].rows
        guard !rows.contains(where: { $0[fact.key].contains(name) }) else { return false }
        var bindings = LessonBindings()
        bindings[column] = habits.typed(name)
        let user = typed(template, &bindings, keepsValues: false, frames: course.language.wrapAsk)
        questions.append(Question(about: nil, accept: []))
        topic = nil
        abstain(user, kind: "unknown entity")
        return true
    }

    /// "Is Rome the capital of Spain?"
    private mutating func checkFact(_ index: Int) -> Bool {
        let fact = course.facts[index]
        guard !fact.check.isEmpty, !fact.rows.isEmpty else { return false }
        let row = random.pick(fact.rows)
        let column = course.tables[fact.table].columns[fact.value]
        let right = cell(fact, row, fact.value)
        let isTrue = random.index(below: 2) == 0
        let asked = isTrue ? right : cell(fact, random.pick(fact.rows), fact.value)
        guard isTrue || !asked.contains(where: right.contains) else { return false }
        var bindings = bind(fact, row, forUser: true)
        bindings[column] = habits.typed(asked[0])
        let check = random.pick(fact.check)
        let user = asking { $0.typed(check, &bindings, keepsValues: true) }
        var line = reply(fact.answer, bind(fact, row, forUser: false))
        if case .text = fact.answer.nodes.first {
            line = line.prefix(1).lowercased() + line.dropFirst()
        }
        guard let text = reply(isTrue ? .yes : .no, line: line) else { return false }
        topic = (index, row, turns.count)
        hadTopic = true
        questions.append(Question(about: nil, accept: []))
        add(user, text, needs: .world, kind: "fact check", accept: right.map(LessonPattern.finding))
        return true
    }

    /// "Rome is the capital of which country?"
    private mutating func reverseFact(_ index: Int) -> Bool {
        let fact = course.facts[index]
        guard !fact.reverse.isEmpty, !fact.rows.isEmpty, let reversed = fact.reversed else {
            return false
        }
        let row = random.pick(fact.rows)
        let value = cell(fact, row, fact.value)[0]
        guard fact.rows.count(where: { cell(fact, $0, fact.value).contains(value) }) == 1 else {
            return false
        }
        let column = course.tables[fact.table].columns[fact.value]
        var bindings = LessonBindings()
        bindings[column] = habits.typed(value)
        let user = typed(random.pick(fact.reverse), &bindings, keepsValues: true)
        topic = (index, row, turns.count)
        hadTopic = true
        questions.append(Question(about: nil, accept: []))
        let text = Self.sentenceCase(reply(reversed, bind(fact, row, forUser: false)))
        add(
            user, text, needs: .world, kind: "fact reverse",
            accept: cell(fact, row, fact.key).map(LessonPattern.finding))
        return true
    }
}
