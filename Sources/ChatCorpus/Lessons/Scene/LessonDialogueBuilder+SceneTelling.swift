/// Acts that change what is known in a scene.
extension LessonDialogueBuilder {
    // MARK: Owners and values

    /// An owner for a new fact: the user, nobody, somebody known, or somebody new.
    private mutating func drawOwner(_ attribute: AttributeLesson) -> Int? {
        var known = scene.owners.indices.filter {
            attribute.owners.contains(scene.owners[$0].kind)
        }
        // The user and nobody are one choice each, people and animals the rest.
        let entities = course.scene.entities.filter { attribute.owners.contains($0.kind) }
        let others = known.filter { $0 > Scene.the }
        if !entities.isEmpty, others.isEmpty || random.index(below: 5) < 2 {
            known.removeAll { $0 > Scene.the }
            if known.isEmpty || random.index(below: 3) > 0 {
                return newOwner(random.pick(entities), named: false)
            }
        }
        return known.isEmpty ? nil : random.pick(known)
    }

    /// Somebody not spoken of yet; nil when all of that kind were.
    mutating func newOwner(_ entity: EntityLesson, named: Bool) -> Int? {
        let taken = Set(scene.owners.compactMap { $0.relation?.word })
        if entity.isNamedAlone, named || entity.relations.isEmpty || random.index(below: 4) == 0 {
            guard let names = entity.names else { return nil }
            let name = freshName(names)
            scene.owners.append(.init(kind: entity.kind, relation: nil, name: name))
            return scene.owners.count - 1
        }
        let free = entity.relations.filter { !taken.contains($0.word) }
        guard !free.isEmpty else { return nil }
        // The first eight of a list are those that people say most.
        let isCommon = free.count > 16 && random.index(below: 5) < 2
        let relation = free[random.index(below: isCommon ? 8 : free.count)]
        scene.owners.append(.init(kind: entity.kind, relation: relation, name: nil))
        return scene.owners.count - 1
    }

    mutating func freshName(_ source: ValueSource) -> String {
        var name = ""
        for _ in 0..<20 {
            name = habits.typed(value(source)[0])
            if !scene.owners.contains(where: { $0.name == name }) { break }
        }
        return name
    }

    /// A value for an attribute that nothing in the scene has.
    mutating func freshValue(_ attribute: AttributeLesson, _ owner: Int) -> String? {
        guard let source = attribute.source(scene.owners[owner].kind) else { return nil }
        for _ in 0..<30 {
            let drawn = value(source).map(habits.typed).joined(separator: course.language.join)
            let isTaken =
                scene.facts.contains { $0.value == drawn || $0.old.contains(drawn) }
                || told.contains { $0?.value == drawn }
            if !isTaken { return drawn }
        }
        return nil
    }

    private mutating func drawAttribute(_ allows: (AttributeLesson) -> Bool) -> Int? {
        let choices = course.scene.attributes.indices.filter {
            course.scene.attributes[$0].weight > 0 && allows(course.scene.attributes[$0])
        }
        return random.index(weighted: choices.map { course.scene.attributes[$0].weight })
            .map { choices[$0] }
    }

    /// Something new about somebody, not yet told.
    mutating func drawFact(owner: Int? = nil, withClause: Bool = false) -> Scene.Fact? {
        let kind = owner.map { scene.owners[$0].kind }
        guard
            let index = drawAttribute({
                (kind == nil || $0.owners.contains(kind ?? ""))
                    && (!withClause || !$0.wording(me: owner == Scene.me).clause.isEmpty)
            })
        else { return nil }
        let attribute = course.scene.attributes[index]
        guard let owner = owner ?? drawOwner(attribute),
            attribute.name != SceneLessons.nameAttribute
                || scene.owners[owner].relation != nil
                    && scene.owners[owner].name == nil,
            let value = freshValue(attribute, owner)
        else { return nil }
        var key: String?
        if let source = attribute.key {
            key = drawKey(source)
            guard key != nil else { return nil }
        }
        guard scene.fact(owner, index, key) == nil else { return nil }
        return Scene.Fact(
            owner: owner, attribute: index, key: key, value: value, turn: turns.count)
    }

    /// A key that no fact of the scene has; nil where one was drawn that is taken.
    private mutating func drawKey(_ source: ValueSource) -> String? {
        let key = value(source)[0].lowercased()
        return scene.facts.contains { $0.key?.lowercased() == key } ? nil : habits.typed(key)
    }

    /// Keeps a fact, in the place of the one before it.
    mutating func keep(_ fact: Scene.Fact) {
        if let index = scene.fact(fact.owner, fact.attribute, fact.key) {
            scene.facts[index] = fact
        } else {
            scene.facts.append(fact)
        }
        if attribute(fact).name == SceneLessons.nameAttribute {
            scene.owners[fact.owner].name = fact.value
        }
    }

    // MARK: Telling

    mutating func tellFact() -> Bool {
        guard let fact = drawFact(), !wording(fact).tell.isEmpty else { return false }
        let line = phrasing(of: wording(fact).tell)
        var slots = bindings(fact, by: .user, in: line)
        let user = sceneLine(line, &slots, frames: course.language.wrapTell)
        keep(fact)
        let text = Self.sentenceCase(sentence(fact))
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
        for fact in facts { keep(fact) }
        let text = facts.map { Self.sentenceCase(sentence($0)) }.joined(separator: " ")
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

    // MARK: Changing

    /// A new value: in short right after the old one was told or said, else in a whole line.
    mutating func correctFact() -> Bool {
        let spoken = scene.lastFact.flatMap { $0.turn == turns.count - 1 ? $0.fact : nil }
        let recent = spoken.flatMap { scene.fact($0.owner, $0.attribute, $0.key) }
        // Right after something that was not told, "No, Anna." would correct nothing.
        guard spoken == nil || recent != nil,
            var fact = recent.map({ scene.facts[$0] }) ?? anyFact(),
            let new = freshValue(attribute(fact), fact.owner)
        else { return false }
        let old = fact.value
        fact.old.append(old)
        fact.value = new
        fact.turn = turns.count
        var slots = bindings(fact, by: .user)
        slots["old"] = old
        let short = course.scene.lines[.correct] ?? []
        let frames = course.scene.lines[.restate] ?? []
        let user: String
        if recent != nil, !short.isEmpty, random.index(below: 4) > 0 {
            user = sceneLine(random.pick(short), &slots)
        } else {
            guard !frames.isEmpty, !wording(fact).tell.isEmpty else { return false }
            var frame = LessonBindings()
            frame["tell"] = typed(phrasing(of: wording(fact).tell), &slots, keepsValues: true)
            user = sceneLine(random.pick(frames), &frame)
        }
        let before = scene
        keep(fact)
        guard let text = reply(.corrected, line: sentence(fact)) else {
            scene = before
            return false
        }
        addTurn(user, text, fact, kind: "scene correct", isRecall: false)
        return true
    }

    mutating func forgetFact() -> Bool {
        guard let fact = anyFact(), attribute(fact).name != SceneLessons.nameAttribute,
            let lines = course.scene.lines[.forget], !lines.isEmpty
        else { return false }
        var slots = bindings(fact, by: .user)
        let topic = reply(wording(fact).topic, slots)
        slots["topic"] = habits.typed(topic)
        let user = sceneLine(random.pick(lines), &slots)
        let said = reply(wording(fact).topic, bindings(fact, by: .reply))
        guard let text = reply(.forgotten, topic: said) else { return false }
        scene.facts.removeAll {
            $0.owner == fact.owner && $0.attribute == fact.attribute && $0.key == fact.key
        }
        scene.forgotten.append(fact)
        scene.lastFact = nil
        add(
            user, text, needs: .none, kind: "scene forget", accept: [LessonPattern.finding(text)],
            reject: [fact.value])
        if random.index(below: 2) == 0 { _ = askFact(fact) }
        return true
    }

    /// A line that tells nothing, often with a question after it for what it might have changed.
    mutating func remark() -> Bool {
        let kinds = Set(scene.owners.map(\.kind))
        var remarks = course.scene.remarks.filter { kinds.contains($0.owner) || $0.owner == "any" }
        if random.index(below: 4) > 0, scene.owners.count > 2 {
            let others = remarks.filter { !["me", "the", "any"].contains($0.owner) }
            if !others.isEmpty { remarks = others }
        }
        guard !remarks.isEmpty else { return false }
        let remark = random.pick(remarks)
        let owners = scene.owners.indices.filter { scene.owners[$0].kind == remark.owner }
        let template = random.pick(remark.lines)
        var slots = LessonBindings()
        var spoken: Int?
        if !owners.isEmpty {
            let owner = random.pick(owners)
            spoken = owner
            (slots["who"], slots["whose"]) = references(
                owner, by: .user, pronouns: template.hasRoomForPronoun)
            if template.slots.contains("key") {
                let keys = scene.facts.filter { $0.owner == owner }.compactMap(\.key)
                guard !keys.isEmpty else { return false }
                slots["key"] = random.pick(keys)
            }
            slots["as"] = scene.owners[owner].relation?.word
        }
        guard !template.slots.contains("as") || slots["as"] != nil else { return false }
        let user = sceneLine(template, &slots)
        if let spoken {
            (slots["who"], slots["whose"]) = references(spoken, by: .reply)
        }
        let text = Self.sentenceCase(reply(remark.reply, slots))
        if let spoken, spoken > Scene.the { scene.lastOwner = (spoken, turns.count) }
        if template.source.hasSuffix("?") { questions.append(Question(about: nil, accept: [])) }
        add(user, text, needs: .none, kind: "scene remark", accept: [LessonPattern.finding(text)])
        let about = scene.facts.filter { $0.owner == spoken }
        if !about.isEmpty, random.index(below: 2) == 0 { _ = askFact(random.pick(about)) }
        return true
    }
}
