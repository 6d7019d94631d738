import ChatCore

extension LayerInputGradient {
    /// Hands on the gradient of what `LayerInput.stream` gave, dense [R, width]; it is used up.
    func take(_ dx: Matrix, input: LayerInput, scale: Float, product: MatrixProduct) {
        switch (input, self) {
        case (.rows, .rows(let out)):
            if out.base != dx.base { out.copy(dx) }
        case (.symbols(let symbols, _), .embedding(let dEmbedding)):
            let kernels = product.kernels
            kernels.scale(dx.flat, by: scale)
            for (row, symbol) in symbols.enumerated() {
                kernels.add(dx.row(row), to: dEmbedding.row(Int(symbol)))
            }
        default:
            preconditionFailure("input and gradient of different kinds")
        }
    }
}
