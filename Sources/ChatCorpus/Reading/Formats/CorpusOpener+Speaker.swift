import ChatCore

/// Who speaks in a chat.
extension CorpusOpener {
    /// Sees to it that a chat has one whom the model learns to be, and others.
    mutating func settleSpeaker() throws {
        var counts: [String: Int] = [:]
        var first: CorpusPart?
        for part in parts {
            guard let entries = try part.entries() else { continue }
            first = first ?? part
            counts.merge(try ChatDialogues.people(entries), uniquingKeysWith: +)
        }
        guard let first else { return }
        func fail(_ problem: String) -> CorpusError { .form(file: first.origin, problem: problem) }
        let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let list =
            names.prefix(8).map { "\(VisibleText.oneLine($0.key)) (\($0.value))" }
            .joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        guard !names.isEmpty else { throw CorpusError.noDialogues(file: first.origin) }
        guard names.count > 1 else {
            throw fail(
                "is a \(first.form.description) in which only \(list) speaks; a dialogue needs two")
        }
        guard let asked = options.speaker else {
            throw CorpusError.undecided(
                file: first.origin,
                problem: "is a \(first.form.description); say whom the model learns to be: \(list)",
                .speaker)
        }
        let typed = Self.typed(asked)
        let match =
            counts[asked] != nil ? asked : names.first { Self.typed($0.key) == typed }?.key
        guard let speaker = match else {
            throw fail("has no '\(VisibleText.oneLine(asked))'; there are \(list)")
        }
        var settled = options
        settled.speaker = speaker
        // Who takes part is private before anything else.
        settled.redaction?.names += names.flatMap { Redaction.calls($0.key) }
        parts = parts.map { part in
            CorpusPart(
                origin: part.origin, place: part.place, size: part.size, form: part.form,
                options: settled, people: part.people)
        }
    }

    /// A name as it is typed: whatever its case, with plain spaces and hyphens. WhatsApp writes
    /// no-break ones, in telephone numbers above all, and invisible marks of direction.
    private static func typed(_ name: String) -> String {
        var typed = String.UnicodeScalarView()
        for scalar in name.lowercased().unicodeScalars {
            switch scalar.value {
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: continue
            case 0x2010...0x2015, 0x2212: typed.append("-")
            default: typed.append(scalar)
            }
        }
        return String(typed).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
