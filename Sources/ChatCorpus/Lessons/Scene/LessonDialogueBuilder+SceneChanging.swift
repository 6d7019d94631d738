/// Acts that change what is known in a scene, or might have.
extension LessonDialogueBuilder {
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
        fact.said = nil
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
