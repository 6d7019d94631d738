import ChatCore

/// A view of a row-major matrix of floats in memory owned by a `Workspace` or `FloatBuffer`, which must
/// outlive it. Rows may lie apart: element (i, j) is at `i * stride + j`.
///
/// The training rooms see raw memory only through this type.
package struct Matrix: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    package let rows: Int
    package let columns: Int
    package let stride: Int

    package init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    /// The element count of a dense matrix.
    package var count: Int { rows * columns }

    /// The start of one row.
    package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

    package func rows(_ range: Range<Int>) -> Matrix {
        Matrix(row(range.lowerBound), rows: range.count, columns: columns, stride: stride)
    }

    package func columns(_ range: Range<Int>) -> Matrix {
        Matrix(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// Sets every element to zero.
    package func zero() {
        for i in 0..<rows { row(i).update(repeating: 0, count: columns) }
    }

    /// Copies the elements of a matrix of the same shape.
    package func copy(_ other: Matrix) {
        for i in 0..<rows { row(i).update(from: other.row(i), count: columns) }
    }

    /// Copies the transpose of `other` [columns, rows] into this matrix.
    package func copyTransposed(_ other: Matrix) {
        for i in 0..<rows {
            let out = row(i)
            for j in 0..<columns { out[j] = other.base[j * other.stride + i] }
        }
    }

    /// The values, row after row.
    package var array: [Float] {
        (0..<rows).flatMap { Array(UnsafeBufferPointer(start: row($0), count: columns)) }
    }
}

/// Memory for one computation, allocated once and reused every step.
package final class Workspace {
    private var buffers: [FloatBuffer] = []
    /// The products of this computation.
    package let product: MatrixProduct

    package init(_ product: MatrixProduct = MatrixProduct()) { self.product = product }

    /// A zeroed dense matrix.
    package func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        let buffer = FloatBuffer(count: rows * columns)
        buffers.append(buffer)
        return Matrix(buffer.base, rows: rows, columns: columns)
    }

    /// A zeroed vector.
    package func vector(_ count: Int) -> UnsafeMutablePointer<Float> { matrix(1, count).base }
}
