import ChatCore

extension PointerHead {
    /// Copies lane b's state from or to the pointer head's part of a `RecurrentState`.
    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        let next = Int(min(max(values[layout.next], 0), Float(reach - 1)))
        let filled = Int(min(max(values[layout.filled], 0), Float(reach)))
        let origin = start(lane)
        counts[lane] = filled < reach ? filled : reach + next
        for index in 0..<reach {
            let slot = (next + index) % reach
            for i in 0..<keySize {
                keys.row(origin + index)[i] = values[layout.keys.lowerBound + i * reach + slot]
            }
            symbols[origin + index] = Int32(
                min(max(values[layout.symbols.lowerBound + slot], 0), Float(symbolCount - 1)))
            before.row(lane)[index] =
                index < reach - filled ? 0 : values[layout.weights.lowerBound + index]
        }
        nextKey.row(lane).copy(keys.row(origin))
        lines[lane].load(
            symbols: symbols.array(origin..<origin + reach), from: values, layout)
        traceBefore.row(lane).load(values, layout.trace)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        carry()
        let origin = start(lane)
        let filled = min(counts[lane], reach)
        let next = counts[lane] % reach
        for index in 0..<reach {
            let slot = (next + index) % reach
            let isThere = index >= reach - filled
            for i in 0..<keySize {
                values[layout.keys.lowerBound + i * reach + slot] =
                    isThere ? keys.row(origin + index)[i] : 0
            }
            values[layout.symbols.lowerBound + slot] =
                isThere ? Float(symbols[origin + index]) : 0
            values[layout.weights.lowerBound + index] = before.row(lane)[index]
        }
        for i in 0..<keySize {
            values[layout.keys.lowerBound + i * reach + next] = nextKey.row(lane)[i]
        }
        values[layout.next] = Float(next)
        values[layout.filled] = Float(filled)
        lines[lane].store(to: values, layout)
        traceBefore.row(lane).store(values, layout.trace)
    }
}
