import Foundation

/// Reads the sections of a scene.
extension LessonCourse {
    static let sceneKinds: Set<String> = ["scene", "entity", "attribute", "remark", "script"]

    /// Fields that hold names and numbers instead of templates.
    static let plainSceneFields: Set<String> = [
        "share", "with", "weight", "of", "values", "key", "names", "by-name", "me", "you",
        "you-whose",
        "the",
    ]

    static func isPlainField(_ key: String) -> Bool {
        plainSceneFields.contains(key)
            || ["values-", "pronoun-", "as-"].contains { key.hasPrefix($0) }
    }

    mutating func readScene(_ section: LessonSection) throws {
        switch section.kind {
        case "scene": try readSceneFrame(section)
        case "entity": scene.entities.append(try entityLesson(section))
        case "attribute": scene.attributes.append(try attributeLesson(section))
        case "remark": scene.remarks += try remarkLessons(section)
        default: scene.scripts.append(try scriptLesson(section))
        }
    }

    private mutating func readSceneFrame(_ section: LessonSection) throws {
        let pronouns = section.fields.map(\.key).filter { $0.hasPrefix("pronoun-") }
        try section.allow(
            Set(SceneLessons.Act.allCases.map(\.rawValue))
                .union(SceneLessons.Reply.allCases.map(\.rawValue))
                .union([
                    "share", "with", "mine", "yours", "possessive", "named-reply", "me",
                    "me-whose", "you", "you-whose", "the",
                ]).union(pronouns))
        func text(_ key: String) -> String { section.items(key).first?.text ?? "" }
        guard let share = Int(text("share")), (0...100).contains(share) else {
            throw section.error("[scene] needs 'share:', 0 to 100 dialogues in a hundred")
        }
        scene.share = share
        scene.told.formUnion(text("with").split(separator: " ").map(String.init))
        var references = SceneReferences()
        references.mine = try section.templates("mine")
        references.yours = try section.required("yours")
        references.possessive = try section.required("possessive")
        references.namedReply = try section.template("named-reply")
        references.me = text("me")
        references.meWhose = try section.templates("me-whose")
        references.you = text("you")
        references.youWhose = text("you-whose")
        references.the = text("the")
        for key in pronouns {
            let words = text(key).split(separator: " ").map(String.init)
            guard let subject = words.first else { continue }
            references.pronouns[String(key.dropFirst("pronoun-".count))] =
                (subject, words.count > 1 ? words[1] : subject)
        }
        guard !references.mine.isEmpty else { throw section.error("[scene] needs 'mine:'") }
        scene.references = references
        for act in SceneLessons.Act.allCases {
            scene.lines[act] = try section.templates(act.rawValue)
        }
        for reply in SceneLessons.Reply.allCases {
            scene.replies[reply] = try section.template(reply.rawValue)
        }
    }

    private func entityLesson(_ section: LessonSection) throws -> EntityLesson {
        let groups = section.fields.map(\.key).filter { $0.hasPrefix("as-") }
        try section.allow(
            Set([
                "names", "by-name", "pair", "pair-ack", "ask-pair", "count", "counted",
                "counted-one",
            ]).union(groups))
        var relations: [EntityLesson.Relation] = []
        for group in groups {
            for word in section.items(group).flatMap({ $0.text.split(separator: ",") }) {
                let forms = word.split(separator: "/")
                    .map { $0.trimmingCharacters(in: .whitespaces) }
                guard let single = forms.first, !single.isEmpty else { continue }
                relations.append(
                    .init(
                        word: single, plural: forms.count > 1 ? forms[1] : nil,
                        pronoun: String(group.dropFirst("as-".count))))
            }
        }
        return EntityLesson(
            kind: section.name, relations: relations,
            names: try valueSource(section, "names"),
            isNamedAlone: section.items("by-name").first?.text == "yes",
            pair: try section.templates("pair"), pairReply: try section.template("pair-ack"),
            askPair: try section.templates("ask-pair"), count: try section.templates("count"),
            counted: try section.template("counted"),
            countedOne: try section.template("counted-one"))
    }

    private func valueSource(_ section: LessonSection, _ key: String) throws -> ValueSource? {
        guard let item = section.items(key).first else { return nil }
        do {
            return try ValueSource(item.text, lists: lists)
        } catch let problem as LessonProblem {
            throw section.error(problem.text, line: item.line)
        }
    }

    private func attributeLesson(_ section: LessonSection) throws -> AttributeLesson {
        let valueKeys = section.fields.map(\.key).filter { $0.hasPrefix("values") }
        let wordings = ["tell", "clause", "ask", "check", "say", "unknown", "topic"]
        try section.allow(
            Set(["of", "weight", "key", "reverse", "reversed", "ask-short"])
                .union(wordings + wordings.map { $0 + "-me" }).union(valueKeys))
        var values: [String: ValueSource] = [:]
        for key in valueKeys {
            values[key == "values" ? "" : String(key.dropFirst("values-".count))] =
                try valueSource(section, key)
        }
        let owners = Set(
            section.items("of").flatMap { $0.text.split(separator: " ") }.map(String.init))
        func wording(_ suffix: String) throws -> AttributeWording {
            func templates(_ key: String) throws -> [LessonTemplate] {
                let own = suffix.isEmpty ? [] : try section.templates(key + suffix)
                return own.isEmpty ? try section.templates(key) : own
            }
            func one(_ key: String) throws -> LessonTemplate {
                if !suffix.isEmpty, let own = try section.template(key + suffix) { return own }
                if let plain = try section.template(key) { return plain }
                return try section.required(key + (suffix.isEmpty ? "-me" : suffix))
            }
            return AttributeWording(
                tell: try templates("tell"), clause: try templates("clause"),
                ask: try templates("ask"), check: try templates("check"), say: try one("say"),
                unknown: try one("unknown"), topic: try one("topic"))
        }
        return AttributeLesson(
            name: section.name, owners: owners, weight: try section.weight(), values: values,
            key: try valueSource(section, "key"), others: try wording(""),
            user: try wording("-me"), reverse: try section.templates("reverse"),
            reversed: try section.template("reversed"),
            askShort: try section.templates("ask-short"))
    }

    private func remarkLessons(_ section: LessonSection) throws -> [RemarkLesson] {
        var remarks: [RemarkLesson] = []
        var lines: [LessonTemplate] = []
        for item in section.items {
            let parts = item.text.components(separatedBy: "=>")
            for line in Self.alternatives(parts[0]) {
                lines.append(try section.template(.init(text: line, line: item.line)))
            }
            guard parts.count == 2 else { continue }
            guard !lines.isEmpty else {
                throw section.error("a reply with no line before it", line: item.line)
            }
            let reply = try section.template(
                .init(text: parts[1].trimmingCharacters(in: .whitespaces), line: item.line))
            remarks.append(RemarkLesson(owner: section.name, lines: lines, reply: reply))
            lines = []
        }
        guard lines.isEmpty else {
            throw section.error(
                "the lines at the end have no '=> reply'", line: section.items.last?.line)
        }
        return remarks
    }

    private func scriptLesson(_ section: LessonSection) throws -> ScriptLesson {
        try section.allow(["weight"])
        var steps: [ScriptLesson.Step] = []
        var lines: [LessonTemplate] = []
        for item in section.items {
            func rest() throws -> LessonTemplate {
                try section.template(
                    .init(
                        text: item.text.dropFirst().trimmingCharacters(in: .whitespaces),
                        line: item.line))
            }
            switch item.text.first {
            case ">": lines.append(try rest())
            case "<":
                guard !lines.isEmpty else {
                    throw section.error("a reply with no '>' line before it", line: item.line)
                }
                steps.append(.exchange(lines: lines, reply: try rest()))
                lines = []
            case "." where item.text == "...": steps.append(.pause)
            default:
                throw section.error(
                    "a script has lines that begin with '>' or '<', or '...'", line: item.line)
            }
        }
        guard lines.isEmpty, !steps.isEmpty else {
            throw section.error("[script \(section.name)] does not end with a '<' reply")
        }
        return ScriptLesson(name: section.name, weight: try section.weight(), steps: steps)
    }
}

extension SceneLessons {
    /// What lines and replies are made of, for the alphabet.
    var texts: [String] {
        var templates = references.mine + references.meWhose
        templates += [references.yours, references.possessive, references.namedReply]
            .compactMap(\.self)
        templates += lines.values.flatMap(\.self) + replies.values
        for entity in entities {
            templates += entity.pair + entity.askPair + entity.count
            templates += [entity.pairReply, entity.counted, entity.countedOne].compactMap(\.self)
        }
        for attribute in attributes {
            for wording in [attribute.others, attribute.user] {
                templates += wording.tell + wording.clause + wording.ask + wording.check
                templates += [wording.say, wording.unknown, wording.topic]
            }
            templates += attribute.reverse + attribute.askShort
            if let reversed = attribute.reversed { templates.append(reversed) }
        }
        for remark in remarks { templates += remark.lines + [remark.reply] }
        for script in scripts {
            for case .exchange(let lines, let reply) in script.steps {
                templates += lines + [reply]
            }
        }
        let words = entities.flatMap(\.relations).flatMap { [$0.word, $0.plural ?? ""] }
        return templates.map(\.source) + words + [
            references.me, references.you, references.youWhose, references.the,
        ] + references.pronouns.values.flatMap { [$0.subject, $0.possessive] }
    }
}
