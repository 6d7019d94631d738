/// LSTM, PyTorch's equations: i, f, o = σ(W_i x + b_i + W_h h + b_h), g = tanh(…), c' = f c + i g,
/// h' = o tanh c'. The two biases are added first, then the input's products, then the state's.
struct LSTMStep: StepLayer {
    let stateSize: Int
    private let size: Int
    private let fromInput: PackedMatrix
    private let fromHidden: PackedMatrix
    private let bias: [Float]
    private let gates: RowBuffer

    init(_ model: LanguageModel, layer: Int, batch: Int) {
        size = model.configuration.layers[layer].hiddenSize
        stateSize = 2 * size
        fromInput = PackedMatrix(model, "rnn.weight_ih_l\(layer)")
        fromHidden = PackedMatrix(model, "rnn.weight_hh_l\(layer)")
        let parameters = model.parameters
        let inputBias = parameters.values[parameters.layout.offset("rnn.bias_ih_l\(layer)")...]
        let hiddenBias = parameters.values[parameters.layout.offset("rnn.bias_hh_l\(layer)")...]
        bias = zip(inputBias, hiddenBias).prefix(4 * size).map { $0 + $1 }
        gates = RowBuffer(count: batch, width: 4 * size)
    }

    func step(_ signals: FloatRows, states: FloatRows, count: Int) {
        gates.load(bias, count)
        fromInput.multiplyAdd(signals, into: gates.rows, count: count)
        fromHidden.multiplyAdd(states, into: gates.rows, count: count)
        for row in 0..<count {
            let state = states[row]
            ExactVector.lstm(gates: gates[row], cell: state + size, hidden: state, n: size)
            signals[row].update(from: state, count: size)
        }
    }
}

/// GRU, PyTorch's equations: r, z = σ(W_i x + b_i + W_h h + b_h), n = tanh(W_in x + b_in + r (W_hn h +
/// b_hn)), h' = (1 − z) n + z h.
struct GRUStep: StepLayer {
    var stateSize: Int { size }
    private let size: Int
    private let inputWeights: PackedMatrix
    private let hiddenWeights: PackedMatrix
    private let inputBias: [Float]
    private let hiddenBias: [Float]
    private let fromInput: RowBuffer
    private let fromHidden: RowBuffer

    init(_ model: LanguageModel, layer: Int, batch: Int) {
        let size = model.configuration.layers[layer].hiddenSize
        self.size = size
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
        inputWeights.multiplyAdd(signals, into: fromInput.rows, count: count)
        hiddenWeights.multiplyAdd(states, into: fromHidden.rows, count: count)
        for row in 0..<count {
            ExactVector.gru(
                fromInput: fromInput[row], fromHidden: fromHidden[row], hidden: states[row],
                n: size)
            signals[row].update(from: states[row], count: size)
        }
    }
}
