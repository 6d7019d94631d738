import ChatCore

/// Question and answer of each row of a table: `.csv`, `.tsv` and what else has columns.
///
/// Which columns they are is told, or known by a heading, or there are only two. Above the heading
/// there may be a title.
struct TableReader: DialogueReader {
    private var records: CSVRecords
    private let question: Int
    private let answer: Int
    /// The column that belongs to the question: what an instruction is about.
    private var about: Int?
    private let width: Int
    private var first: CSVRecords.Record?
    private(set) var leftOut = CorpusNote.LeftOutCounts()
    let shape: String?
    private let path: String
    private var wrong: CorpusError?
    private var hasDialogue = false

    /// Headings in lower case, pairs that belong together.
    private static let headings: [(questions: [String], answers: [String])] = [
        (["question", "questions", "q", "질문"], ["answer", "answers", "a", "답변", "대답", "답"]),
        (["prompt", "instruction"], ["completion", "response", "output", "answer", "reply"]),
        (["user", "human", "customer"], ["assistant", "bot", "agent", "reply", "response"]),
        (["input"], ["output", "target"]),
        (["source"], ["target"]),
        (["text", "message", "utterance"], ["reply", "response", "answer"]),
        (["front"], ["back"]),
    ]

    /// - Throws: `CorpusError` for a table whose columns cannot be told.
    init(_ file: CorpusFile, delimiter: UInt8, isQuoted: Bool, columns: [String]) throws {
        path = file.path
        records = try CSVRecords(file, delimiter: delimiter, isQuoted: isQuoted)
        guard var first = try records.next() else { throw CorpusError.noDialogues(file: file.path) }
        // Excel's own first line, sep=;
        if first.values.count == 2, first.values[0].lowercased() == "sep=", first.values[1].isEmpty
        {
            guard let next = try records.next() else {
                throw CorpusError.noDialogues(file: file.path)
            }
            first = next
        }
        let top = first
        var above: [CSVRecords.Record] = []
        while above.count < Self.mostAbove, Self.isTitle(first), let next = try records.next() {
            above.append(first)
            first = next
        }
        let names = first.values.map(Self.name)
        let titles = first.values.map(Self.title)
        let lowerTitles = titles.map { $0.lowercased() }
        width = names.count
        for record in above {
            leftOut.add(
                record.values.count == width
                    ? "rows without a question or an answer"
                    : width == 2 ? "rows without two columns" : "rows without \(width) columns",
                line: record.line)
        }
        func fail(_ problem: String) -> CorpusError { .form(file: file.path, problem: problem) }
        func index(_ column: String) -> Int? {
            let name = column.trimmed.lowercased()
            return lowerTitles.firstIndex(of: name) ?? names.firstIndex(of: name)
        }
        if columns.count == 2 {
            let places = try columns.map { column in
                if let place = index(column) { return place }
                if let number = Int(column), (1...names.count).contains(number) {
                    return number - 1
                }
                throw fail(
                    "has no column '\(column)'; it has \(Self.list(first.values)), or numbers 1 to \(names.count)"
                )
            }
            (question, answer) = (places[0], places[1])
            let isNamed = columns.allSatisfy { index($0) != nil } || Self.known(names) != nil
            let isHeading = isNamed || Self.looksLikeHeading(first)
            if isHeading, !isNamed { leftOut.add("rows taken for headings", line: first.line) }
            self.first = isHeading ? nil : first
            shape = "table, columns \(columns[0]) and \(columns[1])"
        } else if let known = Self.known(names), isQuoted || names.allSatisfy({ $0.count > 1 }) {
            (question, answer) = known
            about = names[question] == "instruction" ? Self.about(names, besides: answer) : nil
            self.first = nil
            shape = Self.shape(titles, question, about, answer)
        } else if width == 2 {
            (question, answer) = (0, 1)
            self.first = first
            shape = "table of two columns without a heading"
        } else if width == 1 {
            throw CorpusError.line(
                file: file.path, line: top.line,
                problem:
                    "has one column; a table needs a question and an answer, parted by \(delimiter == 0x09 ? "a tab" : "a comma")"
            )
        } else {
            throw CorpusError.undecided(
                file: file.path,
                problem:
                    "has \(width) columns (\(Self.list(first.values))); say which are question and answer, by name or number",
                .columns)
        }
    }

    /// Rows at most above the heading.
    private static let mostAbove = 10

    /// Whether a row is a title above the table, or an empty one: of more than two columns it fills
    /// one at most.
    private static func isTitle(_ record: CSVRecords.Record) -> Bool {
        record.values.count == 1
            || record.values.count > 2 && record.values.count { !$0.trimmed.isEmpty } < 2
    }

    /// The name of a column in lower case; of a heading of several lines the first.
    private static func name(_ value: String) -> String {
        String(value.trimmed.prefix { !$0.isNewline }).trimmed.lowercased()
    }

    /// The heading of a column in one line.
    private static func title(_ value: String) -> String {
        String(value.trimmed.map { $0.isNewline ? " " : $0 })
    }

    static func known(_ names: [String]) -> (Int, Int)? {
        for pair in headings {
            if let question = names.firstIndex(where: pair.questions.contains),
                let answer = names.firstIndex(where: pair.answers.contains), question != answer
            {
                return (question, answer)
            }
        }
        return nil
    }

    /// The column that an instruction is about, as Alpaca and Dolly have it.
    private static func about(_ names: [String], besides answer: Int) -> Int? {
        names.indices.first { $0 != answer && ["input", "context"].contains(names[$0]) }
    }

    /// What is read of a table, and what is not.
    private static func shape(
        _ titles: [String], _ question: Int, _ about: Int?, _ answer: Int
    ) -> String {
        let asked = [question, about].compactMap(\.self)
        let rest = titles.indices.filter { !(asked + [answer]).contains($0) }.map { titles[$0] }
            .filter { !$0.isEmpty }
        let questions = asked.map { titles[$0] }.joined(separator: " + ")
        return rest.isEmpty
            ? "table, columns \(questions) and \(titles[answer])"
            : "table, columns \(questions) and \(titles[answer]) (not read: \(list(rest)))"
    }

    /// Whether the first row of three or more columns, of which two were told by their numbers, is a
    /// heading: a few words in each, no number and no end of a sentence.
    private static func looksLikeHeading(_ row: CSVRecords.Record) -> Bool {
        row.values.count > 2
            && row.values.allSatisfy { value in
                let name = value.trimmed
                return (1...24).contains(name.count) && Double(name) == nil
                    && name.split(separator: " ").count <= 3
                    && !".!?:。！？".contains(name.last ?? ".")
            } && Set(row.values).count == row.values.count
    }

    /// The first columns, short.
    private static func list(_ values: [String]) -> String {
        values.prefix(6).map { String($0.map { $0.isNewline ? " " : $0 }) }
            .map { $0.count > 24 ? $0.prefix(24) + "…" : $0 }
            .joined(separator: ", ") + (values.count > 6 ? ", …" : "")
    }

    mutating func next() throws -> Dialogue? {
        while let record = try first ?? records.next() {
            first = nil
            guard record.values.count > max(question, answer),
                width != 2 || record.values.count == 2
            else {
                leftOut.add(
                    width == 2
                        ? "rows without two columns" : "rows without \(width) columns",
                    line: record.line)
                wrong =
                    wrong
                    ?? .line(
                        file: path, line: record.line,
                        problem:
                            "has \(record.values.count) columns; a row is a question and an answer")
                continue
            }
            var asked = record.values[question]
            let reply = record.values[answer]
            if asked.trimmed.isEmpty || reply.trimmed.isEmpty {
                leftOut.add("rows without a question or an answer", line: record.line)
                continue
            }
            if let about, about < record.values.count, !record.values[about].trimmed.isEmpty {
                asked += "\n" + record.values[about]
            }
            hasDialogue = true
            return Dialogue(exchanges: [(asked, reply)])
        }
        if let wrong, !hasDialogue { throw wrong }
        return nil
    }
}

extension StringProtocol {
    /// Without white space and invisible marks at both ends.
    var trimmed: String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || scalar.value == 0xFEFF
                || (0x200B...0x200F).contains(scalar.value)
                || (0x202A...0x202E).contains(scalar.value)
        }
        let scalars = self.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let end = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[start...end]))
    }
}
