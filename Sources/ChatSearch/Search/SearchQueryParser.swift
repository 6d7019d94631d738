/// Reads a boolean query by descent and writes it in FTS5's query language.
///
/// either := both (OR both)*   both := less ([AND] less)*   less := one (NOT one)*
/// one := words | ( either )
struct SearchQueryParser {
    /// Words that a hit may show.
    private(set) var shown: [(words: [SearchWord], isPrefix: Bool)] = []

    private let tokens: [SearchQueryToken]
    private var next = 0
    private var wordCount = 0
    /// Above 0 while what follows NOT is read.
    private var denied = 0
    private var depth = 0

    init(tokens: [SearchQueryToken]) { self.tokens = tokens }

    /// - Throws: `SearchError.query` with the place of what is wrong, `.tooManyWords`.
    mutating func parse() throws -> String {
        let expression = try either()
        if let rest = peek {
            throw SearchError.query(place: rest.place, problem: "this bracket was not opened")
        }
        return expression
    }

    private var peek: SearchQueryToken? { next < tokens.count ? tokens[next] : nil }

    private mutating func either() throws -> String {
        var parts = [try both()]
        while peek?.kind == .or {
            next += 1
            parts.append(try both())
        }
        return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
    }

    private mutating func both() throws -> String {
        var parts = [try less()]
        loop: while let token = peek {
            switch token.kind {
            case .and: next += 1
            case .words, .open: break
            case .or, .not, .close: break loop
            }
            parts.append(try less())
        }
        return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " AND ")))"
    }

    private mutating func less() throws -> String {
        let expression = try one()
        var without: [String] = []
        while peek?.kind == .not {
            next += 1
            denied += 1
            without.append(try one())
            denied -= 1
        }
        // One NOT for all, so that FTS5's tree stays shallow.
        return without.isEmpty
            ? expression : "(\(expression) NOT (\(without.joined(separator: " OR "))))"
    }

    private mutating func one() throws -> String {
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
            if denied == 0 { shown.append((words, isPrefix)) }
            return SearchTerm.phrase(words, isPrefix: isPrefix)
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
