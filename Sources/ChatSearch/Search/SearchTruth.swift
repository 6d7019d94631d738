import ChatCore

/// A truth table of a search: a row for each hit, a column for each term of the query, and whether the query
/// as a formula of these holds. Of a plain question the terms are its words, any of which is enough, or the
/// phrases in quotation marks, of which all are needed.
package struct SearchTruth: Sendable, Equatable {
    /// As they were typed.
    package let terms: [String]
    /// Of `letters`: `A AND (B OR C) NOT D`.
    package let formula: String
    /// [hit][term].
    package let rows: [[Bool]]
    /// Whether the formula holds, by hit.
    package let values: [Bool]

    /// Most terms that a table has columns for.
    package static let limit = 12

    /// The names of the terms in the formula.
    package static let letters = "ABCDEFGHIJKL".map(String.init)

    /// - Returns: nil where there is nothing to explain: fewer than two terms, or too many.
    package init?(_ query: SearchQuery, _ hits: [SearchHit]) {
        let formula: SearchFormula
        if query.phrases.isEmpty {
            let known = Set(hits.first.map { $0.matched + $0.missing } ?? [])
            var seen: Set<String> = []
            let terms = query.words.indices.map(query.surface)
                .filter { known.contains($0) && seen.insert($0).inserted }
            self.terms = terms
            rows = hits.map { hit in terms.map { hit.matched.contains($0) } }
            formula = .any(terms.indices.map { .term($0) })
        } else {
            terms = query.phrases.map { $0.surface(in: query.text) }
            var segmenter = SearchSegmenter()
            rows = hits.map { hit in
                let columns = hit.entry.columns.map { segmenter.segments(of: $0).tokenList }
                return query.phrases.map { phrase in columns.contains { phrase.occurs(in: $0) } }
            }
            formula = query.formula ?? .joined(terms.indices.map { .term($0) }) { .all($0) }
        }
        guard (2...Self.limit).contains(terms.count) else { return nil }
        self.formula = formula.text(Self.letters)
        values = rows.map(formula.holds)
    }
}

/// Words in a row that a query looks for.
struct SearchPhrase: Sendable, Equatable {
    let words: [SearchWord]
    /// The last word may go on.
    let isPrefix: Bool

    /// In FTS5's query language.
    var expression: String {
        let (tokens, isPrefix) = SearchTerm.tokens(words, isPrefix: isPrefix)
        return "\"\(tokens.joined(separator: " "))\"\(isPrefix ? "*" : "")"
    }

    /// Whether the tokens of a column hold it, as FTS5 would find it.
    func occurs(in column: [Substring]) -> Bool {
        let (tokens, isPrefix) = SearchTerm.tokens(words, isPrefix: isPrefix)
        guard let last = tokens.last, column.count >= tokens.count else { return false }
        return (0...column.count - tokens.count).contains { start in
            let end = column[start + tokens.count - 1]
            return (isPrefix ? end.utf8.starts(with: last.utf8) : end == last)
                && zip(tokens.dropLast(), column[start...]).allSatisfy { $0 == $1 }
        }
    }

    /// As it was typed, without quotation marks.
    func surface(in text: String) -> String {
        guard let first = words.first, let last = words.last else { return "" }
        return String(text[first.range.lowerBound..<last.range.upperBound])
            + (isPrefix ? "*" : "")
    }
}
