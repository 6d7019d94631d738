import ChatCore

/// The tensors of a model in one flat block: parameters or their gradients.
package struct TensorViews: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Float>
    private let layout: ParameterLayout

    package init(_ base: UnsafeMutablePointer<Float>, layout: ParameterLayout) {
        self.base = base
        self.layout = layout
    }

    /// A tensor as a matrix: its first dimension as rows, the others as columns.
    package func matrix(_ name: String) -> Matrix { group([name]) }

    /// Tensors that lie side by side, as one matrix of all their rows.
    package func group(_ names: [String]) -> Matrix {
        var rows = 0
        var columns = 1
        for name in names {
            guard let range = layout.range(of: name),
                let tensor = layout.tensors.first(where: { $0.name == name })
            else { preconditionFailure("no tensor named \(name)") }
            rows += tensor.shape[0]
            columns = range.count / tensor.shape[0]
        }
        return Matrix(base + layout.offset(names[0]), rows: rows, columns: columns)
    }

    /// All of a tensor's values, as one vector.
    package func vector(_ name: String) -> Vector { matrix(name).flat }
}
