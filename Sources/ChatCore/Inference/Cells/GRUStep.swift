/// GRU, PyTorch's equations: r, z = σ(W_i x + b_i + W_h h + b_h), n = tanh(W_in x + b_in + r (W_hn h +
/// b_hn)), h' = (1 − z) n + z h.
struct GRUStep: StepLayer {
    let layout: LayerStateLayout
    private let loops: ExactLoops
    private let size: Int
    private let inputWeights: PackedMatrix
    private let hiddenWeights: PackedMatrix
    private let inputBias: [Float]
    private let hiddenBias: [Float]
    private let fromInput: RowBuffer
    private let fromHidden: RowBuffer

    init(_ model: LanguageModel, layer: Int, batch: Int, loops: ExactLoops) {
        self.loops = loops
        let shape = model.configuration.layers[layer]
        let size = shape.hiddenSize
        self.size = size
        layout = LayerStateLayout(shape)
        inputWeights = PackedMatrix(model, "rnn.weight_ih_l\(layer)")
        hiddenWeights = PackedMatrix(model, "rnn.weight_hh_l\(layer)")
        inputBias = Array(model.parameters["rnn.bias_ih_l\(layer)"] ?? [])
        hiddenBias = Array(model.parameters["rnn.bias_hh_l\(layer)"] ?? [])
        fromInput = RowBuffer(count: batch, width: 3 * size)
        fromHidden = RowBuffer(count: batch, width: 3 * size)
    }

    func step(_ signals: FloatRows, states: FloatRows, count: Int) {
        fromInput.load(inputBias, count)
        fromHidden.load(hiddenBias, count)
        inputWeights.multiplyAdd(signals, into: fromInput.rows, count: count, by: loops)
        hiddenWeights.multiplyAdd(states, into: fromHidden.rows, count: count, by: loops)
        for row in 0..<count {
            ExactVector.gru(
                fromInput: fromInput[row], fromHidden: fromHidden[row], hidden: states[row],
                n: size)
            signals[row].update(from: states[row], count: size)
        }
    }
}
