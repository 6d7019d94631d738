import ChatCore

/// A layer that works along its window in blocks of time steps. Rows are time-major: row t · batch + lane.
protocol ResidualBlock {
    var batch: Int { get }
    var time: Int { get }
}

extension ResidualBlock {
    /// Time steps worked on together, about 256 rows: what one part writes is still in the cache when
    /// the next reads it.
    var blocks: [Range<Int>] {
        let length = max(1, 256 / batch)
        return stride(from: 0, to: time, by: length).map { $0..<min($0 + length, time) }
    }

    /// The rows of some time steps.
    func rows(_ steps: Range<Int>) -> Range<Int> {
        steps.lowerBound * batch..<steps.upperBound * batch
    }
}

/// The residual stream that enters a delta layer.
extension LayerInput {
    /// The layer below's rows, or embedded symbols times `scale`, written to `embedded` [R, width].
    func stream(_ embedded: Matrix, scale: Float) -> Matrix {
        switch self {
        case .rows(let x):
            return x
        case .symbols(let symbols, let embedding):
            for (row, symbol) in symbols.enumerated() {
                let from = embedding.row(Int(symbol))
                let to = embedded.row(row)
                for j in 0..<embedded.columns { to[j] = from[j] * scale }
            }
            return embedded
        }
    }
}
