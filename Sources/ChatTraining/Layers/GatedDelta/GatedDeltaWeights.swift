import ChatCore

/// The weights of a gated delta layer as training uses them, with what every worker shares.
package final class GatedDeltaWeights: @unchecked Sendable {
    let headCount: Int
    /// W_q, W_k, W_v, W_g, w_a, w_b as one matrix [4 D + 2 heads, D].
    let projections: Matrix
    /// Convolution taps as stored, [3 D, 4].
    let storedTaps: Matrix
    /// The same a tap at a time, oldest first: [4, 3 D].
    let taps: Matrix
    let decayRateLog: Vector
    let decayBias: Vector
    let outputProjection: Matrix
    let up: Matrix
    let down: Matrix

    package init(
        _ tensors: TensorViews, layer: Int, headCount: Int, in workspace: Workspace
    ) {
        self.headCount = headCount
        let name = "layers.\(layer)."
        projections = tensors.group(
            ["q", "k", "v", "g", "a", "b"].map { name + "attn.\($0)_proj.weight" })
        storedTaps = tensors.group(["q", "k", "v"].map { name + "attn.\($0)_conv1d.weight" })
        decayRateLog = tensors.vector(name + "attn.A_log")
        decayBias = tensors.vector(name + "attn.dt_bias")
        outputProjection = tensors.matrix(name + "attn.o_proj.weight")
        up = tensors.matrix(name + "mlp.up_proj.weight")
        down = tensors.matrix(name + "mlp.down_proj.weight")
        taps = workspace.matrix(4, storedTaps.rows)
    }

    /// Call when the parameters have changed.
    package func prepare() { taps.copyTransposed(storedTaps) }
}
