import CoreMath

/// What the whole model ends in: its loss, and the update of its values.
extension Kernels {
    /// Softmax cross-entropy. To logits [rows, n], dense, bias [n] is added; they become
    /// weight · scale · (p − onehot(target)). Targets, each in 0..<n, and weights are [rows].
    /// - Returns: Σ weight · loss in nats.
    @inline(__always)
    package func softmaxLoss(
        _ logits: Matrix, bias: Vector, targets: [Int32], weights: [Float], scale: Float
    ) -> Double {
        precondition(logits.isDense && bias.count == logits.columns, "dense, one bias a column")
        precondition(
            targets.count == logits.rows && weights.count == logits.rows,
            "one target and weight a row")
        return table.softmax_loss(
            Int32(logits.rows), Int32(logits.columns), logits.base, bias.base, targets, weights,
            scale)
    }

    /// One step of AdamW on vectors of one length; the gradient is multiplied by `clip` first. The corrections are
    /// 1 − β^step.
    @inline(__always)
    package func adamW(
        _ values: Vector, firstMoment: Vector, secondMoment: Vector, gradient: Vector, clip: Float,
        beta1: Float, beta2: Float, rate: Float, correction1: Float, correction2: Float,
        epsilon: Float, decay: Float
    ) {
        let n = values.count
        precondition(
            firstMoment.count == n && secondMoment.count == n && gradient.count == n, "same length")
        table.adamw(
            n, values.base, firstMoment.base, secondMoment.base, gradient.base, clip, beta1, beta2,
            rate, correction1, correction2, epsilon, decay)
    }
}
