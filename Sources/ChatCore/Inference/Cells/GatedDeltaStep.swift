/// The gated delta layer inside its residual block, step by step: the definition that the chunked
/// training form is checked against (Yang, Kautz, Hatamizadeh, "Gated Delta Networks", 2024; the short
/// convolution and the doubled write strength as in the reference layer of flash-linear-attention;
/// negative eigenvalues: Grazzi et al. 2024).
///
/// x ← x + W_o( rms_head(o) ⊙ silu(W_g x̂) ), x ← x + W_down relu²(W_up rms(x)), with x̂ = rms(x);
/// q, k, v = silu(conv₄(W x̂)), q and k of unit length a head; β = 2 σ(w_b x̂);
/// γ = exp(−exp(A) softplus(w_a x̂ + dt)); S ← γ S + k (β (v − γ Sᵀk))ᵀ; o = Sᵀ q.
struct GatedDeltaStep: StepLayer {
    let layout: LayerStateLayout
    private let size: Int
    private let heads: Int
    private let headSize: Int
    private let innerSize: Int
    private let projections: PackedMatrix
    private let gateProjections: PackedMatrix
    private let outputProjection: PackedMatrix
    private let up: PackedMatrix
    private let down: PackedMatrix
    private let taps: FloatBuffer
    private let decayRate: [Float]
    private let decayBias: [Float]

    private let normalized: FloatBuffer
    private let projected: FloatBuffer
    private let gates: FloatBuffer
    private let read: FloatBuffer
    private let scratch: FloatBuffer
    private let inner: FloatBuffer

    init(_ model: LanguageModel, layer: Int) {
        let shape = model.configuration.layers[layer]
        size = shape.hiddenSize
        heads = shape.headCount
        headSize = size / heads
        innerSize = shape.feedForwardSize
        layout = LayerStateLayout(shape)
        let name = "layers.\(layer)."
        projections = PackedMatrix(
            model, name + "attn.q_proj.weight", name + "attn.k_proj.weight",
            name + "attn.v_proj.weight", name + "attn.g_proj.weight")
        gateProjections = PackedMatrix(
            model, name + "attn.a_proj.weight", name + "attn.b_proj.weight")
        outputProjection = PackedMatrix(model, name + "attn.o_proj.weight")
        up = PackedMatrix(model, name + "mlp.up_proj.weight")
        down = PackedMatrix(model, name + "mlp.down_proj.weight")
        // Taps are stored a channel at a time, [3 × size][4]; wanted a tap at a time, [4][3 × size].
        taps = FloatBuffer(count: 12 * size + 32)
        let start = model.parameters.layout.offset(name + "attn.q_conv1d.weight")
        for channel in 0..<3 * size {
            for tap in 0..<4 {
                taps.base[tap * 3 * size + channel] =
                    model.parameters.values[start + channel * 4 + tap]
            }
        }
        decayRate = (model.parameters[name + "attn.A_log"] ?? []).map { ExactMath.exp($0) }
        decayBias = Array(model.parameters[name + "attn.dt_bias"] ?? [])
        normalized = FloatBuffer(count: size + 32)
        projected = FloatBuffer(count: 4 * size + 32)
        gates = FloatBuffer(count: 2 * heads + 32)
        read = FloatBuffer(count: size + 32)
        scratch = FloatBuffer(count: size + 32)
        inner = FloatBuffer(count: innerSize + 32)
    }

    func step(signal: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>) {
        ExactVector.rmsNormalize(signal, into: normalized.base, n: size)
        projected.zero()
        projections.multiplyAdd(normalized.base, into: projected.base)
        gates.zero()
        gateProjections.multiplyAdd(normalized.base, into: gates.base)
        ExactVector.convolve(
            projected.base, tail: state + layout.convolution.lowerBound, taps: taps.base,
            n: 3 * size)

        let matrices = state + layout.matrices.lowerBound
        for head in 0..<heads {
            let offset = head * headSize
            let query = projected.base + offset
            let key = projected.base + size + offset
            let value = projected.base + 2 * size + offset
            ExactVector.unitLength(query, n: headSize)
            ExactVector.unitLength(key, n: headSize)
            let decay = ExactMath.exp(
                0 - decayRate[head] * ExactMath.softplus(gates.base[head] + decayBias[head]))
            let strength = 2 * ExactMath.sigmoid(gates.base[heads + head])
            ExactLoops.best.gatedDelta(
                state: matrices + offset * headSize, query: query, key: key, value: value,
                decay: decay, strength: strength, out: read.base + offset, n: headSize)
            ExactVector.rmsNormalize(read.base + offset, into: read.base + offset, n: headSize)
        }
        ExactVector.gated(
            read.base, gate: projected.base + 3 * size, into: read.base, n: size)
        scratch.zero()
        outputProjection.multiplyAdd(read.base, into: scratch.base)
        ExactVector.add(scratch.base, to: signal, n: size)

        ExactVector.rmsNormalize(signal, into: normalized.base, n: size)
        inner.zero()
        up.multiplyAdd(normalized.base, into: inner.base)
        ExactVector.squaredReLU(inner.base, n: innerSize)
        scratch.zero()
        down.multiplyAdd(inner.base, into: scratch.base)
        ExactVector.add(scratch.base, to: signal, n: size)
    }
}
