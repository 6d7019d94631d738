/// LSTM, PyTorch's equations: i, f, o = σ(W_i x + b_i + W_h h + b_h), g = tanh(…), c' = f c + i g,
/// h' = o tanh c'. The two biases are added first, then the input's products, then the state's.
struct LSTMStep: StepLayer {
    let layout: LayerStateLayout
    private let loops: ExactLoops
    private let size: Int
    private let fromInput: PackedMatrix
    private let fromHidden: PackedMatrix
    private let bias: [Float]
    private let gates: RowBuffer

    init(_ model: LanguageModel, layer: Int, batch: Int, loops: ExactLoops) {
        self.loops = loops
        let shape = model.configuration.layers[layer]
        size = shape.hiddenSize
        layout = LayerStateLayout(shape)
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
        fromInput.multiplyAdd(signals, into: gates.rows, count: count, by: loops)
        // The hidden state comes first.
        fromHidden.multiplyAdd(states, into: gates.rows, count: count, by: loops)
        for row in 0..<count {
            let state = states[row]
            ExactVector.lstm(
                gates: gates[row], cell: state + layout.cell.lowerBound, hidden: state, n: size)
            signals[row].update(from: state, count: size)
        }
    }
}
