import ChatCore

/// The weights of a Kimi delta layer as training uses them, with what every worker shares.
package final class KimiDeltaWeights: @unchecked Sendable {
    let headCount: Int
    /// W_q, W_k, W_v, W_g, W_f0, w_b as one matrix [4 D + rank + heads, D].
    let projections: Matrix
    /// Of queries, keys and values, 3 D channels.
    let taps: ConvolutionTaps
    /// W_f1, [D, rank].
    let decayProjection: Matrix
    /// [D].
    let decayBias: Vector
    let outputProjection: Matrix
    /// Of the residual convolutions before the mixer and before the feed-forward part, D channels each.
    let mixerTaps: ConvolutionTaps
    let innerTaps: ConvolutionTaps
    let up: Matrix
    let down: Matrix

    package init(
        _ tensors: TensorViews, layer: Int, headCount: Int, in workspace: Workspace
    ) {
        self.headCount = headCount
        let name = "layers.\(layer)."
        projections = tensors.group(
            ["q_proj", "k_proj", "v_proj", "g_proj", "f_proj.0", "b_proj"]
                .map { name + "attn.\($0).weight" })
        taps = ConvolutionTaps(
            tensors.group(["q", "k", "v"].map { name + "attn.\($0)_conv1d.weight" }), in: workspace)
        decayProjection = tensors.matrix(name + "attn.f_proj.1.weight")
        decayBias = tensors.vector(name + "attn.dt_bias")
        outputProjection = tensors.matrix(name + "attn.o_proj.weight")
        mixerTaps = ConvolutionTaps(
            tensors.matrix(name + "attn.canon_conv1d.weight"), in: workspace)
        innerTaps = ConvolutionTaps(tensors.matrix(name + "mlp.canon_conv1d.weight"), in: workspace)
        up = tensors.matrix(name + "mlp.up_proj.weight")
        down = tensors.matrix(name + "mlp.down_proj.weight")
    }

    /// Call when the parameters have changed.
    package func prepare() {
        for taps in [taps, mixerTaps, innerTaps] { taps.prepare() }
    }
}
