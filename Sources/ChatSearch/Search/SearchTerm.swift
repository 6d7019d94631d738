import ChatCore

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

    /// Whether a token of an entry is one that this term looks for, by its bytes, as FTS5 compares.
    func matches(_ other: some StringProtocol) -> Bool {
        isPrefix ? other.utf8.starts(with: token.utf8) : other == token
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
            let weight = SearchWeights.weight(of: word)
            guard word.units.count > 1 else {
                add(word.folded, prefix: word.isInside || prefixes.contains(index), weight, index)
                continue
            }
            var share = weight
            for pair in word.pairs {
                add(pair, prefix: false, share, index)
                // Where nothing parts words the stem may stand anywhere.
                if word.kind != .unspaced { share *= SearchWeights.laterSyllables }
            }
            if word.units.count == 2, SearchWeights.particles.contains(word.units[1].text) {
                add(
                    word.units[0].text, prefix: false, weight * SearchWeights.bareStem, index)
            }
        }
        return terms
    }

    /// The tokens of words that follow each other, and whether the last may go on. Behind a last word that is
    /// found inside others there may be more of them.
    static func tokens(
        _ words: [SearchWord], isPrefix: Bool
    ) -> (tokens: [String], isPrefix: Bool) {
        var tokens: [String] = []
        var prefix = isPrefix
        for (index, word) in words.enumerated() {
            guard word.isInside else {
                tokens.append(word.folded)
                continue
            }
            tokens += word.pairs
            let isLast = index == words.count - 1
            if !isLast || word.units.count == 1 { tokens += word.units.suffix(1).map(\.text) }
            if isLast { prefix = word.units.count == 1 }
        }
        return (tokens, prefix)
    }
}
