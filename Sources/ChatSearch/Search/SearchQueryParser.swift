/// Reads a boolean query by descent.
///
/// either := both (OR both)*   both := less ([AND] less | AND NOT one)*   less := one (NOT one)*
/// one := words | ( either )
struct SearchQueryParser {
    /// Words that a hit may show.
    private(set) var shown: [SearchPhrase] = []
    /// All of them, each once.
    private(set) var terms: [SearchPhrase] = []
    private var places: [String: Int] = [:]

    private let tokens: [SearchQueryToken]
    private var next = 0
    private var wordCount = 0
    /// Above 0 while what follows NOT is read.
    private var denied = 0
    private var depth = 0

    init(tokens: [SearchQueryToken]) { self.tokens = tokens }

    /// - Throws: `SearchError.query` with the place of what is wrong, `.tooManyWords`.
    mutating func parse() throws -> SearchFormula {
        let expression = try either()
        if let rest = peek {
            throw SearchError.query(place: rest.place, problem: "this bracket was not opened")
        }
        return expression
    }

    private var peek: SearchQueryToken? { next < tokens.count ? tokens[next] : nil }

    private mutating func either() throws -> SearchFormula {
        var parts = [try both()]
        while peek?.kind == .or {
            next += 1
            parts.append(try both())
        }
        return .joined(parts) { .any($0) }
    }

    private mutating func both() throws -> SearchFormula {
        var parts = [try less()]
        var without: [SearchFormula] = []
        loop: while let token = peek {
            switch token.kind {
            case .and:
                next += 1
                if peek?.kind == .not {
                    without.append(try denial())
                    continue
                }
            case .words, .open: break
            case .or, .not, .close: break loop
            }
            parts.append(try less())
        }
        let formula = SearchFormula.joined(parts) { .all($0) }
        return without.isEmpty ? formula : .without(formula, without)
    }

    private mutating func less() throws -> SearchFormula {
        let formula = try one()
        var without: [SearchFormula] = []
        while peek?.kind == .not { without.append(try denial()) }
        return without.isEmpty ? formula : .without(formula, without)
    }

    /// What stands behind NOT.
    private mutating func denial() throws -> SearchFormula {
        next += 1
        denied += 1
        defer { denied -= 1 }
        return try one()
    }

    private mutating func one() throws -> SearchFormula {
        guard let token = peek else {
            guard let last = tokens.last else { throw SearchError.noWords }
            throw SearchError.query(
                place: last.place, problem: "\(Self.name(last.kind)) needs a word after it")
        }
        switch token.kind {
        case .words(let words, let isPrefix, _):
            next += 1
            wordCount += words.count
            guard wordCount <= SearchQuery.limit else {
                throw SearchError.tooManyWords(limit: SearchQuery.limit)
            }
            let phrase = SearchPhrase(words: words, isPrefix: isPrefix)
            if denied == 0 { shown.append(phrase) }
            return .term(place(of: phrase))
        case .open:
            next += 1
            depth += 1
            guard depth <= SearchQuery.depthLimit else {
                throw SearchError.query(
                    place: token.place,
                    problem: "brackets go \(SearchQuery.depthLimit) deep at most")
            }
            let inner = try either()
            guard peek?.kind == .close else {
                throw SearchError.query(place: token.place, problem: "this bracket is not closed")
            }
            next += 1
            depth -= 1
            return inner
        case .and, .or, .not:
            let before = next > 0 ? tokens[next - 1] : nil
            let name = Self.name(token.kind)
            if let before, before.kind != .open {
                throw SearchError.query(
                    place: before.place,
                    problem: "\(Self.name(before.kind)) needs a word after it")
            }
            throw SearchError.query(place: token.place, problem: "\(name) needs a word before it")
        case .close:
            throw SearchError.query(
                place: token.place, problem: "a word is missing before this bracket")
        }
    }

    private mutating func place(of phrase: SearchPhrase) -> Int {
        let expression = phrase.expression
        if let place = places[expression] { return place }
        places[expression] = terms.count
        terms.append(phrase)
        return terms.count - 1
    }

    private static func name(_ kind: SearchQueryToken.Kind) -> String {
        switch kind {
        case .and: "AND"
        case .or: "OR"
        case .not: "NOT"
        case .open: "the bracket"
        case .close: "the bracket"
        case .words: "the word"
        }
    }
}
