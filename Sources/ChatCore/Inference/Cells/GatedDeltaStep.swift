/// The gated delta layer inside its residual block, step by step: the definition that the chunked
/// training form is checked against (Yang, Kautz, Hatamizadeh, "Gated Delta Networks", 2024; the short
/// convolution and the doubled write strength as in the reference layer of flash-linear-attention;
/// negative eigenvalues: Grazzi et al. 2024).
///
/// x ← x + W_o( rms_head(o) ⊙ silu(W_g x̂) ), x ← x + W_down relu²(W_up rms(x)), with x̂ = rms(x);
/// q, k, v = silu(conv₄(W x̂)), q and k of unit length a head; β = 2 σ(w_b x̂);
/// γ = exp(−exp(A) softplus(w_a x̂ + dt)); S ← γ S + k (β (v − γ Sᵀk))ᵀ; o = Sᵀ q.
struct GatedDeltaStep: StepLayer {
    let stateSize: Int
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

    private let normalized: RowBuffer
    private let projected: RowBuffer
    private let gates: RowBuffer
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
        normalized = RowBuffer(count: batch, width: size)
        projected = RowBuffer(count: batch, width: 4 * size)
        gates = RowBuffer(count: batch, width: 2 * heads)
        read = RowBuffer(count: batch, width: size)
        scratch = RowBuffer(count: batch, width: size)
        inner = RowBuffer(count: batch, width: innerSize)
    }

    func step(_ signals: FloatRows, states: FloatRows, count: Int) {
        for row in 0..<count {
            ExactVector.rmsNormalize(signals[row], into: normalized[row], n: size)
        }
        projected.zero(count)
        projections.multiplyAdd(normalized.rows, into: projected.rows, count: count)
        gates.zero(count)
        gateProjections.multiplyAdd(normalized.rows, into: gates.rows, count: count)
        for row in 0..<count { remember(row, state: states[row]) }
        scratch.zero(count)
        outputProjection.multiplyAdd(read.rows, into: scratch.rows, count: count)

        for row in 0..<count {
            ExactVector.add(scratch[row], to: signals[row], n: size)
            ExactVector.rmsNormalize(signals[row], into: normalized[row], n: size)
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
        let (projected, gates, read) = (projected[row], gates[row], read[row])
        ExactVector.convolve(projected, tail: state, taps: taps.base, n: 3 * size)
        for head in 0..<heads {
            let offset = head * headSize
            let query = projected + offset
            let key = projected + size + offset
            let value = projected + 2 * size + offset
            ExactVector.unitLength(query, n: headSize)
            ExactVector.unitLength(key, n: headSize)
            let decay = ExactMath.exp(
                0 - decayRate[head] * ExactMath.softplus(gates[head] + decayBias[head]))
            let strength = 2 * ExactMath.sigmoid(gates[heads + head])
            ExactLoops.best.gatedDelta(
                state: state + 9 * size + head * headSize * headSize, query: query, key: key,
                value: value, decay: decay, strength: strength, out: read + offset,
                n: headSize)
            ExactVector.rmsNormalize(read + offset, into: read + offset, n: headSize)
        }
        ExactVector.gated(read, gate: projected + 3 * size, into: read, n: size)
    }
}
