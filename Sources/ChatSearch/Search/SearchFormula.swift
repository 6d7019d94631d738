/// A query as a formula of its terms (Boole 1854): whether it holds of an entry follows from which terms do.
indirect enum SearchFormula: Sendable, Equatable {
    /// The term of that index.
    case term(Int)
    case all([SearchFormula])
    case any([SearchFormula])
    /// The first, and none of the others.
    case without(SearchFormula, [SearchFormula])

    /// One of the parts, or all of them put together.
    static func joined(
        _ parts: [SearchFormula], _ join: ([SearchFormula]) -> SearchFormula
    ) -> SearchFormula {
        parts.count == 1 ? parts[0] : join(parts)
    }

    /// In FTS5's query language.
    /// - Parameter phrases: of the terms, in that language.
    func expression(_ phrases: [String]) -> String {
        func list(_ parts: [SearchFormula], _ word: String) -> String {
            "(\(parts.map { $0.expression(phrases) }.joined(separator: " \(word) ")))"
        }
        switch self {
        case .term(let index): return phrases[index]
        case .all(let parts): return list(parts, "AND")
        case .any(let parts): return list(parts, "OR")
        case .without(let what, let denied):
            // One NOT for all, so that FTS5's tree stays shallow.
            return "(\(what.expression(phrases)) NOT \(list(denied, "OR")))"
        }
    }

    /// Whether it holds where the terms hold that `truth` says.
    func holds(_ truth: [Bool]) -> Bool {
        switch self {
        case .term(let index): truth[index]
        case .all(let parts): parts.allSatisfy { $0.holds(truth) }
        case .any(let parts): parts.contains { $0.holds(truth) }
        case .without(let what, let denied):
            what.holds(truth) && !denied.contains { $0.holds(truth) }
        }
    }

    /// As a person reads it: `A AND (B OR C) NOT D`.
    func text(_ names: [String]) -> String {
        /// Brackets where they tell something: around OR, and around all but a term behind NOT.
        func inner(_ part: SearchFormula, _ isDenied: Bool = false) -> String {
            switch part {
            case .term: part.text(names)
            case .all, .without: isDenied ? "(\(part.text(names)))" : part.text(names)
            case .any: "(\(part.text(names)))"
            }
        }
        switch self {
        case .term(let index): return names[index]
        case .all(let parts): return parts.map { inner($0) }.joined(separator: " AND ")
        case .any(let parts): return parts.map { inner($0, true) }.joined(separator: " OR ")
        case .without(let what, let denied):
            return ([inner(what)] + denied.map { inner($0, true) }).joined(separator: " NOT ")
        }
    }
}
