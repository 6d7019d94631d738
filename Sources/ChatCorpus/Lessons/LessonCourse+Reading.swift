import ChatCore
import Foundation

/// Turns the sections of lesson files into typed lessons.
extension LessonCourse {
    /// - Parameters:
    ///   - sections: of the course's own files, in file order.
    ///   - heldOut: of its held-out phrasing file.
    /// - Throws: `LessonError.line` for an unknown kind, key, table, column, list or slot.
    mutating func read(_ sections: [LessonSection], heldOut: [LessonSection]) throws {
        for section in sections { try read(section) }
        if heard.noted == nil, let section = sections.first(where: { $0.kind == "heard" }) {
            throw section.error(
                "[heard NAME] needs a [heard] with share, noted, answer and unknown")
        }
        for section in heldOut { try readHeldOut(section) }
        heard.findQuestions(of: told)
        for section in sections { try checkSlots(section) }
        for section in heldOut { try checkSlots(section) }
    }

    private mutating func read(_ section: LessonSection) throws {
        switch section.kind {
        case "language": try readLanguage(section)
        case "told": told.append(try toldLesson(section))
        case "fact": facts.append(try factLesson(section))
        case "topic": topics.append(try topicLesson(section))
        case "talk": try readTalk(section, heldOut: false)
        case "unknown":
            try section.allow(["ask", "reply", "weight"])
            unknown.append(
                UnknownLesson(
                    ask: Phrasings(training: try section.templates("ask")),
                    reply: try section.required("reply"), weight: try section.weight()))
        case "session":
            guard let kind = SessionLesson.Kind(rawValue: section.name) else {
                throw section.error("[session] is one of last, first, again, count")
            }
            try section.allow(["ask", "answer", "answer-one", "none"])
            session.append(
                SessionLesson(
                    kind: kind, ask: Phrasings(training: try section.templates("ask")),
                    answer: try section.required("answer"),
                    answerOne: try section.template("answer-one"),
                    none: try section.required("none")))
        case "heard": try readHeard(section)
        case let kind where Self.sceneKinds.contains(kind): try readScene(section)
        default:
            throw section.error(
                "'[\(section.kind)]' is no kind of lesson; there are [language], [told], [fact], [topic], [talk], [unknown], [session], [scene], [entity], [attribute], [remark], [script], [heard]"
            )
        }
        if !section.items.isEmpty && !["talk", "remark", "script", "heard"].contains(section.kind) {
            throw section.error(
                "this line belongs to no key (indent lines under 'key:')",
                line: section.items[0].line)
        }
    }

    private mutating func readLanguage(_ section: LessonSection) throws {
        try section.allow([
            "abstain", "join", "join-last", "wrap-ask", "wrap-tell", "both", "filler", "may-drop",
        ])
        func quoted(_ key: String) -> String? {
            section.items(key).first.map { $0.text.trimmingCharacters(in: ["\""]) }
        }
        for item in section.items("abstain") {
            // Replies are judged by it long after the lessons were read.
            guard (try? NSRegularExpression(pattern: item.text)) != nil else {
                throw section.error("'\(item.text)' is no regular expression", line: item.line)
            }
            language.abstain.append(item.text)
        }
        language.join = quoted("join") ?? language.join
        language.joinLast = quoted("join-last") ?? language.joinLast
        language.wrapAsk += try section.templates("wrap-ask")
        language.wrapTell += try section.templates("wrap-tell")
        language.both += try section.templates("both")
        language.loose.fillers += section.items("filler").map(\.text)
        language.loose.droppable.formUnion(section.items("may-drop").map { $0.text.lowercased() })
    }

    private func toldLesson(_ section: LessonSection) throws -> ToldLesson {
        try section.allow([
            "values", "weight", "tell", "ask", "also", "correct", "add", "ack", "answer", "unknown",
            "corrected", "added", "clause-first", "clause", "noted-first", "noted", "about",
            "check", "remove", "removed", "clear", "emptied", "count", "counted",
        ])
        guard let values = section.items("values").first else {
            throw section.error("[told \(section.name)] needs 'values:'")
        }
        let source: ValueSource
        do {
            source = try ValueSource(values.text, lists: lists)
        } catch let problem as LessonProblem {
            throw section.error(problem.text, line: values.line)
        }
        let clause = try section.templates("clause")
        let clauseFirst = try section.templates("clause-first")
        return ToldLesson(
            name: section.name, source: source, kin: values.text, weight: try section.weight(),
            tell: Phrasings(training: try section.templates("tell")),
            ask: Phrasings(training: try section.templates("ask")),
            also: Phrasings(training: try section.templates("also")),
            correct: Phrasings(training: try section.templates("correct")),
            add: Phrasings(training: try section.templates("add")),
            ack: try section.required("ack"), answer: try section.required("answer"),
            unknown: try section.required("unknown"), corrected: try section.template("corrected"),
            added: try section.template("added"),
            clauseFirst: clauseFirst.isEmpty ? clause : clauseFirst, clause: clause,
            notedFirst: try section.template("noted-first") ?? section.template("noted"),
            noted: try section.template("noted"), about: try section.template("about"),
            check: try section.templates("check"), list: try listWording(section))
    }

    private func listWording(_ section: LessonSection) throws -> ListWording? {
        guard !section.items("remove").isEmpty else { return nil }
        return ListWording(
            remove: try section.templates("remove"), clear: try section.templates("clear"),
            count: try section.templates("count"), removed: try section.required("removed"),
            emptied: try section.required("emptied"), counted: try section.required("counted"))
    }

    private func factLesson(_ section: LessonSection) throws -> FactLesson {
        try section.allow([
            "table", "key", "value", "weight", "ask", "more", "answer", "about", "check", "reverse",
            "reversed",
        ])
        let (table, key) = try column(section, key: "key")
        let (_, value) = try column(section, key: "value", fallback: section.name)
        return FactLesson(
            name: section.name, table: table, key: key, value: value, weight: try section.weight(),
            ask: Phrasings(training: try section.templates("ask")),
            more: Phrasings(training: try section.templates("more")),
            answer: try section.required("answer"), about: try section.template("about"),
            rows: tables[table].rows.indices.filter {
                !tables[table].rows[$0][key].isEmpty && !tables[table].rows[$0][value].isEmpty
            }, check: try section.templates("check"), reverse: try section.templates("reverse"),
            reversed: try section.template("reversed"))
    }

    private func topicLesson(_ section: LessonSection) throws -> TopicLesson {
        try section.allow(["table", "key", "and", "lost-attribute", "lost-entity"])
        let (table, key) = try column(section, key: "key", table: section.name)
        return TopicLesson(
            table: table, key: key, and: Phrasings(training: try section.templates("and")),
            lostAttribute: try section.template("lost-attribute"),
            lostEntity: try section.template("lost-entity"))
    }

    /// The table that a section names and one of its columns (the first one if none is named).
    private func column(
        _ section: LessonSection, key: String, table fallbackTable: String? = nil,
        fallback: String? = nil
    ) throws -> (table: Int, column: Int) {
        guard let name = section.items("table").first?.text ?? fallbackTable,
            let table = tables.firstIndex(where: { $0.name == name })
        else {
            throw section.error(
                "'table:' names none of this course's tables (\(tables.map(\.name).joined(separator: ", ")))"
            )
        }
        guard let column = section.items(key).first?.text ?? fallback else { return (table, 0) }
        guard let index = tables[table].columns.firstIndex(of: column) else {
            throw section.error(
                "the table \(name) has no column '\(column)'; it has \(tables[table].columns.joined(separator: ", "))"
            )
        }
        return (table, index)
    }

    private mutating func readTalk(_ section: LessonSection, heldOut: Bool) throws {
        guard let place = TalkLesson.Place(rawValue: section.name) else {
            throw section.error(
                "[talk] is plain, [talk greeting], [talk farewell], [talk world] or [talk echo]")
        }
        var lines: [LessonTemplate] = []
        for item in section.items {
            let parts = item.text.components(separatedBy: "=>")
            guard parts.count <= 2 else {
                throw section.error("more than one '=>'", line: item.line)
            }
            for line in Self.alternatives(parts[0]) {
                lines.append(try section.template(.init(text: line, line: item.line)))
            }
            guard parts.count == 2 else { continue }
            let reply = try section.template(
                .init(text: parts[1].trimmingCharacters(in: .whitespaces), line: item.line))
            guard !lines.isEmpty else {
                throw section.error("a reply with no line before it", line: item.line)
            }
            if let index = talk.firstIndex(where: { $0.reply.source == reply.source }) {
                if heldOut {
                    talk[index].lines.heldOut += lines
                } else {
                    talk[index].lines.training += lines
                }
            } else if heldOut {
                throw section.error("no line of training has this reply", line: item.line)
            } else {
                talk.append(
                    TalkLesson(lines: Phrasings(training: lines), reply: reply, place: place))
            }
            lines = []
        }
        if !lines.isEmpty {
            throw section.error(
                "the lines at the end have no '=> reply'", line: section.items.last?.line)
        }
    }

    /// Splits at `|` outside of brackets.
    static func alternatives(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == "|" && depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Adds the phrasings of the held-out file to the lessons of the same kind and name.
    private mutating func readHeldOut(_ section: LessonSection) throws {
        func missing() -> LessonError {
            section.error("no [\(section.kind) \(section.name)] is taught")
        }
        switch section.kind {
        case "talk": try readTalk(section, heldOut: true)
        case "told":
            try section.allow(["tell", "ask", "also", "correct", "add"])
            guard let i = told.firstIndex(where: { $0.name == section.name }) else {
                throw missing()
            }
            told[i].tell.heldOut += try section.templates("tell")
            told[i].ask.heldOut += try section.templates("ask")
            told[i].also.heldOut += try section.templates("also")
            told[i].correct.heldOut += try section.templates("correct")
            told[i].add.heldOut += try section.templates("add")
        case "fact":
            try section.allow(["ask", "more"])
            guard let i = facts.firstIndex(where: { $0.name == section.name }) else {
                throw missing()
            }
            facts[i].ask.heldOut += try section.templates("ask")
            facts[i].more.heldOut += try section.templates("more")
        case "topic":
            try section.allow(["and", "key"])
            let (table, key) = try column(section, key: "key", table: section.name)
            guard let i = topics.firstIndex(where: { $0.table == table && $0.key == key }) else {
                throw missing()
            }
            topics[i].and.heldOut += try section.templates("and")
        case "session":
            try section.allow(["ask"])
            guard let i = session.firstIndex(where: { $0.kind.rawValue == section.name }) else {
                throw missing()
            }
            session[i].ask.heldOut += try section.templates("ask")
        case "unknown":
            try section.allow(["ask"])
            guard !unknown.isEmpty else { throw missing() }
            unknown[0].ask.heldOut += try section.templates("ask")
        default: throw section.error("[\(section.kind)] has no phrasings to hold out")
        }
    }
}

extension LessonSection {
    /// How often the lesson is chosen among its kind; 1 if it does not say.
    func weight() throws -> Int {
        guard let item = items("weight").first else { return 1 }
        guard let weight = Int(item.text), (0...1000).contains(weight) else {
            throw error("'weight:' is a whole number up to 1000", line: item.line)
        }
        return weight
    }
}
