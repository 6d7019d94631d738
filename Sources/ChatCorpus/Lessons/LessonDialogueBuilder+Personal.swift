/// Moves about what the user tells: telling, correcting, adding and recalling.
extension LessonDialogueBuilder {
    private func isUsable(_ index: Int) -> Bool {
        let lesson = course.told[index]
        return lesson.weight > 0 && (!isInScene || course.scene.told.contains(lesson.name))
            && !lesson.tell.lines(split).isEmpty
            && !lesson.ask.lines(split).isEmpty
    }

    /// Lessons whose value has not been told, and can be in this split.
    var untold: [Int] {
        course.told.indices.filter { index in
            told[index] == nil && isUsable(index) && !isHeard(index)
        }
    }

    /// Whether a line that is kept as it was said tells it, or did until it was corrected.
    func isHeard(_ index: Int) -> Bool {
        heardLines.contains { $0.told == index }
            || madeStatements.contains { course.heard.statements[$0].told.contains(index) }
    }

    /// Lessons whose value has been told.
    var known: [Int] { course.told.indices.filter { told[$0] != nil } }

    /// Something not told yet; often of the kind of something told, which is where models err. Nil when
    /// all was told.
    mutating func pickUntold() -> Int? {
        let free = untold
        guard !free.isEmpty else { return nil }
        if random.index(below: 2) == 0 {
            let kinds = Set(known.map { course.told[$0].kin })
            let kin = free.filter { kinds.contains(course.told[$0].kin) }
            if !kin.isEmpty { return weighted(kin) }
        }
        return weighted(free)
    }

    mutating func weighted(_ indices: [Int]) -> Int {
        indices[random.index(weighted: indices.map { course.told[$0].weight }) ?? 0]
    }

    /// One of the lessons, those of more weight far more often.
    private mutating func common(_ indices: [Int]) -> Int {
        let first = weighted(indices)
        let second = weighted(indices)
        return course.told[first].weight >= course.told[second].weight ? first : second
    }

    /// A new value for a lesson, as the user types it, different from all told so far.
    mutating func newValue(_ index: Int) -> (value: String, items: [String]) {
        for _ in 0..<50 {
            let items = value(course.told[index].source).map(habits.typed)
            let joined = items.joined(separator: course.language.join)
            let isTaken = told.contains { $0?.value == joined || $0?.old.contains(joined) == true }
            if !isTaken { return (joined, items.count > 1 ? items : []) }
        }
        let items = value(course.told[index].source).map(habits.typed)
        return (items.joined(separator: course.language.join), items.count > 1 ? items : [])
    }

    func bind(_ index: Int, _ value: String, _ items: [String]) -> LessonBindings {
        var bindings = LessonBindings()
        let name = course.told[index].name
        bindings[name] = value
        if let last = items.last, items.count > 1 {
            bindings[name + ".and"] =
                items.dropLast().joined(separator: course.language.join) + course.language.joinLast
                + last
        } else {
            bindings[name + ".and"] = value
        }
        return bindings
    }

    /// Other values in play that a right reply about `index` must not show.
    func wrongValues(_ index: Int) -> [String] {
        guard let right = told[index] else { return [] }
        var wrong = right.old
        for (i, other) in told.enumerated() where i != index {
            if let other { wrong.append(other.value) }
        }
        return wrong.filter { !right.value.lowercased().contains($0.lowercased()) }
    }

    mutating func tell(_ index: Int) {
        let lesson = course.told[index]
        guard let template = phrasing(lesson.tell) else { return }
        let (value, items) = newValue(index)
        var bindings = bind(index, value, items)
        let user = typed(template, &bindings, keepsValues: true, frames: course.language.wrapTell)
        remember(index, value, items)
        let said = items.isEmpty ? keptWhole(user, oneIn: Self.wholeSingle) : nil
        told[index]?.said = said
        add(
            user, noted(said) ?? reply(lesson.ack, bindings), needs: .none,
            kind: "told \(lesson.name)",
            accept: acceptance(items.isEmpty ? [value] : items),
            told: items.isEmpty ? [value] : items)
        // In training a list is often added to at once, up to twice: it is told seldom.
        if split == .training, !items.isEmpty {
            for _ in 0..<random.index(below: 3) where !isDrill || turns.count < 7 {
                _ = addItem(index)
            }
        }
    }

    func acceptance(_ values: [String]) -> [String] {
        if values.count == 1 { return [LessonPattern.finding(values[0])] }
        // All items, in the order told.
        return [values.map(LessonPattern.finding).joined(separator: ".*")]
    }

    private mutating func remember(_ index: Int, _ value: String, _ items: [String]) {
        var old = told[index]?.old ?? []
        if let before = told[index]?.value { old.append(before) }
        told[index] = Told(value: value, turn: turns.count, old: old, items: items)
        emptied.remove(index)
    }

    /// From this weight on a lesson is among those that people introduce themselves with.
    private static let muchWeight = 4

    /// Lessons to tell in one line, in the order of telling; nil where fewer than `count` are untold.
    private mutating func pickSeveral(_ count: Int, asLines: Bool, introducing: Bool) -> [Int]? {
        var candidates = untold.filter {
            let lesson = course.told[$0]
            return lesson.noted != nil && lesson.notedFirst != nil
                && (asLines || !lesson.clause.isEmpty && !lesson.clauseFirst.isEmpty)
                && (!introducing || lesson.weight >= Self.muchWeight)
        }
        guard candidates.count >= count else { return nil }
        var order: [Int] = []
        if introducing,
            let heaviest = candidates.max(by: {
                course.told[$0].weight < course.told[$1].weight
            })
        {
            order = [heaviest]
        }
        while order.count < count {
            candidates.removeAll { order.last == $0 }
            order.append(split == .training ? common(candidates) : weighted(candidates))
        }
        // In training often as people introduce themselves: their name first.
        if introducing || split == .training && random.index(below: 2) == 0 {
            order.sort { course.told[$0].weight > course.told[$1].weight }
        }
        return order
    }

    /// Several things in one line: any two lines side by side, or clauses made for it, in training three of
    /// them now and then.
    /// - Parameter introducing: says first what people say most, their name, with something else of much weight.
    mutating func tellSeveral(introducing: Bool = false) -> Bool {
        let frames = course.language.both
        let isPair = !introducing && !frames.isEmpty && random.index(below: 2) == 0
        let wanted = !isPair && split == .training && random.index(below: 3) == 0 ? 3 : 2
        guard split != .heldOutPhrasings,
            let order = pickSeveral(wanted, asLines: isPair, introducing: introducing)
        else { return false }
        var chosen: [(lesson: Int, value: String, items: [String])] = []
        var bindings = LessonBindings()
        for index in order {
            var (value, items) = newValue(index)
            if chosen.contains(where: { $0.value == value }) { (value, items) = newValue(index) }
            chosen.append((index, value, items))
            for pair in bind(index, value, items).pairs { bindings[pair.name] = pair.value }
        }
        let lessons = chosen.map { course.told[$0.lesson] }
        let user: String
        if isPair {
            guard let first = phrasing(lessons[0].tell), let second = phrasing(lessons[1].tell)
            else { return false }
            user = typed(first, second, in: random.pick(frames), &bindings)
        } else {
            var clauses = phrasing(of: lessons[0].clauseFirst)
            for lesson in lessons[1..<wanted - 1] {
                clauses = clauses.followed(by: phrasing(of: lesson.clauseFirst))
            }
            clauses = clauses.followed(by: phrasing(of: lessons[wanted - 1].clause))
            user = typed(clauses, &bindings, keepsValues: true)
        }
        guard var noted = lessons[0].notedFirst else { return false }
        for other in lessons.dropFirst().compactMap(\.noted) { noted = noted.followed(by: other) }
        for one in chosen { remember(one.lesson, one.value, one.items) }
        let said =
            chosen.allSatisfy(\.items.isEmpty) ? keptWhole(user, oneIn: Self.wholeSeveral) : nil
        for one in chosen { told[one.lesson]?.said = said }
        let values = chosen.map(\.value)
        add(
            user, self.noted(said) ?? reply(noted, bindings), needs: .none, kind: "told several",
            accept: [values.map(LessonPattern.finding).joined(separator: ".*")], told: values)
        return true
    }

    /// A new value for something told before.
    mutating func correct(_ index: Int) -> Bool {
        let lesson = course.told[index]
        guard let corrected = lesson.corrected, var template = phrasing(lesson.correct) else {
            return false
        }
        let (value, items) = newValue(index)
        var bindings = bind(index, value, items)
        bindings["old"] = told[index]?.value
        // Right after it was told the noun may be left out: "No, {v}."
        if split == .training, items.isEmpty, told[index]?.turn == turns.count - 1,
            let short = course.scene.lines[.correct], !short.isEmpty, random.index(below: 2) == 0
        {
            bindings["v"] = value
            template = random.pick(short)
        }
        let user = typed(template, &bindings, keepsValues: true)
        remember(index, value, items)
        add(
            user, reply(corrected, bindings), needs: .none, kind: "corrected \(lesson.name)",
            accept: acceptance(items.isEmpty ? [value] : items),
            told: items.isEmpty ? [value] : items)
        return true
    }

    /// The reply to a question for something told.
    mutating func answer(_ index: Int, _ told: Told) -> String {
        reply(course.told[index].answer, bind(index, told.value, told.items))
    }

    /// One more item for a list that was told.
    mutating func addItem(_ index: Int) -> Bool {
        let lesson = course.told[index]
        guard let added = lesson.added, let template = phrasing(lesson.add), var list = told[index],
            (2..<4).contains(list.items.count)
        else { return false }
        let item = value(lesson.source).map(habits.typed)[0]
        guard !list.items.contains(item) else { return false }
        list.items.append(item)
        let joined = list.items.joined(separator: course.language.join)
        var bindings = LessonBindings()
        bindings["item"] = item
        bindings[lesson.name] = joined
        let user = typed(template, &bindings, keepsValues: true)
        told[index] = Told(value: joined, turn: turns.count, old: [], items: list.items)
        add(
            user, reply(added, bindings), needs: .session, kind: "added \(lesson.name)",
            accept: acceptance(list.items), gap: 0, told: [item])
        return true
    }

    /// Asks for something told or not told, in full or, right after another such question, in short.
    mutating func recall(_ index: Int, inShort: Bool = false) -> Bool {
        let lesson = course.told[index]
        guard let template = phrasing(inShort ? lesson.also : lesson.ask) else { return false }
        var bindings = LessonBindings()
        let user = typed(
            template, &bindings, keepsValues: true,
            frames: inShort ? [] : course.language.wrapAsk)
        let kind = (inShort ? "also " : "recall ") + lesson.name
        personalTurn = turns.count
        if let known = told[index] {
            bindings = bind(index, known.value, known.items)
            let accept = acceptance(known.items.isEmpty ? [known.value] : known.items)
            let wrong = wrongValues(index)
            let gap = turns.count - known.turn - 1
            addQuestion(about: lesson.about, bindings, accept: [])
            add(
                user, quoted(known.said) ?? reply(lesson.answer, bindings), needs: .session,
                kind: kind, accept: accept, reject: wrong, gap: gap)
        } else if emptied.contains(index), let wording = lesson.list {
            let text = Self.sentenceCase(reply(wording.emptied, bindings))
            addQuestion(about: lesson.about, bindings, accept: [])
            add(user, text, needs: .session, kind: kind, accept: [LessonPattern.finding(text)])
        } else {
            addQuestion(about: lesson.about, bindings, accept: [])
            add(
                user, reply(lesson.unknown, bindings), needs: .abstain,
                kind: "untold " + lesson.name,
                accept: course.language.abstain,
                reject: told.compactMap { $0?.value })
        }
        return true
    }
}

extension LessonTemplate {
    /// This line, a space, and another.
    func followed(by other: LessonTemplate) -> LessonTemplate {
        LessonTemplate(
            nodes: nodes + [.text(" ")] + other.nodes, source: source + " " + other.source)
    }

    init(nodes: [Node], source: String) {
        self.nodes = nodes
        self.source = source
    }
}
