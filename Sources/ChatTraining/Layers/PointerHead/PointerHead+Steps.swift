/// What the steps of a window look back on.
extension PointerHead {
    /// What lane and step look at.
    func rows(_ lane: Int, _ t: Int) -> PointerRows {
        let unknown = first[lane * time + t]
        return PointerRows(
            symbols: symbols, from: start(lane) + t + unknown,
            symbol: symbols[start(lane) + t + reach], distances: distances.vector[unknown...],
            matches: lines[lane].matches(t)[unknown...],
            before: weightsBefore(lane, t)[unknown...], attention: attention(lane, t)[unknown...],
            weights: pointer(lane, t)[unknown...])
    }

    /// The most that lane and step find in common with the last line.
    func bestMatch(_ lane: Int, _ t: Int) -> Float { lines[lane].best(t) }

    /// The rows of `keys` that some step of a chunk looks back on.
    func span(_ lane: Int, _ steps: Range<Int>) -> Range<Int> {
        let earliest = steps.map { $0 + 1 + first[lane * time + $0] }.min() ?? 0
        return start(lane) + earliest..<start(lane) + reach + steps.upperBound
    }

    /// Of a chunk's row of dots, those with the symbols that its step looks back on.
    func seenDots(_ row: Vector, _ seen: PointerRows, _ span: Range<Int>) -> Vector {
        let start = seen.place + 1 - span.lowerBound
        return row[start..<start + seen.count]
    }
}
