import CoreMath

/// Loops over whole matrices, dense where no stride is named, and over vectors of one length.
extension Kernels {
    /// out [n] += the sum of the rows of x [rows, n].
    @inline(__always)
    package func columnSum(_ x: Matrix, addingTo out: Vector) {
        precondition(x.isDense && out.count == x.columns, "dense, one sum a column")
        table.column_sum(Int32(x.rows), Int32(x.columns), x.base, out.base)
    }

    /// out [rows] = the dot products of the rows of x and y, both [rows, n].
    @inline(__always)
    package func rowDots(_ x: Matrix, _ y: Matrix, into out: Vector) {
        precondition(
            x.isDense && y.isDense(x.rows, x.columns) && out.count == x.rows,
            "dense, same shape, one product a row")
        table.row_dots(Int32(x.rows), Int32(x.columns), x.base, y.base, out.base)
    }

    /// The dot product of two vectors.
    @inline(__always)
    package func dot(_ x: Vector, _ y: Vector) -> Float {
        precondition(x.count == y.count, "same length")
        var out: Float = 0
        table.row_dots(1, Int32(x.count), x.base, y.base, &out)
        return out
    }

    /// y = the rows of x, each times its value of s [rows]; both matrices [rows, n].
    @inline(__always)
    package func scaleRows(_ x: Matrix, by s: Vector, into y: Matrix) {
        precondition(
            x.isDense && y.isDense(x.rows, x.columns) && s.count == x.rows,
            "dense, same shape, one factor a row")
        table.scale_rows(Int32(x.rows), Int32(x.columns), s.base, x.base, y.base)
    }

    /// x *= a, whatever the stride.
    @inline(__always)
    package func scale(_ x: Matrix, by a: Float) {
        precondition(x.stride >= x.columns, "rows apart")
        table.scale(x.rows, x.columns, x.stride, a, x.base)
    }

    /// x *= a.
    @inline(__always)
    package func scale(_ x: Vector, by a: Float) {
        table.scale(1, x.count, x.count, a, x.base)
    }

    /// y += x.
    @inline(__always)
    package func add(_ x: Vector, to y: Vector) {
        precondition(x.count == y.count, "same length")
        table.add(x.count, x.base, y.base)
    }

    /// y = a x + b y.
    @inline(__always)
    package func blend(_ a: Float, _ x: Vector, _ b: Float, into y: Vector) {
        precondition(x.count == y.count, "same length")
        table.blend(x.count, a, x.base, b, y.base)
    }

    /// y = e^x, approximately.
    @inline(__always)
    package func exponential(_ x: Vector, into y: Vector) {
        precondition(x.count == y.count, "same length")
        table.exponential(x.count, x.base, y.base)
    }

    @inline(__always)
    package func sumOfSquares(_ x: Vector) -> Double { table.sum_of_squares(x.count, x.base) }

    /// y = max(x, 0)².
    @inline(__always)
    package func squaredReLU(_ x: Vector, into y: Vector) {
        precondition(x.count == y.count, "same length")
        table.squared_relu(x.count, x.base, y.base)
    }

    /// dx = dy · 2 max(x, 0); dx may be dy.
    @inline(__always)
    package func squaredReLUBackward(_ x: Vector, dy: Vector, into dx: Vector) {
        precondition(x.count == dy.count && x.count == dx.count, "same length")
        table.squared_relu_backward(x.count, x.base, dy.base, dx.base)
    }

    /// y = the rows of x [rows, n] divided by √(mean(x²) + 1e-6); inverse [rows] keeps the factors.
    @inline(__always)
    package func rmsForward(_ x: Matrix, into y: Matrix, inverse: Vector) {
        precondition(
            x.isDense && y.isDense(x.rows, x.columns) && inverse.count == x.rows,
            "dense, same shape, one factor a row")
        table.rms_forward(Int32(x.rows), Int32(x.columns), x.base, y.base, inverse.base)
    }

    /// From what `rmsForward` gave and dL/dy [rows, n] to dL/dx, which is written over dx or added to it.
    @inline(__always)
    package func rmsBackward(
        _ y: Matrix, inverse: Vector, dy: Matrix, into dx: Matrix, adding: Bool
    ) {
        let (rows, n) = (y.rows, y.columns)
        precondition(
            y.isDense && dy.isDense(rows, n) && dx.isDense(rows, n) && inverse.count == rows,
            "dense, same shape, one factor a row")
        table.rms_backward(
            Int32(rows), Int32(n), y.base, inverse.base, dy.base, dx.base, adding ? 1 : 0)
    }

    /// Rounds a matrix of any stride to dense bfloat16, ties to even.
    @inline(__always)
    package func round(_ x: Matrix, into halves: UnsafeMutableBufferPointer<UInt16>) {
        precondition(x.stride >= x.columns && halves.count == x.count, "one half a float")
        table.to_bf16(x.rows, x.columns, x.stride, x.base, halves.baseAddress)
    }
}
