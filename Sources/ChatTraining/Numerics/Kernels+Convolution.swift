import CoreMath

/// The four rows that one step of a causal convolution of width 4 reads, oldest first, [n] each; or their gradients,
/// to which it adds and which may be one and the same.
package struct FourRows {
    let x0: Vector
    let x1: Vector
    let x2: Vector
    let x3: Vector
    var count: Int { x0.count }

    package init(_ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector) {
        let n = x0.count
        precondition(x1.count == n && x2.count == n && x3.count == n, "same length")
        self.x0 = x0
        self.x1 = x1
        self.x2 = x2
        self.x3 = x3
    }
}

/// Causal convolutions of width 4, a step at a time. Taps and their gradients are dense [4, n], oldest first.
extension Kernels {
    /// before = Σ taps[j] ⊙ x_j; y = silu(before), [n] each.
    @inline(__always)
    package func convolveRow(_ x: FourRows, taps: Matrix, before: Vector, into y: Vector) {
        let n = x.count
        precondition(taps.isDense(4, n), "taps [4, n]")
        precondition(before.count == n && y.count == n, "same length")
        table.convolve_row(
            Int32(n), x.x0.base, x.x1.base, x.x2.base, x.x3.base, taps.base, before.base, y.base)
    }

    /// From dL/dy [n], adds to the gradients of the rows and of the taps.
    @inline(__always)
    package func convolveRowBackward(
        dy: Vector, before: Vector, taps: Matrix, _ x: FourRows, addingTo dx: FourRows,
        dTaps: Matrix
    ) {
        let n = x.count
        precondition(taps.isDense(4, n) && dTaps.isDense(4, n), "taps [4, n]")
        precondition(dx.count == n && dy.count == n && before.count == n, "same length")
        table.convolve_row_backward(
            Int32(n), dy.base, before.base, taps.base, x.x0.base, x.x1.base, x.x2.base, x.x3.base,
            dx.x0.base, dx.x1.base, dx.x2.base, dx.x3.base, dTaps.base)
    }

    /// y = x_3 + Σ taps[j] ⊙ x_j, [n].
    @inline(__always)
    package func residualConvolveRow(_ x: FourRows, taps: Matrix, into y: Vector) {
        let n = x.count
        precondition(taps.isDense(4, n), "taps [4, n]")
        precondition(y.count == n, "same length")
        table.residual_convolve_row(
            Int32(n), x.x0.base, x.x1.base, x.x2.base, x.x3.base, taps.base, y.base)
    }

    /// From dL/dy [n], adds to the gradients of the rows and of the taps.
    @inline(__always)
    package func residualConvolveRowBackward(
        dy: Vector, taps: Matrix, _ x: FourRows, addingTo dx: FourRows, dTaps: Matrix
    ) {
        let n = x.count
        precondition(taps.isDense(4, n) && dTaps.isDense(4, n), "taps [4, n]")
        precondition(dx.count == n && dy.count == n, "same length")
        table.residual_convolve_row_backward(
            Int32(n), dy.base, taps.base, x.x0.base, x.x1.base, x.x2.base, x.x3.base, dx.x0.base,
            dx.x1.base, dx.x2.base, dx.x3.base, dTaps.base)
    }
}
