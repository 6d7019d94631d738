import ChatCore

/// The weights of a pointer head, or their gradients, as training uses them.
package final class PointerHeadWeights: @unchecked Sendable {
    /// W_k [keySize, 2 × width].
    let key: Matrix
    /// W_q and the five readers g, f, r, b and e as one matrix, [keySize + 5, 2 × width].
    let reading: Matrix
    /// g₀, f₀, r₀, b₀ and e₀, [5].
    let biases: Vector
    /// s and κ.
    let scale: Vector
    let sharpness: Vector
    /// o, [symbolCount].
    let toldLogits: Vector
    /// Of runs, [runBuckets]; no gradient.
    let runs: Vector

    package init(_ tensors: TensorViews) {
        key = tensors.matrix("pointer_head.k_proj.weight")
        reading = tensors.group(
            (["q_proj"] + PointerHeadConfiguration.readers).map { "pointer_head.\($0).weight" })
        biases =
            tensors.group(
                PointerHeadConfiguration.readers.map { "pointer_head.\($0).bias" }
            ).flat
        scale = tensors.vector("pointer_head.scale")
        sharpness = tensors.vector("pointer_head.sharpness")
        toldLogits = tensors.vector("pointer_head.told_logits")
        runs = tensors.vector(RunWeights.tensor)
    }
}
