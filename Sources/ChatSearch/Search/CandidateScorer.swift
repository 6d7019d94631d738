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

/// Weighs candidates by how much of the query they match. Each is cut into words once.
struct CandidateScorer {
    let query: SearchQuery
    let terms: [WeighedTerm]
    private let total: Double
    private var segmenter = SearchSegmenter()
    /// What wordings match: many entries share one.
    private var wordings: [String: [Bool]] = [:]
    private let exact: [Substring: [Int]]
    private let prefixes: [Int]

    init(query: SearchQuery, terms: [WeighedTerm]) {
        self.query = query
        self.terms = terms
        total = max(terms.reduce(0) { $0 + $1.weight }, .leastNormalMagnitude)
        var exact: [Substring: [Int]] = [:]
        for (index, term) in terms.enumerated() where !term.term.isPrefix {
            exact[term.term.token[...], default: []].append(index)
        }
        self.exact = exact
        prefixes = terms.indices.filter { terms[$0].term.isPrefix }
    }

    /// A candidate as a hit without its snippet, and the words of its text, to mark them.
    mutating func hit(
        _ entry: SearchEntry, bm25: Double
    ) -> (hit: SearchHit, text: SearchSegments) {
        let text = segmenter.segments(of: entry.text)
        var isShown = matches(text)
        if let answer = entry.answer { isShown = Self.or(isShown, matches(answer)) }
        let isMatched = [matches(entry.names), matches(wording: entry.wording)]
            .reduce(isShown, Self.or)
        let weight = zip(terms, isMatched).reduce(0) { $0 + ($1.1 ? $1.0.weight : 0) }
        let coverage = min(1, weight / total)
        let (matched, missing) = words(isMatched)
        let shown = Set(words(isShown).matched)
        let factor =
            query.expression == nil
            ? (1 + SearchWeights.coverage * coverage) * wordFactor(isMatched) : 1
        let hit = SearchHit(
            entry: entry, score: bm25 * factor, matched: matched, missing: missing,
            elsewhere: matched.filter { !shown.contains($0) }, coverage: coverage, snippet: [])
        return (hit, text)
    }

    private mutating func matches(wording: String) -> [Bool] {
        if let known = wordings[wording] { return known }
        let found = matches(wording)
        wordings[wording] = found
        return found
    }

    private mutating func matches(_ text: String) -> [Bool] {
        let segments = segmenter.segments(of: text)
        return matches(segments)
    }

    /// Which terms a text has.
    private func matches(_ text: SearchSegments) -> [Bool] {
        var isMatched = [Bool](repeating: false, count: terms.count)
        for token in text.tokenList {
            for index in exact[token] ?? [] { isMatched[index] = true }
            for index in prefixes where terms[index].term.matches(token) { isMatched[index] = true }
        }
        return isMatched
    }

    private static func or(_ a: [Bool], _ b: [Bool]) -> [Bool] { zip(a, b).map { $0 || $1 } }

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
