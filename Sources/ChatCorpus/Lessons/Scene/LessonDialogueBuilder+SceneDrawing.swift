/// What may be told next: owners, and values that nothing in the scene has yet.
extension LessonDialogueBuilder {
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
}
