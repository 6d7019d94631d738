/// LSTM, PyTorch's equations: i, f, o = σ(W_i x + b_i + W_h h + b_h), g = tanh(…), c' = f c + i g,
/// h' = o tanh c'. The two biases are added first, then the input's products, then the state's.
struct LSTMStep: StepLayer {
    let layout: LayerStateLayout
    private let size: Int
    private let fromInput: PackedMatrix
    private let fromHidden: PackedMatrix
    private let bias: [Float]
    private let gates: FloatBuffer

    init(_ model: LanguageModel, layer: Int) {
        let shape = model.configuration.layers[layer]
        size = shape.hiddenSize
        layout = LayerStateLayout(shape)
        fromInput = PackedMatrix(model, "rnn.weight_ih_l\(layer)")
        fromHidden = PackedMatrix(model, "rnn.weight_hh_l\(layer)")
        let parameters = model.parameters
        let inputBias = parameters.values[parameters.layout.offset("rnn.bias_ih_l\(layer)")...]
        let hiddenBias = parameters.values[parameters.layout.offset("rnn.bias_hh_l\(layer)")...]
        bias = zip(inputBias, hiddenBias).prefix(4 * size).map { $0 + $1 }
        gates = FloatBuffer(count: 4 * size + 32)
    }

    func step(signal: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>) {
        gates.load(bias)
        fromInput.multiplyAdd(signal, into: gates.base)
        let (hidden, cell) = (state + layout.hidden.lowerBound, state + layout.cell.lowerBound)
        fromHidden.multiplyAdd(hidden, into: gates.base)
        ExactVector.lstm(gates: gates.base, cell: cell, hidden: hidden, n: size)
        signal.update(from: hidden, count: size)
    }
}

/// GRU, PyTorch's equations: r, z = σ(W_i x + b_i + W_h h + b_h), n = tanh(W_in x + b_in + r (W_hn h +
/// b_hn)), h' = (1 − z) n + z h.
struct GRUStep: StepLayer {
    let layout: LayerStateLayout
    private let size: Int
    private let inputWeights: PackedMatrix
    private let hiddenWeights: PackedMatrix
    private let inputBias: [Float]
    private let hiddenBias: [Float]
    private let fromInput: FloatBuffer
    private let fromHidden: FloatBuffer

    init(_ model: LanguageModel, layer: Int) {
        let shape = model.configuration.layers[layer]
        let size = shape.hiddenSize
        self.size = size
        layout = LayerStateLayout(shape)
        inputWeights = PackedMatrix(model, "rnn.weight_ih_l\(layer)")
        hiddenWeights = PackedMatrix(model, "rnn.weight_hh_l\(layer)")
        inputBias = Array(model.parameters["rnn.bias_ih_l\(layer)"] ?? [])
        hiddenBias = Array(model.parameters["rnn.bias_hh_l\(layer)"] ?? [])
        fromInput = FloatBuffer(count: 3 * size + 32)
        fromHidden = FloatBuffer(count: 3 * size + 32)
    }

    func step(signal: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>) {
        fromInput.load(inputBias)
        fromHidden.load(hiddenBias)
        inputWeights.multiplyAdd(signal, into: fromInput.base)
        let hidden = state + layout.hidden.lowerBound
        hiddenWeights.multiplyAdd(hidden, into: fromHidden.base)
        ExactVector.gru(
            fromInput: fromInput.base, fromHidden: fromHidden.base, hidden: hidden, n: size)
        signal.update(from: hidden, count: size)
    }
}
