import Foundation

/// How a scene's facts are worded.
extension LessonDialogueBuilder {
    /// Who writes a line.
    enum Speaker { case user, reply }

    func attribute(_ fact: Scene.Fact) -> AttributeLesson {
        course.scene.attributes[fact.attribute]
    }

    func wording(_ fact: Scene.Fact) -> AttributeWording {
        attribute(fact).wording(me: fact.owner == Scene.me)
    }

    /// A reference written out with one slot bound.
    private mutating func written(_ template: LessonTemplate, _ slot: String, _ value: String)
        -> String
    {
        var bindings = LessonBindings()
        bindings[slot] = value
        return reply(template, bindings)
    }

    /// How an owner is called: as a subject and as somebody whose something is spoken of.
    ///
    /// - Parameter pronouns: whether the line has room for "she" where it names the owner.
    mutating func references(_ owner: Int, by speaker: Speaker, pronouns: Bool = false) -> (
        who: String, whose: String
    ) {
        let words = course.scene.references
        let who = scene.owners[owner]
        if owner == Scene.me {
            return speaker == .reply
                ? (words.you, words.youWhose)
                : (
                    habits.typed(words.me),
                    words.meWhose.isEmpty
                        ? "" : habits.typed(written(random.pick(words.meWhose), "", ""))
                )
        }
        if owner == Scene.the { return (words.the, words.the) }
        func possessive(_ name: String, _ builder: inout Self) -> String {
            words.possessive.map { builder.written($0, "who", name) } ?? name
        }
        switch speaker {
        case .user:
            if pronouns, let last = scene.lastOwner, last.index == owner,
                last.turn == turns.count - 1,
                let relation = who.relation, let pronoun = words.pronouns[relation.pronoun],
                random.index(below: 5) < 2
            {
                return (habits.typed(pronoun.subject), habits.typed(pronoun.possessive))
            }
            if let name = who.name,
                who.relation == nil || who.isOneOfSeveral || random.index(below: 5) < 2
            {
                return (name, possessive(name, &self))
            }
            let called = habits.typed(
                written(random.pick(words.mine), "as", who.relation?.word ?? ""))
            return (called, possessive(called, &self))
        case .reply:
            if let relation = who.relation, !who.isOneOfSeveral, let yours = words.yours {
                let called = written(yours, "as", relation.word)
                return (called, possessive(called, &self))
            }
            let name = who.name ?? who.relation?.word ?? ""
            let called = words.namedReply.map { written($0, "name", name) } ?? name
            return (called, possessive(called, &self))
        }
    }

    /// The slots of a fact.
    mutating func bindings(
        _ fact: Scene.Fact, by speaker: Speaker, in line: LessonTemplate? = nil
    ) -> LessonBindings {
        var bindings = LessonBindings()
        let (who, whose) = references(
            fact.owner, by: speaker, pronouns: line?.hasRoomForPronoun == true)
        bindings["who"] = who
        bindings["whose"] = whose
        bindings["v"] = fact.value
        if let key = fact.key { bindings["key"] = key }
        if let relation = scene.owners[fact.owner].relation {
            bindings["as"] = speaker == .user ? habits.typed(relation.word) : relation.word
            if let yours = course.scene.references.yours {
                bindings["relation"] = written(yours, "as", relation.word)
            }
        }
        return bindings
    }

    /// The sentence that states a fact, as replies have it, its first letter as in mid-sentence.
    mutating func sentence(_ fact: Scene.Fact) -> String {
        let bindings = bindings(fact, by: .reply)
        return reply(wording(fact).say, bindings)
    }

    /// A reply that holds a sentence: "yes, {line}".
    mutating func reply(_ kind: SceneLessons.Reply, line: String = "", topic: String = "")
        -> String?
    {
        guard let template = course.scene.replies[kind] else { return nil }
        var bindings = LessonBindings()
        bindings["line"] = line
        bindings["topic"] = topic
        return Self.sentenceCase(reply(template, bindings))
    }

    /// With a capital letter at its head.
    static func sentenceCase(_ text: String) -> String {
        guard let first = text.first else { return text }
        return first.uppercased() + text.dropFirst()
    }

    /// A line of the user with the slots of a fact; tidy users begin with a capital letter.
    mutating func sceneLine(
        _ template: LessonTemplate, _ bindings: inout LessonBindings, frames: [LessonTemplate] = []
    ) -> String {
        let line = typed(template, &bindings, keepsValues: true, frames: frames)
        guard habits.letterCase == .asWritten else { return line }
        let values = ["v", "old", "key", "a", "b"].compactMap { bindings[$0] }
        return values.contains { line.hasPrefix($0) } ? line : Self.sentenceCase(line)
    }

    /// Values of the same attribute that a right reply about a fact must not show.
    func wrongValues(_ fact: Scene.Fact) -> [String] {
        let others = scene.facts.filter {
            $0.attribute == fact.attribute && ($0.owner != fact.owner || $0.key != fact.key)
        }.map(\.value)
        return (fact.old + others).filter {
            !fact.value.lowercased().contains($0.lowercased())
        }
    }

    mutating func note(_ fact: Scene.Fact) {
        scene.lastOwner = (fact.owner, turns.count)
        scene.lastFact = (fact, turns.count)
    }

    /// A turn about one fact that the reply shows.
    mutating func addTurn(
        _ user: String, _ text: String, _ fact: Scene.Fact, kind: String, isRecall: Bool
    ) {
        note(fact)
        if isRecall { questions.append(Question(about: nil, accept: [])) }
        add(
            user, text, needs: isRecall ? .session : .none,
            kind: "\(kind) \(attribute(fact).name)", accept: [LessonPattern.finding(fact.value)],
            reject: wrongValues(fact), gap: isRecall ? turns.count - fact.turn - 1 : nil,
            told: isRecall ? [] : [fact.value])
    }
}

extension LessonTemplate {
    /// Words that a subject may follow: "does {who} live …".
    private static let beforeSubject: Set<String> = [
        "", "does", "is", "did", "was", "has", "can", "will", "would", "do", "and", "where", "how",
        "that", "what", "when", "if", "because",
    ]

    /// Whether `{who}` is a subject wherever it stands, so that "she" may stand for it.
    var hasRoomForPronoun: Bool {
        var rest = Substring(source)
        while let range = rest.range(of: "{who}") {
            let before = rest[..<range.lowerBound]
            let word = before.split { !$0.isLetter }.last.map { $0.lowercased() } ?? ""
            guard before.last != ")", Self.beforeSubject.contains(word) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
