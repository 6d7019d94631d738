/// Which slots a line may have, so that a mistyped one is found before training and not read as nothing.
extension LessonCourse {
    /// Reads the sources that the lines of a section draw from.
    /// - Throws: `LessonError.line` for a slot that stands for nothing there, and for a list or generator
    ///   that does not exist.
    mutating func checkSlots(_ section: LessonSection) throws {
        for item in section.items { try checkSlots(item, in: section, key: "") }
        for field in section.fields where field.key != "abstain" && !Self.isPlainField(field.key) {
            for item in field.items { try checkSlots(item, in: section, key: field.key) }
        }
    }

    private mutating func checkSlots(
        _ item: LessonSection.Item, in section: LessonSection, key: String
    ) throws {
        for slot in try section.template(item).slots {
            switch slot.first {
            case "@", "~": try addSource(slot, of: item, in: section)
            case "=" where section.kind == "script": break
            default:
                let known = knownSlots(section, key: key)
                guard !known.contains(slot) else { continue }
                let there =
                    known.isEmpty
                    ? "this line has none; {@LIST} draws from a list and {~latin} invents a name"
                    : "there is \(known.map { "{\($0)}" }.joined(separator: ", "))"
                throw section.error("{\(slot)} stands for nothing here; \(there)", line: item.line)
            }
        }
    }

    private mutating func addSource(
        _ slot: String, of item: LessonSection.Item, in section: LessonSection
    ) throws {
        if sources[slot] != nil { return }
        // A second draw from the list food is written {@food.2}.
        let name = slot.hasPrefix("@") ? String(slot.dropFirst()) : slot
        let base = name.split(separator: ".").first.map(String.init) ?? name
        do {
            sources[slot] = try ValueSource(base, lists: lists)
        } catch let problem as LessonProblem {
            throw section.error(problem.text, line: item.line)
        }
    }

    /// The slots that the machinery binds in the lines under `key`, those said most first.
    private func knownSlots(_ section: LessonSection, key: String) -> [String] {
        switch (section.kind, key) {
        case ("language", "both"): ["first", "second"]
        case ("language", _): ["line"]
        case ("told", "add"), ("told", "remove"), ("told", "removed"), ("told", "added"):
            ["item", section.name, section.name + ".and"]
        case ("told", "counted"): ["n", section.name, section.name + ".and"]
        case ("told", "correct"), ("told", "corrected"):
            [section.name, section.name + ".and", "old"]
        case ("told", "ask"), ("told", "also"), ("told", "unknown"), ("told", "about"): []
        case ("told", _): [section.name, section.name + ".and"]
        case ("fact", let key): factSlots(section, key: key)
        case ("topic", _): columns(of: section.items("table").first?.text ?? section.name)
        case ("session", _): ["about", "again", "count"]
        case ("scene", let key): Self.sceneSlots[key] ?? ["who", "whose"]
        case ("entity", _): ["as", "plural", "a", "b", "n", "list"]
        case ("attribute", "reversed"), ("attribute", "tell"), ("attribute", "tell-me"):
            ["who", "whose", "v", "key", "as", "relation"]
        case ("attribute", _): ["who", "whose", "v", "key", "as"]
        case ("heard", "noted"), ("heard", "answer"): ["said"]
        case ("remark", _): ["who", "whose", "key", "as"]
        default: []
        }
    }

    private static let sceneSlots: [String: [String]] = [
        "mine": ["as"], "yours": ["as"], "possessive": ["who"], "named-reply": ["name"],
        "correct": ["v", "old", "who", "whose", "key", "as"], "restate": ["tell"],
        "forget": ["topic"], "corrected": ["line"], "forgotten": ["topic"], "yes": ["line"],
        "no": ["line"],
    ]

    private func columns(of name: String) -> [String] {
        tables.first { $0.name == name }?.columns ?? []
    }

    /// A question names what it asks about; a reply, a check and a question from the value name any column.
    private func factSlots(_ section: LessonSection, key: String) -> [String] {
        // A held-out phrasing belongs to the lesson of its name, which says the table.
        let lesson = facts.first { $0.name == section.name }
        let table =
            lesson.map { tables[$0.table] }
            ?? tables.first { $0.name == section.items("table").first?.text }
        guard let table else { return [] }
        guard ["ask", "more", "about"].contains(key) else { return table.columns }
        return [table.columns[lesson?.key ?? 0]]
    }
}
