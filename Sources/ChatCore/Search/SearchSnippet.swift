/// The part of an entry's text around what matched.
public enum SearchSnippet {
    /// A stretch that matches, or one between two.
    public struct Piece: Sendable, Equatable {
        public var text: String
        public var isMatch: Bool
    }

    /// Characters of a snippet.
    static let length = 160

    /// Cuts `text` to the stretch of `length` characters in which most matches stand, and marks them.
    /// A cut is shown by "…".
    static func pieces(_ text: String, marking query: SearchQuery) -> [Piece] {
        let ranges = marks(text, query)
        let from = start(text, ranges)
        let to = text.index(from, offsetBy: length, limitedBy: text.endIndex) ?? text.endIndex
        var pieces: [Piece] = []
        var place = from
        func add(_ range: Range<String.Index>, _ isMatch: Bool) {
            guard !range.isEmpty else { return }
            pieces.append(Piece(text: String(text[range]), isMatch: isMatch))
        }
        for range in ranges where range.lowerBound >= from && range.upperBound <= to {
            add(place..<range.lowerBound, false)
            add(range, true)
            place = range.upperBound
        }
        add(place..<to, false)
        if from > text.startIndex { pieces.insert(Piece(text: "…", isMatch: false), at: 0) }
        if to < text.endIndex { pieces.append(Piece(text: "…", isMatch: false)) }
        return pieces
    }

    /// Where a snippet begins: a little before the stretch with most matches.
    private static func start(_ text: String, _ ranges: [Range<String.Index>]) -> String.Index {
        guard text.index(text.startIndex, offsetBy: length, limitedBy: text.endIndex) != nil,
            !ranges.isEmpty
        else { return text.startIndex }
        var best = (count: 0, index: 0)
        var last = 0
        for first in ranges.indices {
            let end =
                text.index(
                    ranges[first].lowerBound, offsetBy: length - 30, limitedBy: text.endIndex)
                ?? text.endIndex
            last = max(last, first)
            while last < ranges.count, ranges[last].upperBound <= end { last += 1 }
            if last - first > best.count { best = (last - first, first) }
            if first > 2_000 { break }
        }
        let back = text.index(
            ranges[best.index].lowerBound, offsetBy: -30, limitedBy: text.startIndex)
        return back ?? text.startIndex
    }

    /// Where the query's words stand in `text`, in order and apart.
    static func marks(_ text: String, _ query: SearchQuery) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        for word in SearchWord.all(in: text) {
            if let range = query.mark(word, in: text) {
                if let last = ranges.last, last.upperBound >= range.lowerBound {
                    ranges[ranges.count - 1] =
                        last.lowerBound..<max(last.upperBound, range.upperBound)
                } else {
                    ranges.append(range)
                }
            }
        }
        return ranges
    }
}

extension SearchQuery {
    /// The part of a text's word that a word of the query is, nil where none is. Syllables are found
    /// inside a word; of a plain question's word as much as is there, two syllables at least.
    func mark(_ word: SearchWord, in text: String) -> Range<String.Index>? {
        for (index, wanted) in words.enumerated() where wanted.isSyllabic == word.isSyllabic {
            if !word.isSyllabic {
                let isThere =
                    prefixes.contains(index)
                    ? word.folded.hasPrefix(wanted.folded) : word.folded == wanted.folded
                if isThere { return word.range }
                continue
            }
            var part = wanted.folded[...]
            let least = min(part.count, expression == nil ? 2 : part.count)
            while part.count >= least {
                if let place = text[word.range].firstRange(of: part) { return place }
                part = part.dropLast()
            }
        }
        return nil
    }
}
