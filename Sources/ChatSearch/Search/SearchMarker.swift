import ChatCore

/// Finds a query's words in the words of a text. Those of units are found inside a word; of a plain question's
/// word as much as is there, two units at least.
struct SearchMarker {
    private var exact: Set<String> = []
    private var prefixes: [String] = []
    /// The units that are looked for inside words, longer before shorter.
    private var parts: [[String]] = []
    /// Neighbours in a plain question's words that nothing parts, any of which may stand anywhere.
    private var pairs: Set<String> = []
    /// Most units of a plain question's word that are looked for together.
    private static let longest = 32
    /// Most parts and pairs that are looked for.
    private static let limit = 256

    init(_ query: SearchQuery) {
        let isPlain = query.expression == nil
        for (index, word) in query.words.enumerated() {
            guard word.isInside else {
                if query.prefixes.contains(index) {
                    prefixes.append(word.folded)
                } else {
                    exact.insert(word.folded)
                }
                continue
            }
            let units = word.units.map(\.text)
            if isPlain, word.kind == .unspaced, units.count > 1 {
                pairs.formUnion(word.pairs.prefix(Self.limit))
            } else {
                let most = isPlain ? min(units.count, Self.longest) : units.count
                for count in (isPlain ? min(2, most) : most)...most {
                    parts.append(Array(units.prefix(count)))
                }
            }
            if parts.count + pairs.count > Self.limit { break }
        }
        parts.sort { $0.count > $1.count }
    }

    /// What of a word is marked, in order; pieces may touch or overlap.
    func marks(_ word: SearchWord) -> [Range<String.Index>] {
        let units = word.units
        guard word.isInside else {
            let folded = word.folded
            let isThere = exact.contains(folded) || prefixes.contains { folded.hasPrefix($0) }
            return isThere ? [word.range] : []
        }
        for part in parts where part.count <= units.count {
            for start in 0...units.count - part.count
            where zip(part, units[start...]).allSatisfy({ $0 == $1.text }) {
                let end = start + part.count - 1
                return [units[start].range.lowerBound..<units[end].range.upperBound]
            }
        }
        return zip(units, units.dropFirst()).compactMap { unit, next in
            guard pairs.contains(unit.text + next.text) else { return nil }
            return unit.range.lowerBound..<next.range.upperBound
        }
    }
}
