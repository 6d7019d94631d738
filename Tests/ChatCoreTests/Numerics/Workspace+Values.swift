import ChatTraining

extension Workspace {
    /// A dense matrix of these values, row after row.
    func matrix(_ rows: Int, _ columns: Int, _ values: [Float]) -> Matrix {
        precondition(values.count == rows * columns)
        let result = matrix(rows, columns)
        for (i, value) in values.enumerated() { result.base[i] = value }
        return result
    }

    /// A vector of these values.
    func vector(_ values: [Float]) -> Vector { matrix(1, values.count, values).row(0) }
}
