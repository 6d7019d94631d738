/// Acts that ask for what a scene holds.
extension LessonDialogueBuilder {
    /// Asks for a fact, known, forgotten or never told.
    mutating func askFact(_ wanted: Scene.Fact) -> Bool {
        let lines = wording(wanted).ask
        guard !lines.isEmpty else { return false }
        let line = phrasing(of: lines)
        var slots = bindings(wanted, by: .user, in: line)
        let user = sceneLine(line, &slots, frames: course.language.wrapAsk)
        answer(user, wanted, kind: "scene ask")
        return true
    }

    /// The reply to a question for a fact: what is known of it, or that it was not told.
    private mutating func answer(_ user: String, _ wanted: Scene.Fact, kind: String) {
        if let index = scene.fact(wanted.owner, wanted.attribute, wanted.key) {
            let fact = scene.facts[index]
            addTurn(
                user, quoted(fact.said) ?? Self.sentenceCase(sentence(fact)), fact, kind: kind,
                isRecall: true)
        } else {
            abstain(user, wanted)
        }
    }

    private mutating func abstain(_ user: String, _ wanted: Scene.Fact) {
        let text = reply(wording(wanted).unknown, bindings(wanted, by: .reply))
        scene.lastOwner = (wanted.owner, turns.count)
        scene.lastFact = (wanted, turns.count)
        questions.append(Question(about: nil, accept: []))
        add(
            user, Self.sentenceCase(text), needs: .abstain,
            kind: "scene untold \(attribute(wanted).name)", accept: course.language.abstain,
            reject: scene.facts.map(\.value))
    }

    /// Something never told, of somebody known or never spoken of.
    mutating func askUntold() -> Bool {
        let owners = scene.owners.count
        guard !hasPlayedScript, let wanted = drawFact() else { return false }
        let done = askFact(wanted)
        if !done, scene.owners.count > owners { scene.owners.removeLast() }
        return done
    }

    /// "And where?": something else about whom was just spoken of.
    mutating func askShort() -> Bool {
        guard let last = scene.lastOwner, last.turn == turns.count - 1 else { return false }
        let kind = scene.owners[last.index].kind
        let choices = course.scene.attributes.indices.filter {
            let lesson = course.scene.attributes[$0]
            return !lesson.askShort.isEmpty && lesson.owners.contains(kind) && lesson.key == nil
                && $0 != scene.lastFact?.fact.attribute
        }
        guard !choices.isEmpty else { return false }
        let known = choices.filter { scene.fact(last.index, $0, nil) != nil }
        let index = random.pick(known.isEmpty || random.index(below: 4) == 0 ? choices : known)
        let wanted = Scene.Fact(
            owner: last.index, attribute: index, key: nil, value: "", turn: turns.count)
        var slots = LessonBindings()
        let user = sceneLine(random.pick(course.scene.attributes[index].askShort), &slots)
        answer(user, wanted, kind: "scene short")
        return true
    }

    /// "And Anna?": the same of somebody else.
    mutating func askAlso() -> Bool {
        guard let last = scene.lastFact, last.turn == turns.count - 1, last.fact.key == nil,
            let lines = course.scene.lines[.also], !lines.isEmpty
        else { return false }
        let lesson = course.scene.attributes[last.fact.attribute]
        let others = scene.owners.indices.filter {
            $0 > Scene.the && $0 != last.fact.owner
                && lesson.owners.contains(scene.owners[$0].kind)
        }
        guard !others.isEmpty else { return false }
        let known = others.filter { scene.fact($0, last.fact.attribute, nil) != nil }
        let owner = random.pick(known.isEmpty || random.index(below: 3) == 0 ? others : known)
        var wanted = last.fact
        wanted.owner = owner
        var slots = bindings(wanted, by: .user)
        let user = sceneLine(random.pick(lines), &slots)
        answer(user, wanted, kind: "scene also")
        return true
    }

    /// "Does my sister live in Paris?": yes, or no and what is so.
    mutating func checkFact() -> Bool {
        guard let fact = anyFact(), !wording(fact).check.isEmpty else { return false }
        var asked = fact
        let isTrue = random.index(below: 2) == 0
        if !isTrue {
            let others =
                scene.facts.filter {
                    $0.attribute == fact.attribute && $0.value != fact.value
                }.map(\.value) + fact.old
            if !others.isEmpty, random.index(below: 2) == 0 {
                asked.value = random.pick(others)
            } else if let other = unvaried({ $0.freshValue($0.attribute(fact), fact.owner) }) {
                asked.value = other
            } else {
                return false
            }
        }
        let check = random.pick(wording(fact).check)
        var slots = bindings(asked, by: .user, in: check)
        let user = asking { $0.sceneLine(check, &slots) }
        let line = sentence(fact)
        guard let text = reply(isTrue ? .yes : .no, line: line) else { return false }
        addTurn(user, text, fact, kind: "scene check", isRecall: true)
        return true
    }

    /// "Who lives in Paris?", "Who is Anna?"
    mutating func askReverse() -> Bool {
        guard let fact = anyFact(), !attribute(fact).reverse.isEmpty else { return false }
        let isUnique =
            scene.facts.count(where: { $0.attribute == fact.attribute && $0.value == fact.value })
            == 1
        guard isUnique else { return false }
        var asked = fact
        let isKnown = random.index(below: 4) > 0
        if !isKnown {
            guard let other = unvaried({ $0.freshValue($0.attribute(fact), fact.owner) }) else {
                return false
            }
            asked.value = other
        }
        var slots = bindings(asked, by: .user)
        let user = sceneLine(random.pick(attribute(fact).reverse), &slots)
        guard isKnown else {
            guard let text = reply(.nobody) else { return false }
            questions.append(Question(about: nil, accept: []))
            add(
                user, text, needs: .abstain, kind: "scene nobody",
                accept: course.language.abstain)
            return true
        }
        let template = attribute(fact).reversed ?? wording(fact).say
        let text = quoted(fact.said) ?? reply(template, bindings(fact, by: .reply))
        note(fact)
        questions.append(Question(about: nil, accept: []))
        let owner = scene.owners[fact.owner]
        let shown = owner.isOneOfSeveral ? owner.name : owner.relation?.word ?? owner.name
        add(
            user, Self.sentenceCase(text), needs: .session,
            kind: "scene reverse \(attribute(fact).name)",
            accept: [LessonPattern.finding(shown ?? fact.key ?? fact.value)],
            gap: turns.count - fact.turn - 1)
        return true
    }

    /// "What are my dogs called?", "How many dogs do I have?"
    mutating func askCount() -> Bool {
        guard !hasPlayedScript else { return false }
        let named = scene.owners.dropFirst(2).filter {
            $0.name != nil && $0.relation?.plural != nil
        }
        guard !named.isEmpty else { return false }
        let owner = random.pick(named)
        guard
            let relation = owner.relation, let plural = relation.plural,
            let entity = course.scene.entities.first(where: { $0.kind == owner.kind })
        else { return false }
        let names = scene.owners.filter { $0.relation?.word == relation.word }.compactMap(\.name)
        var slots = LessonBindings()
        slots["as"] = relation.word
        slots["plural"] = plural
        slots["n"] = String(names.count)
        let list =
            names.count > 1
            ? names.dropLast().joined(separator: course.language.join) + course.language.joinLast
                + names[names.count - 1] : names[0]
        slots["list"] = list
        if names.count == 2 { (slots["a"], slots["b"]) = (names[0], names[1]) }
        let asksNames = names.count == 2 && !entity.askPair.isEmpty && random.index(below: 2) == 0
        let lines = asksNames ? entity.askPair : entity.count
        guard !lines.isEmpty,
            let template = asksNames
                ? entity.pairReply : names.count == 1 ? entity.countedOne : entity.counted
        else { return false }
        let user = sceneLine(random.pick(lines), &slots)
        questions.append(Question(about: nil, accept: []))
        add(
            user, Self.sentenceCase(reply(template, slots)), needs: .session, kind: "scene count",
            accept: [names.map(LessonPattern.finding).joined(separator: ".*")])
        return true
    }

    /// Characters; a longer sum is not asked for.
    private static let longestSum = 400

    /// All that is known of somebody.
    mutating func sumUp() -> Bool {
        // What a script told is not among the facts.
        guard !hasPlayedScript else { return false }
        let spoken = scene.owners.indices.filter { owner in
            owner > Scene.the && scene.facts.contains { $0.owner == owner }
        }
        // Whom a line is about that is said back whole is not known.
        let isMe = spoken.isEmpty || !heardLines.isEmpty || random.index(below: 2) == 0
        let owner = isMe ? Scene.me : random.pick(spoken)
        guard let lines = course.scene.lines[isMe ? .sumMe : .sum], !lines.isEmpty else {
            return false
        }
        let (sentences, values) = toldSentences(of: owner)
        guard sentences.count <= 5, sentences.map(\.count).reduce(0, +) <= Self.longestSum else {
            return false
        }
        var slots = LessonBindings()
        if !isMe { (slots["who"], slots["whose"]) = references(owner, by: .user) }
        let user = sceneLine(random.pick(lines), &slots)
        questions.append(Question(about: nil, accept: []))
        if sentences.isEmpty {
            guard let text = reply(.sumNone) else { return false }
            add(
                user, text, needs: .abstain, kind: "scene sum none",
                accept: course.language.abstain)
        } else {
            add(
                user, sentences.joined(separator: " "), needs: .session, kind: "scene sum",
                accept: [values.map(LessonPattern.finding).joined(separator: ".*")])
        }
        if !isMe { scene.lastOwner = (owner, turns.count - 1) }
        return true
    }

    /// What was told of an owner, each as a sentence, and the values in them. What is said back whole comes
    /// last, in the order of telling, a line that told two things once.
    private mutating func toldSentences(of owner: Int) -> (sentences: [String], values: [String]) {
        var sentences: [String] = []
        var values: [String] = []
        var whole: [(turn: Int, said: String)] = []
        if owner == Scene.me {
            for index in known {
                guard let told = told[index], told.items.isEmpty else { continue }
                if let said = told.said {
                    whole.append((told.turn, said))
                } else {
                    sentences.append(answer(index, told))
                    values.append(told.value)
                }
            }
            whole += heardLines.map { ($0.turn, $0.said) }
        }
        for fact in scene.facts where fact.owner == owner {
            if let said = fact.said {
                whole.append((fact.turn, said))
            } else {
                sentences.append(Self.sentenceCase(sentence(fact)))
                values.append(fact.value)
            }
        }
        whole.sort { $0.turn < $1.turn }
        for (index, line) in whole.enumerated()
        where index == 0 || line.turn != whole[index - 1].turn {
            sentences += [quoted(line.said)].compactMap(\.self)
            values.append(line.said)
        }
        return (sentences, values)
    }

    /// "How do you know that?", after something told or something taught.
    mutating func askHow() -> Bool {
        guard let last = turns.last, let lines = course.scene.lines[.how], !lines.isEmpty else {
            return false
        }
        let text: String?
        if last.kind.hasPrefix("scene ask") || last.kind.hasPrefix("recall ") {
            text = reply(.howTold)
        } else if last.needs == .world {
            text = reply(.howKnown)
        } else {
            text = nil
        }
        guard let text else { return false }
        var slots = LessonBindings()
        let user = sceneLine(random.pick(lines), &slots)
        questions.append(Question(about: nil, accept: []))
        add(user, text, needs: .session, kind: "scene how", accept: [LessonPattern.finding(text)])
        return true
    }
}
