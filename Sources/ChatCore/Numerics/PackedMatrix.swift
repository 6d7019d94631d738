/// A matrix stored for exact matrix-vector products.
///
/// Definition (the naive twin is `PackedMatrix.naiveProduct`): y[i] = (((y[i] + w[i,0]·x[0]) + w[i,1]·x[1])
/// + …), each product and sum rounded to Float, columns in ascending order, never fused. Rows are
/// independent, so doing sixteen of them at once changes no bit, whatever the processor's width.
///
/// Layout: panels of 32 rows; in a panel, column after column of 32 values. Missing rows of the last panel are
/// zero. Where all values are bfloat16 (a compact model), half of each is kept: at every character all
/// weights are read once, and from afar.
package struct PackedMatrix: Sendable {
    package let rows: Int
    package let columns: Int
    private let panels: Panels

    private enum Panels: Sendable {
        case floats([Float])
        /// Their upper halves; the lower ones are zero.
        case halves([UInt16])
    }

    /// Packs a row-major [rows, columns] matrix.
    package init(_ values: some RandomAccessCollection<Float>, rows: Int, columns: Int) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        let flat = ContiguousArray(values)
        var panels = [Float](repeating: 0, count: (rows + 31) / 32 * columns * 32)
        for row in 0..<rows {
            let start = (row / 32) * columns * 32 + row % 32
            for column in 0..<columns {
                panels[start + column * 32] = flat[row * columns + column]
            }
        }
        let areHalves = panels.allSatisfy { $0.bitPattern & 0xFFFF == 0 }
        self.panels =
            areHalves
            ? .halves(panels.map { UInt16($0.bitPattern >> 16) }) : .floats(panels)
    }

    /// y += W x. `x` has `columns` values, `y` room for `rows` rounded up to a multiple of 32; what
    /// lies beyond `rows` stays finite and is of no meaning.
    func multiplyAdd(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        by loops: ExactLoops = .best
    ) {
        switch panels {
        case .floats(let panels):
            panels.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                loops.product(rows: rows, columns: columns, panels: base, x, into: y)
            }
        case .halves(let panels):
            panels.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                loops.product(rows: rows, columns: columns, panels: base, x, into: y)
            }
        }
    }

    /// y[b] += W x[b] for `count` vectors, each with the bits that `multiplyAdd` gives it alone: every weight is
    /// read once for all of them.
    func multiplyAdd(
        _ x: FloatRows, into y: FloatRows, count: Int, by loops: ExactLoops = .best
    ) {
        guard count > 1 else { return multiplyAdd(x[0], into: y[0], by: loops) }
        switch panels {
        case .floats(let panels):
            panels.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                loops.products(
                    rows: rows, columns: columns, panels: base, x, into: y, count: count)
            }
        case .halves(let panels):
            panels.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                loops.products(
                    rows: rows, columns: columns, panels: base, x, into: y, count: count)
            }
        }
    }

    /// The definition, one element at a time: the reference that tests compare `multiplyAdd` with.
    package static func naiveProduct(
        _ values: [Float], rows: Int, columns: Int, _ x: [Float], adding y: [Float]
    ) -> [Float] {
        (0..<rows).map { row in
            var sum = y[row]
            for column in 0..<columns { sum = sum + values[row * columns + column] * x[column] }
            return sum
        }
    }

    /// `multiplyAdd` of several vectors, on arrays.
    package func products(
        _ x: [[Float]], adding y: [[Float]], by loops: ExactLoops = .best
    ) -> [[Float]] {
        let inputs = RowBuffer(count: x.count, width: columns)
        let outputs = RowBuffer(count: x.count, width: rows)
        for row in x.indices {
            for i in 0..<columns { inputs[row][i] = x[row][i] }
            for i in 0..<rows { outputs[row][i] = y[row][i] }
        }
        if !x.isEmpty {
            multiplyAdd(inputs.rows, into: outputs.rows, count: x.count, by: loops)
        }
        return x.indices.map { row in (0..<rows).map { outputs[row][$0] } }
    }

    /// `multiplyAdd` on arrays.
    package func product(_ x: [Float], adding y: [Float], by loops: ExactLoops = .best) -> [Float] {
        let scratch = FloatBuffer(count: max(rows, 1))
        for i in 0..<rows { scratch.base[i] = y[i] }
        x.withUnsafeBufferPointer { input in
            if let base = input.baseAddress { multiplyAdd(base, into: scratch.base, by: loops) }
        }
        return (0..<rows).map { scratch.base[$0] }
    }
}
