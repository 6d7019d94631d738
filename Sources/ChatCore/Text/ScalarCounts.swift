/// How often each scalar occurs in a corpus, from which an alphabet is learned.
package struct ScalarCounts: Sendable {
    private var ascii = [Int](repeating: 0, count: 128)
    private var counts = ScalarTable<Int>(empty: 0)

    package init() {}

    /// Counts the scalars of `text` in NFC, a Hangul syllable as its jamo.
    package mutating func add(_ text: String) {
        for scalar in Normalization.nfc(text).unicodeScalars {
            if scalar.value < 0x80 {
                ascii[Int(scalar.value)] += 1
            } else {
                Hangul.decompose(scalar.value) { counts[$0] += 1 }
            }
        }
    }

    /// Counts what both sides say.
    package mutating func add(_ dialogue: Dialogue) {
        for exchange in dialogue.exchanges {
            add(exchange.user)
            add(exchange.reply)
        }
    }

    /// Number of different scalars.
    package var distinctCount: Int { ranked.count }

    /// Every scalar that occurs, the most frequent first, equals in ascending order.
    private var ranked: [(value: UInt32, count: Int)] {
        let low = ascii.enumerated().map { (value: UInt32($0.offset), count: $0.element) }
        let seen = (low + counts.entries).filter { $0.count > 0 }
        return seen.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
    }

    /// The alphabet for this corpus. Its scalars are:
    /// - every one that occurs, where there are no more than `alwaysKept` different ones;
    /// - else those of ASCII that occur, and of the others the most frequent that occur at least
    ///   `minimumCount` times, `cap` in all.
    ///
    /// The rest is spelled in half-bytes, which are thereby trained, so that a character that was never seen
    /// is not entirely new to the model.
    package func alphabet(alwaysKept: Int = 256, minimumCount: Int = 5, cap: Int = 4096) -> Alphabet
    {
        let ranked = ranked
        var kept = ranked.map(\.value)
        if kept.count > alwaysKept {
            let ascii = kept.filter { $0 < 0x80 }
            let others = ranked.filter { $0.value >= 0x80 && $0.count >= minimumCount }.map(\.value)
            kept = ascii + others.prefix(max(0, cap - ascii.count))
        }
        return Alphabet(scalars: kept.compactMap(Unicode.Scalar.init))
    }
}
