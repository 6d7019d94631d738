import ChatCore

/// A view of a row-major matrix of floats in memory owned by a `Workspace` or `FloatBuffer`, which must
/// outlive it. Rows may lie apart: element (i, j) is at `i * stride + j`.
///
/// The training rooms see raw memory only through this type and `Vector`; rows, columns and parts are checked.
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

    /// Whether the rows lie side by side.
    package var isDense: Bool { stride == columns || rows <= 1 }

    /// Whether it is a dense matrix of a shape.
    func isDense(_ rows: Int, _ columns: Int) -> Bool {
        self.rows == rows && self.columns == columns && isDense
    }

    /// One row, [columns].
    @inline(__always)
    package func row(_ index: Int) -> Vector {
        precondition(index >= 0 && index < rows, "a row of the matrix")
        return Vector(base + index * stride, count: columns)
    }

    package func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows of the matrix")
        return Matrix(
            base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    package func columns(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns of the matrix")
        return Matrix(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// The elements of a dense matrix, row after row.
    package var flat: Vector {
        precondition(isDense, "dense")
        return Vector(base, count: count)
    }

    /// The first elements of a dense matrix as a dense matrix of another shape.
    package func reshaped(_ rows: Int, _ columns: Int) -> Matrix { flat.reshaped(rows, columns) }

    /// Sets every element to zero.
    package func zero() {
        for i in 0..<rows { row(i).zero() }
    }

    /// Copies the elements of a matrix of the same shape.
    package func copy(_ other: Matrix) {
        precondition(other.rows == rows && other.columns == columns, "same shape")
        for i in 0..<rows { row(i).copy(other.row(i)) }
    }

    /// Copies the transpose of `other` [columns, rows] into this matrix.
    package func copyTransposed(_ other: Matrix) {
        precondition(other.rows == columns && other.columns == rows, "the shape of a transpose")
        for i in 0..<rows {
            let out = row(i)
            for j in 0..<columns { out[j] = other.base[j * other.stride + i] }
        }
    }

    /// The values, row after row.
    package var array: [Float] {
        (0..<rows).flatMap { row($0).array }
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
    package func vector(_ count: Int) -> Vector { matrix(1, count).row(0) }
}
