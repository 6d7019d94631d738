/// Kimi delta attention inside its residual block, step by step: the definition that the chunked training
/// form is checked against (Kimi Team, "Kimi Linear", 2025; keys and queries as in `GatedDeltaStep`).
///
/// x ← x + W_o( rms_head(o) ⊙ σ(W_g x̂) ), x ← x + W_down relu²(W_up mix(rms(x))), with x̂ = mix(rms(x)) and
/// mix(a) = a + conv₄(a); q, k, v = silu(conv₄(W x̂)), q and k of unit length a head; β = 2 σ(w_b x̂);
/// γ = max(e^−softplus(W_f1 W_f0 x̂ + dt), e^−2.4), one a key channel;
/// S ← γ ⊙ S; S ← S + k (β (v − Sᵀk))ᵀ; o = Sᵀ q.
struct KimiDeltaStep: StepLayer {
    let layout: LayerStateLayout
    private let size: Int
    private let heads: Int
    private let headSize: Int
    private let innerSize: Int
    private let projections: PackedMatrix
    private let gateProjections: PackedMatrix
    private let decayProjection: PackedMatrix
    private let outputProjection: PackedMatrix
    private let up: PackedMatrix
    private let down: PackedMatrix
    private let taps: FloatBuffer
    private let mixerTaps: FloatBuffer
    private let innerTaps: FloatBuffer
    private let decayBias: FloatBuffer

    private let normalized: FloatBuffer
    private let projected: FloatBuffer
    /// What the decays are made of [rank], then the write strengths [heads].
    private let gates: FloatBuffer
    private let decays: FloatBuffer
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
            model, name + "attn.f_proj.0.weight", name + "attn.b_proj.weight")
        decayProjection = PackedMatrix(model, name + "attn.f_proj.1.weight")
        outputProjection = PackedMatrix(model, name + "attn.o_proj.weight")
        up = PackedMatrix(model, name + "mlp.up_proj.weight")
        down = PackedMatrix(model, name + "mlp.down_proj.weight")
        taps = Self.taps(model, from: name + "attn.q_conv1d.weight", channels: 3 * size)
        mixerTaps = Self.taps(model, from: name + "attn.canon_conv1d.weight", channels: size)
        innerTaps = Self.taps(model, from: name + "mlp.canon_conv1d.weight", channels: size)
        decayBias = FloatBuffer(count: size + 32)
        decayBias.load(Array(model.parameters[name + "attn.dt_bias"] ?? []))
        normalized = FloatBuffer(count: size + 32)
        projected = FloatBuffer(count: 4 * size + 32)
        gates = FloatBuffer(count: LayerConfiguration.decayRank + heads + 32)
        decays = FloatBuffer(count: size + 32)
        read = FloatBuffer(count: size + 32)
        scratch = FloatBuffer(count: size + 32)
        inner = FloatBuffer(count: innerSize + 32)
    }

    /// Taps are stored a channel at a time, [channels][4]; wanted a tap at a time, [4][channels].
    private static func taps(
        _ model: LanguageModel, from name: String, channels: Int
    ) -> FloatBuffer {
        let result = FloatBuffer(count: 4 * channels + 32)
        let start = model.parameters.layout.offset(name)
        for channel in 0..<channels {
            for tap in 0..<4 {
                result.base[tap * channels + channel] =
                    model.parameters.values[start + channel * 4 + tap]
            }
        }
        return result
    }

    func step(signal: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>) {
        ExactVector.rmsNormalize(signal, into: normalized.base, n: size)
        ExactVector.residualConvolve(
            normalized.base, tail: state + layout.mixer.lowerBound, taps: mixerTaps.base, n: size)
        projected.zero()
        projections.multiplyAdd(normalized.base, into: projected.base)
        gates.zero()
        gateProjections.multiplyAdd(normalized.base, into: gates.base)
        decays.zero()
        decayProjection.multiplyAdd(gates.base, into: decays.base)
        ExactVector.channelDecays(decays.base, bias: decayBias.base, n: size)
        ExactVector.convolve(
            projected.base, tail: state + layout.convolution.lowerBound, taps: taps.base,
            n: 3 * size)

        let strengths = gates.base + LayerConfiguration.decayRank
        let matrices = state + layout.matrices.lowerBound
        for head in 0..<heads {
            let offset = head * headSize
            let query = projected.base + offset
            let key = projected.base + size + offset
            ExactVector.unitLength(query, n: headSize)
            ExactVector.unitLength(key, n: headSize)
            ExactLoops.best.channelDelta(
                state: matrices + offset * headSize, query: query, key: key,
                value: projected.base + 2 * size + offset, decay: decays.base + offset,
                strength: 2 * ExactMath.sigmoid(strengths[head]), out: read.base + offset,
                n: headSize)
            ExactVector.rmsNormalize(read.base + offset, into: read.base + offset, n: headSize)
        }
        ExactVector.sigmoidGated(
            read.base, gate: projected.base + 3 * size, into: read.base, n: size)
        scratch.zero()
        outputProjection.multiplyAdd(read.base, into: scratch.base)
        ExactVector.add(scratch.base, to: signal, n: size)

        ExactVector.rmsNormalize(signal, into: normalized.base, n: size)
        ExactVector.residualConvolve(
            normalized.base, tail: state + layout.innerMixer.lowerBound, taps: innerTaps.base,
            n: size)
        inner.zero()
        up.multiplyAdd(normalized.base, into: inner.base)
        ExactVector.squaredReLU(inner.base, n: innerSize)
        scratch.zero()
        down.multiplyAdd(inner.base, into: scratch.base)
        ExactVector.add(scratch.base, to: signal, n: size)
    }
}
