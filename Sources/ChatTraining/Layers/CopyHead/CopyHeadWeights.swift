import ChatCore

/// The weights of a copy head, or their gradients, as training uses them.
package final class CopyHeadWeights: @unchecked Sendable {
    /// W_k [keySize, width].
    let key: Matrix
    /// W_q, w and g as one matrix, [keySize + 2, width].
    let reading: Matrix
    /// b, c and s, one value each.
    let writeBias: Vector
    let gateBias: Vector
    let scale: Vector

    package init(_ tensors: TensorViews) {
        key = tensors.matrix("copy_head.k_proj.weight")
        reading = tensors.group(
            ["q_proj", "write", "gate"].map { "copy_head.\($0).weight" })
        writeBias = tensors.vector("copy_head.write.bias")
        gateBias = tensors.vector("copy_head.gate.bias")
        scale = tensors.vector("copy_head.scale")
    }
}
