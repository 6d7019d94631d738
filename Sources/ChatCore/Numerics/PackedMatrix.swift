/// A matrix stored for exact matrix-vector products.
///
/// Definition (the naive twin is `PackedMatrix.naiveProduct`): y[i] = (((y[i] + w[i,0]·x[0]) + w[i,1]·x[1])
/// + …), each product and sum rounded to Float, columns in ascending order, never fused. Rows are
/// independent, so doing sixteen of them at once changes no bit, whatever the processor's width.
///
/// Layout: panels of 32 rows; in a panel, column after column of two `SIMD16<Float>`. Missing rows of
/// the last panel are zero. A matrix whose every element is a bfloat16, as in a model file made with
/// `--compact`, is kept in half the room and widened on the way, which changes no bit and is faster:
/// what limits these products is reading the weights.
public struct PackedMatrix: Sendable {
    public let rows: Int
    public let columns: Int
    private let panels: Panels

    private enum Panels {
        case full([SIMD16<Float>])
        /// One vector a column: rows 0 to 15 of the panel in the upper halves, 16 to 31 in the lower.
        case half([SIMD16<UInt32>])
    }

    /// Packs a row-major [rows, columns] matrix.
    public init(_ values: some RandomAccessCollection<Float>, rows: Int, columns: Int) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        let vectors = (rows + 31) / 32 * columns
        let flat = ContiguousArray(values)
        func place(_ row: Int, _ column: Int) -> (vector: Int, lane: Int) {
            (row / 32 * columns + column, row % 32)
        }
        if flat.allSatisfy({ $0.bitPattern & 0xFFFF == 0 }) {
            var half = [SIMD16<UInt32>](repeating: .zero, count: vectors)
            for row in 0..<rows {
                for column in 0..<columns {
                    let (vector, lane) = place(row, column)
                    let bits = flat[row * columns + column].bitPattern
                    half[vector][lane % 16] |= lane < 16 ? bits : bits >> 16
                }
            }
            panels = .half(half)
        } else {
            var full = [SIMD16<Float>](repeating: .zero, count: vectors * 2)
            for row in 0..<rows {
                for column in 0..<columns {
                    let (vector, lane) = place(row, column)
                    full[vector * 2 + lane / 16][lane % 16] = flat[row * columns + column]
                }
            }
            panels = .full(full)
        }
    }

    /// y += W x. `x` has `columns` values, `y` room for `rows` rounded up to a multiple of 32; what
    /// lies beyond `rows` stays finite and is of no meaning.
    func multiplyAdd(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
        switch panels {
        case .full(let panels):
            panels.withUnsafeBufferPointer { w in
                eachPanel(x, y) { vector in (w[vector * 2], w[vector * 2 + 1]) }
            }
        case .half(let panels):
            let upper = SIMD16<UInt32>(repeating: 0xFFFF_0000)
            let shift = SIMD16<UInt32>(repeating: 16)
            panels.withUnsafeBufferPointer { w in
                eachPanel(x, y) { vector in
                    (
                        unsafeBitCast(w[vector] & upper, to: SIMD16<Float>.self),
                        unsafeBitCast(w[vector] &<< shift, to: SIMD16<Float>.self)
                    )
                }
            }
        }
    }

    /// Adds up panel after panel; `column` gives the 32 weights of a panel's column.
    @inline(__always)
    private func eachPanel(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        _ column: (Int) -> (SIMD16<Float>, SIMD16<Float>)
    ) {
        var vector = 0
        for panel in 0..<(rows + 31) / 32 {
            let out = UnsafeMutableRawPointer(y + panel * 32)
                .assumingMemoryBound(to: SIMD16<Float>.self)
            var a = out[0]
            var b = out[1]
            for i in 0..<columns {
                let value = SIMD16<Float>(repeating: x[i])
                let (first, second) = column(vector)
                a = a + first * value
                b = b + second * value
                vector += 1
            }
            out[0] = a
            out[1] = b
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

    /// `multiplyAdd` on arrays.
    package func product(_ x: [Float], adding y: [Float]) -> [Float] {
        let scratch = FloatBuffer(count: max(rows, 1))
        for i in 0..<rows { scratch.base[i] = y[i] }
        x.withUnsafeBufferPointer { input in
            if let base = input.baseAddress { multiplyAdd(base, into: scratch.base) }
        }
        return (0..<rows).map { scratch.base[$0] }
    }
}
