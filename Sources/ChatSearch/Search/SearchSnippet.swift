/// The part of an entry's text around what matched.
public enum SearchSnippet {
    /// A stretch that matches, or one between two.
    public struct Piece: Sendable, Equatable {
        /// A part of the entry's text.
        public var text: String
        /// Whether it is one of the query's words.
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
        let marker = SearchMarker(query)
        var ranges: [Range<String.Index>] = []
        for word in SearchWord.all(in: text) {
            guard let range = marker.mark(word, in: text) else { continue }
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                let end = max(last.upperBound, range.upperBound)
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }
}

/// Finds a query's words in the words of a text. Syllables are found inside a word; of a plain
/// question's word as much as is there, two syllables at least.
private struct SearchMarker {
    private var exact: Set<String> = []
    private var prefixes: [String] = []
    /// The UTF-8 of what is looked for inside words of syllables, longer before shorter.
    private var parts: [[UInt8]] = []
    /// Most syllables of a plain question's word that are looked for together.
    private static let longest = 32

    init(_ query: SearchQuery) {
        for (index, word) in query.words.enumerated() {
            guard word.isSyllabic else {
                if query.prefixes.contains(index) {
                    prefixes.append(word.folded)
                } else {
                    exact.insert(word.folded)
                }
                continue
            }
            let syllables = Array(word.folded)
            let isPlain = query.expression == nil
            let most = isPlain ? min(syllables.count, Self.longest) : syllables.count
            for count in (isPlain ? min(2, most) : most)...most {
                parts.append(Array(String(syllables.prefix(count)).utf8))
            }
            if parts.count > 256 { break }
        }
        parts.sort { $0.count > $1.count }
    }

    func mark(_ word: SearchWord, in text: String) -> Range<String.Index>? {
        guard word.isSyllabic else {
            let isThere =
                exact.contains(word.folded) || prefixes.contains { word.folded.hasPrefix($0) }
            return isThere ? word.range : nil
        }
        let bytes = Array(text[word.range].utf8)
        for part in parts where part.count <= bytes.count {
            for start in stride(from: 0, through: bytes.count - part.count, by: 1)
            where bytes[start..<start + part.count].elementsEqual(part) {
                let from = text.utf8.index(word.range.lowerBound, offsetBy: start)
                return from..<text.utf8.index(from, offsetBy: part.count)
            }
        }
        return nil
    }
}
