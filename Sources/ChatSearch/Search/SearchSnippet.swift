/// The part of an entry's text around what matched.
public enum SearchSnippet {
    /// A stretch that matches, or one between two.
    public struct Piece: Sendable, Equatable {
        /// A part of the entry's text, in NFC.
        public var text: String
        /// Whether it is one of the query's words.
        public var isMatch: Bool
    }

    /// Characters of a snippet.
    static let length = 160

    /// Cuts a text to the stretch of `length` characters in which most matches stand, and marks them.
    /// A cut is shown by "…".
    static func pieces(_ segments: SearchSegments, marking marker: SearchMarker) -> [Piece] {
        let text = segments.text
        let ranges = marks(segments, marker)
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

    /// Where the query's words stand, in order and apart.
    private static func marks(
        _ segments: SearchSegments, _ marker: SearchMarker
    ) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        for range in segments.words.flatMap(marker.marks) {
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
