/// Statements about anything at all, kept as they were said: what a course teaches beside the facts that it
/// has words of its own for. A reply says the whole line back, so that nothing has to be understood of it but
/// which question it answers.
struct HeardLessons: Sendable {
    /// Dialogues in a hundred that are about such statements.
    var share = 0
    /// The acknowledgement and the answer, with `{said}`; the reply where nothing that was said answers.
    var noted, answer, unknown: LessonTemplate?
    var statements: [Statement] = []

    /// One statement in several wordings.
    struct Statement: Sendable {
        var lines: [LessonTemplate]
        /// Questions that every wording answers.
        var ask: [LessonTemplate]
        /// Questions that sound near and are answered by none.
        var near: [LessonTemplate]
    }

    var isTaught: Bool { noted != nil && answer != nil && unknown != nil && !statements.isEmpty }

    /// What lines and replies are made of, for the alphabet.
    var texts: [String] {
        let lines = statements.flatMap { $0.lines + $0.ask + $0.near }
        return (lines + [noted, answer, unknown].compactMap(\.self)).map(\.source)
    }
}

/// Reads the sections of what is heard.
extension LessonCourse {
    /// `[heard]` alone says how it is answered; `[heard NAME]` holds statements.
    mutating func readHeard(_ section: LessonSection) throws {
        if section.items.isEmpty || !section.fields.isEmpty {
            try section.allow(["share", "noted", "answer", "unknown"])
            guard let share = section.items("share").first.flatMap({ Int($0.text) }),
                (0...100).contains(share)
            else { throw section.error("[heard] needs 'share:', 0 to 100 dialogues in a hundred") }
            heard.share = share
            heard.noted = try section.required("noted")
            heard.answer = try section.required("answer")
            heard.unknown = try section.required("unknown")
        }
        var statement = HeardLessons.Statement(lines: [], ask: [], near: [])
        for item in section.items {
            let mark = item.text.first
            let isQuestion = mark == "?" || mark == "!"
            if !isQuestion, !statement.ask.isEmpty {
                heard.statements.append(statement)
                statement = .init(lines: [], ask: [], near: [])
            }
            let text = isQuestion ? String(item.text.dropFirst()) : item.text
            let templates = try Self.alternatives(text).map {
                try section.template(.init(text: $0, line: item.line))
            }
            switch mark {
            case "?":
                let told = statement.lines.map { Set($0.slots) }
                if told.isEmpty {
                    throw section.error("a question with no statement before it", line: item.line)
                }
                for slot in templates.flatMap(\.slots) where !told.allSatisfy({ $0.contains(slot) })
                {
                    throw section.error(
                        "{\(slot)} is asked about and does not stand in every wording",
                        line: item.line)
                }
                statement.ask += templates
            case "!": statement.near += templates
            default: statement.lines += templates
            }
        }
        guard statement.lines.isEmpty || !statement.ask.isEmpty else {
            throw section.error(
                "the statement at the end has no '?' line", line: section.items.last?.line)
        }
        if !statement.lines.isEmpty { heard.statements.append(statement) }
    }
}
