import ChatCore

/// A view of floats that lie side by side, [count], in memory that outlives it: a row of a matrix, or a part of
/// one.
///
/// Parts are checked. The index of one element is not: that would cost the plain loops most of their time.
package struct Vector: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    package let count: Int

    package init(_ base: UnsafeMutablePointer<Float>, count: Int) {
        self.base = base
        self.count = count
    }

    package subscript(index: Int) -> Float {
        @inline(__always) get { base[index] }
        @inline(__always) nonmutating set { base[index] = newValue }
    }

    /// A part of it.
    @inline(__always)
    package subscript(range: Range<Int>) -> Vector {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "inside the vector")
        return Vector(base + range.lowerBound, count: range.count)
    }

    /// Its end, from an index on.
    @inline(__always)
    package subscript(range: PartialRangeFrom<Int>) -> Vector {
        precondition(range.lowerBound <= count, "inside the vector")
        return self[range.lowerBound..<count]
    }

    /// Its first elements as a dense matrix.
    package func reshaped(_ rows: Int, _ columns: Int) -> Matrix {
        precondition(rows >= 0 && columns >= 0 && rows * columns <= count, "room for the matrix")
        return Matrix(base, rows: rows, columns: columns)
    }

    /// Sets every element to zero.
    package func zero() { fill(0) }

    /// Sets every element to a value.
    package func fill(_ value: Float) { base.update(repeating: value, count: count) }

    /// Copies the elements of a vector of the same length; the two may overlap.
    package func copy(_ other: Vector) {
        precondition(other.count == count, "same length")
        base.update(from: other.base, count: count)
    }

    /// Copies its elements from or to a part of a lane's state.
    package func load(_ state: UnsafePointer<Float>, _ part: Range<Int>) {
        precondition(part.count == count, "same length")
        base.update(from: state + part.lowerBound, count: count)
    }

    package func store(_ state: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
        precondition(part.count == count, "same length")
        (state + part.lowerBound).update(from: base, count: count)
    }

    /// The values.
    package var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

extension FloatBuffer {
    /// All of it.
    package var vector: Vector { Vector(base, count: count) }
}
