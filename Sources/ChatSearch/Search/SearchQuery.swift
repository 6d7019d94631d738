import ChatCore

/// What is looked for.
///
/// A plain question is the OR of its words, best match first. With AND, OR or NOT (in capitals),
/// brackets group and words side by side must both be there: `capital AND (Spain OR Portugal) NOT
/// Madrid`, which may be written AND NOT. "Words in quotation marks" must follow each other, and `lang*` finds whatever begins so.
/// Hangul is found inside words: 한국 finds 한국의; so are kana, ideographs, emoji and the letters of Thai, Lao,
/// Khmer and Burmese. Letter case, diacritics, and the width and form of letters do not matter.
public struct SearchQuery: Sendable, Equatable {
    /// As it was typed.
    public let text: String
    /// The words that an entry may show, those behind NOT left out.
    let words: [SearchWord]
    /// Which of `words` were typed with a star.
    let prefixes: Set<Int>
    /// The terms of a boolean query, those behind NOT with them; of a plain question what it insists on.
    let phrases: [SearchPhrase]
    /// A boolean query, of `phrases`; nil for a plain question.
    let formula: SearchFormula?
    /// The same in FTS5's query language.
    let expression: String?

    /// Most words of a boolean query, and how deep its brackets may go: FTS5's parser takes no more.
    static let limit = 256
    static let depthLimit = 8

    /// Reads a query as it was typed.
    /// - Throws: `SearchError.query`, `.noWords`, `.tooManyWords`.
    public init(_ text: String) throws {
        // As the index holds it: Hangul may come decomposed.
        let text = Normalization.nfc(text)
        self.text = text
        let tokens = try SearchQueryToken.all(in: text)
        let isBoolean = tokens.contains { [.and, .or, .not].contains($0.kind) }
        var words: [SearchWord] = []
        var prefixes: Set<Int> = []
        if isBoolean {
            var parser = SearchQueryParser(tokens: tokens)
            let formula = try parser.parse()
            self.formula = formula
            phrases = parser.terms
            expression = formula.expression(phrases.map(\.expression))
            for part in parser.shown {
                if part.isPrefix { prefixes.insert(words.count + part.words.count - 1) }
                words += part.words
            }
        } else {
            (formula, expression) = (nil, nil)
            var phrases: [SearchPhrase] = []
            for token in tokens {
                guard case .words(let found, let isPrefix, let isQuoted) = token.kind else {
                    continue
                }
                if isQuoted { phrases.append(SearchPhrase(words: found, isPrefix: isPrefix)) }
                if isPrefix { prefixes.insert(words.count + found.count - 1) }
                words += found
            }
            self.phrases = phrases
        }
        guard !words.isEmpty else { throw SearchError.noWords }
        self.words = words
        self.prefixes = prefixes
    }

    /// Takes every word of a sentence as it stands; nothing in it is an operator, and nothing can be
    /// wrong with it. A sentence without words finds nothing.
    public init(question: String) {
        let question = Normalization.nfc(question)
        text = question
        var segmenter = SearchSegmenter()
        words = segmenter.segments(of: question).words
        prefixes = []
        phrases = []
        (formula, expression) = (nil, nil)
    }

    /// Phrases in FTS5's query language that a plain question insists on.
    var required: [String] { formula == nil ? phrases.map(\.expression) : [] }

    /// A word as it was typed.
    func surface(_ index: Int) -> String { String(text[words[index].range]) }

    public static func == (a: SearchQuery, b: SearchQuery) -> Bool {
        a.text == b.text && a.expression == b.expression
    }
}

/// A piece of a query.
struct SearchQueryToken: Equatable {
    enum Kind: Equatable {
        case and, or, not, open, close
        case words([SearchWord], isPrefix: Bool, isQuoted: Bool)
    }

    let kind: Kind
    /// The character it begins at, from 1.
    let place: Int

    /// Cuts a query into pieces. White space and marks between words are left out.
    /// - Throws: `SearchError.query` for a quotation mark that is not closed.
    static func all(in text: String) throws -> [SearchQueryToken] {
        var tokens: [SearchQueryToken] = []
        var segmenter = SearchSegmenter()
        var index = text.startIndex
        var place = 1
        func isBreak(_ character: Character) -> Bool {
            character.isWhitespace || "()\"\u{201C}\u{201D}".contains(character)
        }
        func step() {
            index = text.index(after: index)
            place += 1
        }
        while index < text.endIndex {
            let character = text[index]
            let start = place
            if character == "(" || character == ")" {
                tokens.append(.init(kind: character == "(" ? .open : .close, place: start))
                step()
            } else if character == "\"" || character == "\u{201C}" || character == "\u{201D}" {
                step()
                let from = index
                while index < text.endIndex, !"\"\u{201C}\u{201D}".contains(text[index]) { step() }
                guard index < text.endIndex else {
                    throw SearchError.query(
                        place: start, problem: "the quotation mark is not closed")
                }
                let words = segmenter.segments(of: text[from..<index]).words
                step()
                let isPrefix = index < text.endIndex && text[index] == "*"
                if !words.isEmpty {
                    tokens.append(
                        .init(
                            kind: .words(words, isPrefix: isPrefix, isQuoted: true), place: start))
                }
            } else if character.isWhitespace {
                step()
            } else {
                let from = index
                while index < text.endIndex, !isBreak(text[index]) { step() }
                switch text[from..<index] {
                case "AND": tokens.append(.init(kind: .and, place: start))
                case "OR": tokens.append(.init(kind: .or, place: start))
                case "NOT": tokens.append(.init(kind: .not, place: start))
                default:
                    let words = segmenter.segments(of: text[from..<index]).words
                    let isPrefix = text[from..<index].last == "*"
                    if !words.isEmpty {
                        tokens.append(
                            .init(
                                kind: .words(words, isPrefix: isPrefix, isQuoted: false),
                                place: start))
                    }
                }
            }
        }
        return tokens
    }
}
