/// A term with its rarity.
struct WeighedTerm {
    let term: SearchTerm
    /// Entries that hold it.
    let count: Int
    /// Its weight times its inverse frequency.
    let weight: Double

    /// - Parameter count: held to `total`, whatever a damaged index says.
    init(term: SearchTerm, count: Int, total: Int) {
        let count = min(max(count, 0), total)
        self.term = term
        self.count = count
        weight = term.weight * SearchWeights.inverseFrequency(count, of: total)
    }
}

/// Weighs candidates by how much of the query they match.
struct CandidateScorer {
    let query: SearchQuery
    let terms: [WeighedTerm]
    private let total: Double
    private var tokenizer = SearchTokenizer()
    private let exact: [Substring: [Int]]

    init(query: SearchQuery, terms: [WeighedTerm]) {
        self.query = query
        self.terms = terms
        total = max(terms.reduce(0) { $0 + $1.weight }, .leastNormalMagnitude)
        var exact: [Substring: [Int]] = [:]
        for (index, term) in terms.enumerated() where !term.term.isPrefix {
            exact[term.term.token[...], default: []].append(index)
        }
        self.exact = exact
    }

    mutating func hit(_ entry: SearchEntry, bm25: Double) -> SearchHit {
        var isMatched = [Bool](repeating: false, count: terms.count)
        let prefixes = terms.indices.filter { terms[$0].term.isPrefix }
        var isShown = isMatched
        for (place, column) in entry.columns.enumerated() {
            if place == SearchEntry.shownColumns { isShown = isMatched }
            guard !column.isEmpty else { continue }
            for token in tokenizer.tokens(of: column).split(separator: " ") {
                for index in exact[token] ?? [] { isMatched[index] = true }
                for index in prefixes where terms[index].term.matches(token) {
                    isMatched[index] = true
                }
            }
        }
        let weight = zip(terms, isMatched).reduce(0) { $0 + ($1.1 ? $1.0.weight : 0) }
        let coverage = min(1, weight / total)
        let (matched, missing) = words(isMatched)
        let shown = Set(words(isShown).matched)
        let factor =
            query.expression == nil
            ? (1 + SearchWeights.coverage * coverage) * wordFactor(isMatched) : 1
        return SearchHit(
            entry: entry, score: bm25 * factor, matched: matched, missing: missing,
            elsewhere: matched.filter { !shown.contains($0) }, coverage: coverage, snippet: [])
    }

    /// More for an entry in which more of the telling words stand, and for one that has them all.
    private func wordFactor(_ isMatched: [Bool]) -> Double {
        var telling = 0
        var there = 0
        var seen: Set<Int> = []
        for (index, term) in terms.enumerated() where seen.insert(term.term.word).inserted {
            guard term.term.weight > SearchWeights.stopWord else { continue }
            telling += 1
            if isMatched[index] { there += 1 }
        }
        guard telling > 0 else { return 1 }
        let share = Double(there) / Double(telling)
        return (1 + SearchWeights.words * share) * (there == telling ? SearchWeights.allWords : 1)
    }

    /// The query's words by whether they match: a word of syllables does when its first pair does.
    private func words(_ isMatched: [Bool]) -> (matched: [String], missing: [String]) {
        var matched: [String] = []
        var missing: [String] = []
        var seen: Set<Int> = []
        for (index, term) in terms.enumerated() where seen.insert(term.term.word).inserted {
            let surface = query.surface(term.term.word)
            if isMatched[index] { matched.append(surface) } else { missing.append(surface) }
        }
        return (matched, missing)
    }
}
