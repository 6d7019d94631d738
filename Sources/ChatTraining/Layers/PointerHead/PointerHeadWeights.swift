import ChatCore

/// The weights of a pointer head, or their gradients, as training uses them.
package final class PointerHeadWeights: @unchecked Sendable {
    /// W_k [keySize, 2 × width].
    let key: Matrix
    /// W_q, g, f and r as one matrix, [keySize + 3, 2 × width].
    let reading: Matrix
    /// g₀, f₀ and r₀.
    let biases: UnsafeMutablePointer<Float>
    /// s and κ.
    let scale: UnsafeMutablePointer<Float>
    let sharpness: UnsafeMutablePointer<Float>

    package init(_ tensors: TensorViews) {
        key = tensors.matrix("pointer_head.k_proj.weight")
        reading = tensors.group(
            ["q_proj", "gate", "follow", "recency"].map { "pointer_head.\($0).weight" })
        biases = tensors.vector("pointer_head.gate.bias")
        scale = tensors.vector("pointer_head.scale")
        sharpness = tensors.vector("pointer_head.sharpness")
    }
}
