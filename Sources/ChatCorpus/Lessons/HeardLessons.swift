/// Statements about anything at all, kept as they were said: what a course teaches beside the facts that it
/// has words of its own for. A reply says the whole line back, so that nothing has to be understood of it but
/// which question it answers.
struct HeardLessons: Sendable {
    /// Dialogues in a hundred that are about such statements.
    var share = 0
    /// The acknowledgement and the answer, with `{said}`; the reply where nothing that was said answers.
    var noted, answer, unknown: LessonTemplate?
    /// Lines that take back what was just said, and the reply to them.
    var forget: [LessonTemplate] = []
    var forgotten: LessonTemplate?
    var statements: [Statement] = []
    /// The things with words of their own, by the letters of the questions for them.
    private var toldByQuestion: [String: Set<Int>] = [:]

    /// One statement in several wordings.
    struct Statement: Sendable {
        var lines: [LessonTemplate]
        /// Questions that every wording answers.
        var ask: [LessonTemplate] = []
        /// Questions that sound near and are answered by none.
        var near: [LessonTemplate] = []
        /// The place of the statement that this one goes on or corrects.
        var after: Int?
        /// Whether it corrects: the one before it is then no longer asked for.
        var corrects = false
        /// The things with words of their own that one of its questions asks for as well.
        var told: Set<Int> = []
    }

    /// The statements that something can begin with.
    var first: [Int] = []
    /// What goes on or corrects the statement at a place.
    func next(_ place: Int) -> Int? {
        let next = place + 1
        return statements.indices.contains(next) && statements[next].after == place ? next : nil
    }

    /// What a question asks for that has words of its own, and has other replies then.
    func told(askedBy question: LessonTemplate) -> Set<Int> {
        toldByQuestion[Self.letters(question)] ?? []
    }

    /// Finds what has words of its own among what the statements' questions ask for, by the very words.
    mutating func findQuestions(of lessons: [ToldLesson]) {
        for (index, lesson) in lessons.enumerated() {
            for question in lesson.ask.training {
                toldByQuestion[Self.letters(question), default: []].insert(index)
            }
        }
        for index in statements.indices {
            statements[index].told = statements[index].ask.reduce(into: []) {
                $0.formUnion(told(askedBy: $1))
            }
        }
    }

    private static func letters(_ question: LessonTemplate) -> String {
        question.source.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    var isTaught: Bool { noted != nil && answer != nil && unknown != nil && !statements.isEmpty }

    /// What lines and replies are made of, for the alphabet.
    var texts: [String] {
        let lines = statements.flatMap { $0.lines + $0.ask + $0.near }
        return
            (lines + [noted, answer, unknown, forgotten].compactMap(\.self)
            + forget).map(\.source)
    }
}

/// Reads the sections of what is heard.
extension LessonCourse {
    /// `[heard]` alone says how it is answered; `[heard NAME]` holds statements.
    mutating func readHeard(_ section: LessonSection) throws {
        if section.items.isEmpty || !section.fields.isEmpty {
            try section.allow([
                "share", "noted", "answer", "unknown", "forget", "forgotten",
            ])
            guard let share = section.items("share").first.flatMap({ Int($0.text) }),
                (0...100).contains(share)
            else { throw section.error("[heard] needs 'share:', 0 to 100 dialogues in a hundred") }
            heard.share = share
            heard.noted = try section.required("noted")
            heard.answer = try section.required("answer")
            heard.unknown = try section.required("unknown")
            heard.forget = try section.templates("forget")
            heard.forgotten = try section.template("forgotten")
        }
        try readStatements(section)
    }

    private mutating func readStatements(_ section: LessonSection) throws {
        /// Slots that stand in every wording so far of what belongs together.
        var told: Set<String> = []
        let begin = heard.statements.count
        for item in section.items {
            let mark = item.text.first
            let text = "?!+~".contains(mark ?? " ") ? String(item.text.dropFirst()) : item.text
            let templates = try Self.alternatives(text).map {
                try section.template(.init(text: $0, line: item.line))
            }
            guard !templates.isEmpty else {
                throw section.error("nothing stands on this line", line: item.line)
            }
            let last = heard.statements.count > begin ? heard.statements.count - 1 : nil
            switch mark {
            case "?", "!":
                guard let last else {
                    throw section.error("a question with no statement before it", line: item.line)
                }
                if mark == "!" {
                    heard.statements[last].near += templates
                    continue
                }
                for slot in templates.flatMap(\.slots) where !told.contains(slot) {
                    throw section.error(
                        "{\(slot)} is asked about and does not stand in every wording",
                        line: item.line)
                }
                heard.statements[last].ask += templates
            default:
                if let last, heard.statements[last].ask.isEmpty {
                    throw section.error(
                        "the statement before this line has no '?' line", line: item.line)
                }
                var statement = HeardLessons.Statement(lines: templates)
                let shared = Self.slotsOfAll(templates)
                if mark == "+" || mark == "~" {
                    guard let last else {
                        throw section.error("nothing stands before this line", line: item.line)
                    }
                    statement.after = last
                    statement.corrects = mark == "~"
                    told.formUnion(shared)
                } else {
                    told = shared
                    heard.first.append(heard.statements.count)
                }
                heard.statements.append(statement)
            }
        }
        if heard.statements.count > begin, heard.statements.last?.ask.isEmpty == true {
            throw section.error(
                "the statement at the end has no '?' line", line: section.items.last?.line)
        }
    }

    private static func slotsOfAll(_ lines: [LessonTemplate]) -> Set<String> {
        guard let first = lines.first else { return [] }
        return lines.dropFirst().reduce(first.certainSlots) { $0.intersection($1.certainSlots) }
    }
}
