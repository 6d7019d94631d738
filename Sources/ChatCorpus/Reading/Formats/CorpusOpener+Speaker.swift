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
        let match =
            counts[asked] != nil
            ? asked : names.first { $0.key.lowercased() == asked.lowercased() }?.key
        guard let speaker = match else {
            throw fail("has no '\(VisibleText.oneLine(asked))'; there are \(list)")
        }
        var settled = options
        settled.speaker = speaker
        // Who takes part is private before anything else.
        settled.redaction?.names += names.map(\.key)
        parts = parts.map { part in
            CorpusPart(
                origin: part.origin, place: part.place, size: part.size, form: part.form,
                options: settled, people: part.people)
        }
    }
}
