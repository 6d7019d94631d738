import ChatCore

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
