/// Acts that tell something new in a scene.
extension LessonDialogueBuilder {
    mutating func tellFact() -> Bool {
        guard var fact = drawFact(), !wording(fact).tell.isEmpty else { return false }
        let line = phrasing(of: wording(fact).tell)
        var slots = bindings(fact, by: .user, in: line)
        let user = sceneLine(line, &slots, frames: course.language.wrapTell)
        fact.said = keptWhole(user, oneIn: Self.wholeSingle)
        keep(fact)
        let text = noted(fact.said) ?? Self.sentenceCase(sentence(fact))
        addTurn(user, text, fact, kind: "scene tell", isRecall: false)
        return true
    }

    /// Two or three things in one line: clauses about one owner ("my sister Anna is a doctor and lives
    /// in Paris"), or two whole lines.
    mutating func tellFacts() -> Bool {
        guard let first = drawFact(withClause: random.index(below: 2) == 0) else { return false }
        let clauses = wording(first).clause
        var facts = [first]
        var user: String
        if !clauses.isEmpty, attribute(first).key == nil, random.index(below: 3) > 0,
            let second = drawFact(owner: first.owner, withClause: true),
            second.attribute != first.attribute, second.key == nil
        {
            facts.append(second)
            user = clauseLine(&facts)
        } else {
            let frames = course.language.both
            guard !frames.isEmpty, !wording(first).tell.isEmpty else { return false }
            keep(first)
            let sameOwner = first.owner > Scene.the && random.index(below: 2) == 0
            guard let second = drawFact(owner: sameOwner ? first.owner : nil),
                !wording(second).tell.isEmpty, second.value != first.value
            else {
                scene.facts.removeAll { $0.turn == turns.count }
                return false
            }
            let lines = [first, second].map { phrasing(of: wording($0).tell) }
            var one = bindings(first, by: .user, in: lines[0])
            if sameOwner { scene.lastOwner = (first.owner, turns.count - 1) }
            var two = bindings(second, by: .user, in: lines[1])
            let before = sceneLine(lines[0], &one)
            let after = sceneLine(lines[1], &two)
            facts.append(second)
            user = joined(before, after, in: random.pick(frames))
        }
        let said = keptWhole(user, oneIn: Self.wholeSeveral)
        for index in facts.indices {
            facts[index].said = said
            keep(facts[index])
        }
        let text =
            noted(said)
            ?? facts.map { Self.sentenceCase(sentence($0)) }.joined(separator: " ")
        note(facts[facts.count - 1])
        add(
            user, text, needs: .none, kind: "scene tell several",
            accept: [facts.map { LessonPattern.finding($0.value) }.joined(separator: ".*")],
            told: facts.map(\.value))
        return true
    }

    /// "my sister Anna" + "is a doctor" + "and" + "lives in Paris".
    private mutating func clauseLine(_ facts: inout [Scene.Fact]) -> String {
        let owner = facts[0].owner
        var who = references(owner, by: .user).who
        // A name not told yet may come along: "my sister Anna lives …".
        if let relation = scene.owners[owner].relation, scene.owners[owner].name == nil,
            !facts.contains(where: { attribute($0).name == SceneLessons.nameAttribute }),
            let index = course.scene.attributes.firstIndex(where: {
                $0.name == SceneLessons.nameAttribute
                    && $0.owners.contains(scene.owners[owner].kind)
            }), random.index(below: 2) == 0,
            let name = freshValue(course.scene.attributes[index], owner)
        {
            let mine = random.pick(course.scene.references.mine)
            var slots = LessonBindings()
            slots["as"] = relation.word
            who = habits.typed(reply(mine, slots)) + " " + name
            facts.insert(
                .init(owner: owner, attribute: index, key: nil, value: name, turn: turns.count),
                at: 0)
        }
        var line = who
        let spoken = facts.filter { !wording($0).clause.isEmpty && $0.value != "" }
            .filter {
                !(attribute($0).name == SceneLessons.nameAttribute && who.hasSuffix($0.value))
            }
        for (index, fact) in spoken.enumerated() {
            var slots = bindings(fact, by: .user)
            let clause = typed(random.pick(wording(fact).clause), &slots, keepsValues: true)
            line += index == 0 ? " " + clause : course.language.joinLast + clause
        }
        return habits.letterCase == .asWritten && who != scene.owners[owner].name
            ? Self.sentenceCase(line) : line
    }

    /// Two typed lines in one.
    private mutating func joined(_ first: String, _ second: String, in frame: LessonTemplate)
        -> String
    {
        func bare(_ line: String) -> String {
            var line = line
            while let last = line.last, ".!?".contains(last) { line.removeLast() }
            return line
        }
        var slots = LessonBindings()
        slots["first"] = bare(first)
        slots["second"] = second
        let own = reply(frame, ["first", "second"].reduce(into: LessonBindings()) { $0[$1] = "" })
        // "…, and my boss …": small within a sentence, and the frame's own words as this user types.
        if !own.contains("."), second.hasPrefix("My ") || second.hasPrefix("Our ") {
            slots["second"] = second.prefix(1).lowercased() + second.dropFirst()
        }
        return habits.typed(reply(frame, slots))
    }

    /// Two of a kind with their names: "I have two dogs, Rex and Bella."
    mutating func tellPair() -> Bool {
        let entities = course.scene.entities.filter { !$0.pair.isEmpty && $0.names != nil }
        guard !entities.isEmpty else { return false }
        let entity = random.pick(entities)
        let taken = Set(scene.owners.compactMap { $0.relation?.word })
        let free = entity.relations.filter { $0.plural != nil && !taken.contains($0.word) }
        guard !free.isEmpty, let names = entity.names, let pairReply = entity.pairReply else {
            return false
        }
        let relation = random.pick(free)
        let first = freshName(names)
        let second = freshName(names)
        guard first != second else { return false }
        for name in [first, second] {
            scene.owners.append(
                .init(kind: entity.kind, relation: relation, name: name, isOneOfSeveral: true))
        }
        var slots = LessonBindings()
        slots["a"] = first
        slots["b"] = second
        slots["as"] = relation.word
        slots["plural"] = relation.plural
        let user = sceneLine(random.pick(entity.pair), &slots)
        add(
            user, Self.sentenceCase(reply(pairReply, slots)), needs: .none, kind: "scene pair",
            accept: [[first, second].map(LessonPattern.finding).joined(separator: ".*")],
            told: [first, second])
        return true
    }
}
