/// Kimi delta attention inside its residual block, step by step: the definition that the chunked training
/// form is checked against (Kimi Team, "Kimi Linear", 2025; keys and queries as in `GatedDeltaStep`).
///
/// x ← x + W_o( rms_head(o) ⊙ σ(W_g x̂) ), x ← x + W_down relu²(W_up mix(rms(x))), with x̂ = mix(rms(x)) and
/// mix(a) = a + conv₄(a); q, k, v = silu(conv₄(W x̂)), q and k of unit length a head; β = 2 σ(w_b x̂);
/// γ = max(e^−softplus(W_f1 W_f0 x̂ + dt), e^−2.4), one a key channel;
/// S ← γ ⊙ S; S ← S + k (β (v − Sᵀk))ᵀ; o = Sᵀ q.
struct KimiDeltaStep: StepLayer {
    let stateSize: Int
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

    private let normalized: RowBuffer
    private let projected: RowBuffer
    /// What the decays are made of [rank], then the write strengths [heads].
    private let gates: RowBuffer
    private let decays: RowBuffer
    private let read: RowBuffer
    private let scratch: RowBuffer
    private let inner: RowBuffer

    init(_ model: LanguageModel, layer: Int, batch: Int) {
        let shape = model.configuration.layers[layer]
        size = shape.hiddenSize
        heads = shape.headCount
        headSize = size / heads
        innerSize = shape.feedForwardSize
        stateSize = model.configuration.stateSize(ofLayer: layer)
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
        normalized = RowBuffer(count: batch, width: size)
        projected = RowBuffer(count: batch, width: 4 * size)
        gates = RowBuffer(count: batch, width: LayerConfiguration.decayRank + heads)
        decays = RowBuffer(count: batch, width: size)
        read = RowBuffer(count: batch, width: size)
        scratch = RowBuffer(count: batch, width: size)
        inner = RowBuffer(count: batch, width: innerSize)
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

    func step(_ signals: FloatRows, states: FloatRows, count: Int) {
        for row in 0..<count {
            ExactVector.rmsNormalize(signals[row], into: normalized[row], n: size)
            ExactVector.residualConvolve(
                normalized[row], tail: states[row] + 9 * size, taps: mixerTaps.base, n: size)
        }
        projected.zero(count)
        projections.multiplyAdd(normalized.rows, into: projected.rows, count: count)
        gates.zero(count)
        gateProjections.multiplyAdd(normalized.rows, into: gates.rows, count: count)
        decays.zero(count)
        decayProjection.multiplyAdd(gates.rows, into: decays.rows, count: count)
        for row in 0..<count { remember(row, state: states[row]) }
        scratch.zero(count)
        outputProjection.multiplyAdd(read.rows, into: scratch.rows, count: count)

        for row in 0..<count {
            ExactVector.add(scratch[row], to: signals[row], n: size)
            ExactVector.rmsNormalize(signals[row], into: normalized[row], n: size)
            ExactVector.residualConvolve(
                normalized[row], tail: states[row] + 12 * size, taps: innerTaps.base, n: size)
        }
        inner.zero(count)
        up.multiplyAdd(normalized.rows, into: inner.rows, count: count)
        for row in 0..<count { ExactVector.squaredReLU(inner[row], n: innerSize) }
        scratch.zero(count)
        down.multiplyAdd(inner.rows, into: scratch.rows, count: count)
        for row in 0..<count { ExactVector.add(scratch[row], to: signals[row], n: size) }
    }

    /// From the projections of one sequence to what its heads read, gated; writes the memory.
    private func remember(_ row: Int, state: UnsafeMutablePointer<Float>) {
        let (projected, decays, read) = (projected[row], decays[row], read[row])
        ExactVector.channelDecays(decays, bias: decayBias.base, n: size)
        ExactVector.convolve(projected, tail: state, taps: taps.base, n: 3 * size)
        let strengths = gates[row] + LayerConfiguration.decayRank
        for head in 0..<heads {
            let offset = head * headSize
            let query = projected + offset
            let key = projected + size + offset
            ExactVector.unitLength(query, n: headSize)
            ExactVector.unitLength(key, n: headSize)
            ExactLoops.best.channelDelta(
                state: state + 15 * size + offset * headSize, query: query, key: key,
                value: projected + 2 * size + offset, decay: decays + offset,
                strength: 2 * ExactMath.sigmoid(strengths[head]), out: read + offset,
                n: headSize)
            ExactVector.rmsNormalize(read + offset, into: read + offset, n: headSize)
        }
        ExactVector.sigmoidGated(read, gate: projected + 3 * size, into: read, n: size)
    }
}
