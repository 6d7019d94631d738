import ChatCore

/// Cuts texts into words, after folding them (`TextFolder`). What is indexed, what is asked, how hits are
/// ranked and what is marked in them all come from here.
///
/// Letters and digits make words. Hangul, kana, ideographs, emoji and scripts without spaces make words
/// of units, each found inside a longer word: a syllable, or a letter with its vowel signs. Words of
/// different kinds that touch (`PAC는`) are two words.
struct SearchSegmenter {
    private var folder = TextFolder()

    /// A text in words; in NFC, whatever it was.
    mutating func segments(of text: String) -> SearchSegments {
        segments(of: Normalization.nfc(text)[...])
    }

    /// A part of a text that is in NFC, in words.
    mutating func segments(of part: Substring) -> SearchSegments {
        SearchSegments(part, folder.scalars(of: String(part)))
    }
}

/// A text cut into words.
struct SearchSegments {
    /// In NFC; the places of its words are in it.
    var text: String { part.base }
    private let part: Substring
    private let scalars: [FoldedScalar]
    /// Where each word stands in `scalars`.
    private let runs: [Range<Int>]

    init(_ part: Substring, _ scalars: [FoldedScalar]) {
        var runs: [Range<Int>] = []
        var start = 0
        while start < scalars.count {
            let kind = scalars[start].kind
            var end = start + 1
            while end < scalars.count, scalars[end].kind == kind { end += 1 }
            if kind != .apart { runs.append(start..<end) }
            start = end
        }
        (self.part, self.scalars, self.runs) = (part, scalars, runs)
    }

    /// The words in order.
    var words: [SearchWord] {
        runs.map { run in
            let cuts = edges(of: run)
            let units = zip(cuts, cuts.dropFirst()).map { from, to in
                SearchWord.Unit(
                    text: string(from..<to),
                    range: index(scalars[from].start)..<index(scalars[to - 1].end))
            }
            let (first, last) = (scalars[run.lowerBound], scalars[run.upperBound - 1])
            return SearchWord(
                kind: first.kind, range: index(first.start)..<index(last.end), units: units)
        }
    }

    /// What the index holds of the text: its tokens, apart by single spaces. FTS5 is given these, not the
    /// text, so its own tokenizer has nothing to decide.
    ///
    /// A word of letters is one token. A word of units is held as overlapping pairs and its last unit:
    /// `한국의` is `한국 국의 의`. So every unit begins exactly one token, a word is found inside a longer one,
    /// with a particle behind it or another word before it, and a single unit is found as a prefix.
    var tokens: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * part.utf8.count)
        for run in runs {
            let cuts = edges(of: run)
            for place in 0..<cuts.count - 1 {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                for scalar in scalars[cuts[place]..<cuts[min(place + 2, cuts.count - 1)]] {
                    bytes.append(contentsOf: scalar.scalar.utf8)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same one by one.
    var tokenList: [Substring] {
        tokens.utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
    }

    /// Where the units of a word begin, and where the last one ends. A word of letters is one unit.
    private func edges(of run: Range<Int>) -> [Int] {
        if scalars[run.lowerBound].kind == .letter { return [run.lowerBound, run.upperBound] }
        return run.filter { scalars[$0].startsUnit } + [run.upperBound]
    }

    private func string(_ range: Range<Int>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in scalars[range] { result.append(scalar.scalar) }
        return String(result)
    }

    private func index(_ offset: Int) -> String.Index {
        part.utf8.index(part.startIndex, offsetBy: offset)
    }
}

/// One word of a query or a text.
struct SearchWord: Sendable, Equatable {
    /// What is found only as a whole: a syllable, a letter with its vowel signs, an emoji, and all of a
    /// word of letters.
    struct Unit: Sendable, Equatable {
        /// As the index holds it.
        let text: String
        /// As it stands in the text.
        let range: Range<String.Index>
    }

    let kind: FoldedScalar.Kind
    /// As it stands in the text.
    let range: Range<String.Index>
    /// At least one.
    let units: [Unit]

    /// As the index holds it.
    var folded: String { units.map(\.text).joined() }
    /// Whether it is found inside longer words.
    var isInside: Bool { kind != .letter }
    /// Its units, each with the next one.
    var pairs: [String] { zip(units, units.dropFirst()).map { $0.text + $1.text } }
}
