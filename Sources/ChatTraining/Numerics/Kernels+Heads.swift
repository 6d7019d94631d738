import CoreMath

/// One head of one row: vectors of one length n.
extension Kernels {
    /// y = x / √(Σx² + 1e-6).
    /// - Returns: the factor.
    @inline(__always)
    package func unitRow(_ x: Vector, into y: Vector) -> Float {
        precondition(x.count == y.count, "same length")
        return table.unit_row(Int32(x.count), x.base, y.base)
    }

    /// From what `unitRow` gave and dL/dy to dL/dx.
    @inline(__always)
    package func unitRowBackward(_ y: Vector, inverse: Float, dy: Vector, into dx: Vector) {
        precondition(y.count == dy.count && y.count == dx.count, "same length")
        table.unit_row_backward(Int32(y.count), y.base, inverse, dy.base, dx.base)
    }

    /// out = rms(o) ⊙ silu(gate).
    /// - Returns: the factor of the norm.
    @inline(__always)
    package func gatedRow(_ o: Vector, gate: Vector, into out: Vector) -> Float {
        precondition(o.count == gate.count && o.count == out.count, "same length")
        return table.gated_row(Int32(o.count), o.base, gate.base, out.base)
    }

    /// From dL/dout to the gradients of o and of the gate.
    @inline(__always)
    package func gatedRowBackward(
        _ o: Vector, inverse: Float, gate: Vector, dOut: Vector, into dO: Vector, dGate: Vector
    ) {
        let n = o.count
        precondition(
            gate.count == n && dOut.count == n && dO.count == n && dGate.count == n, "same length")
        table.gated_row_backward(
            Int32(n), o.base, inverse, gate.base, dOut.base, dO.base, dGate.base)
    }

    /// out = rms(o) ⊙ σ(gate).
    /// - Returns: the factor of the norm.
    @inline(__always)
    package func sigmoidGatedRow(_ o: Vector, gate: Vector, into out: Vector) -> Float {
        precondition(o.count == gate.count && o.count == out.count, "same length")
        return table.sigmoid_gated_row(Int32(o.count), o.base, gate.base, out.base)
    }

    /// From dL/dout to the gradients of o and of the gate.
    @inline(__always)
    package func sigmoidGatedRowBackward(
        _ o: Vector, inverse: Float, gate: Vector, dOut: Vector, into dO: Vector, dGate: Vector
    ) {
        let n = o.count
        precondition(
            gate.count == n && dOut.count == n && dO.count == n && dGate.count == n, "same length")
        table.sigmoid_gated_row_backward(
            Int32(n), o.base, inverse, gate.base, dOut.base, dO.base, dGate.base)
    }

    /// Log decays g = max(−softplus(x + bias), −2.4).
    @inline(__always)
    package func decayRow(_ x: Vector, bias: Vector, into g: Vector) {
        precondition(x.count == bias.count && x.count == g.count, "same length")
        table.decay_row(Int32(x.count), x.base, bias.base, g.base)
    }

    /// From dL/dg to dL/dx, zero where g is at its bound.
    @inline(__always)
    package func decayRowBackward(_ x: Vector, bias: Vector, dg: Vector, into dx: Vector) {
        let n = x.count
        precondition(bias.count == n && dg.count == n && dx.count == n, "same length")
        table.decay_row_backward(Int32(n), x.base, bias.base, dg.base, dx.base)
    }
}
