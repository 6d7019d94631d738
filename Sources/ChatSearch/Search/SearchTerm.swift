/// One token that a query looks for.
struct SearchTerm: Sendable, Equatable {
    /// As the index holds it.
    let token: String
    /// Any token that begins with it counts.
    let isPrefix: Bool
    /// Its share in a plain question, beside its rarity.
    var weight: Double
    /// The word of the query that it belongs to, counted from 0.
    let word: Int

    /// In FTS5's query language. Tokens hold letters and digits only, so quoting is safe.
    var expression: String { "\"\(token)\"\(isPrefix ? "*" : "")" }

    /// Whether a token of an entry is one that this term looks for.
    func matches(_ other: some StringProtocol) -> Bool {
        isPrefix ? other.hasPrefix(token) : other == token
    }
}

extension SearchTerm {
    /// Most terms of a plain question that are looked up; the first ones of a longer one.
    static let limit = 64

    /// The terms of a plain question's words, each token once.
    static func terms(of words: [SearchWord], prefixes: Set<Int>) -> [SearchTerm] {
        var terms: [SearchTerm] = []
        var places: [String: Int] = [:]
        func add(_ token: String, prefix: Bool, _ weight: Double, _ word: Int) {
            if let place = places[token] {
                terms[place].weight = max(terms[place].weight, weight)
            } else if terms.count < limit {
                places[token] = terms.count
                terms.append(
                    SearchTerm(token: token, isPrefix: prefix, weight: weight, word: word))
            }
        }
        for (index, word) in words.enumerated() where terms.count < limit {
            let weight =
                SearchWeights.stopWords.contains(word.folded) ? SearchWeights.stopWord : 1
            let syllables = Array(word.folded)
            guard word.isSyllabic, syllables.count > 1 else {
                add(
                    word.folded, prefix: word.isSyllabic || prefixes.contains(index), weight, index)
                continue
            }
            var share = weight
            for place in 0..<syllables.count - 1 {
                add(String(syllables[place...place + 1]), prefix: false, share, index)
                share *= SearchWeights.laterSyllables
            }
            if syllables.count == 2, SearchWeights.particles.contains(syllables[1]) {
                add(String(syllables[0]), prefix: false, weight * SearchWeights.bareStem, index)
            }
        }
        return terms
    }

    /// The tokens of words that follow each other, and whether the last may go on. A last word of syllables
    /// may have a particle behind it.
    static func tokens(
        _ words: [SearchWord], isPrefix: Bool
    ) -> (tokens: [String], isPrefix: Bool) {
        var tokens: [String] = []
        var prefix = isPrefix
        for (index, word) in words.enumerated() {
            let syllables = Array(word.folded)
            guard word.isSyllabic else {
                tokens.append(word.folded)
                continue
            }
            for place in 0..<syllables.count - 1 {
                tokens.append(String(syllables[place...place + 1]))
            }
            let isLast = index == words.count - 1
            if !isLast || syllables.count == 1 {
                tokens.append(String(syllables.suffix(1)))
            }
            if isLast { prefix = syllables.count == 1 }
        }
        return (tokens, prefix)
    }
}
