/// One symbol of one sequence: what is read, and where the results go.
///
/// The pointers are good for as long as the step takes.
package struct StepRequest {
    package var symbol: Symbol
    /// [stateSize], updated.
    package var state: UnsafeMutablePointer<Float>
    /// [symbolCount] of the next symbol; nil where nobody asks for them.
    package var logits: UnsafeMutablePointer<Float>?

    package init(
        symbol: Symbol, state: UnsafeMutablePointer<Float>,
        logits: UnsafeMutablePointer<Float>?
    ) {
        (self.symbol, self.state, self.logits) = (symbol, state, logits)
    }
}

/// What makes steps.
package protocol StepRunner: AnyObject {
    /// Makes one and returns when it is made.
    func run(_ request: StepRequest)
}

/// A network step by step, for up to `batch` sequences at once, each with the bits that it has alone: only
/// the products are made together, so that every weight is read once for all.
///
/// It owns scratch memory and belongs to one thread at a time.
package final class NetworkStep: StepRunner {
    package let batch: Int
    private let configuration: ModelConfiguration
    private let loops: ExactLoops
    private let embedding: [Float]
    private let layers: [any StepLayer]
    private let decoder: PackedMatrix
    private let decoderBias: ArraySlice<Float>
    private let copyHead: CopyHeadStep?
    private let pointerHead: PointerHeadStep?
    private let signals: RowBuffer
    private let normalized: RowBuffer
    private let outputs: RowBuffer
    /// Where each sequence's state goes on, layer by layer.
    private let states: RowTable
    /// Where each sequence's pointer head has its part, and where that begins in a state.
    private let ends: RowTable
    private let pointerHeadStart: Int
    /// The rows of which logits are wanted, side by side.
    private let read: RowTable
    private let written: RowTable

    /// Packs the weights; takes a few milliseconds for a million of them.
    /// - Parameter loops: those of any instruction set; all give the same bits.
    package init(_ model: LanguageModel, batch: Int, loops: ExactLoops = .best) {
        self.batch = batch
        self.loops = loops
        let configuration = model.configuration
        self.configuration = configuration
        let weights = model.parameters
        func values(_ name: String) -> ArraySlice<Float> {
            weights.values[weights.layout.offset(name)...]
        }
        let scale = configuration.embeddingScale
        embedding = values("embedding.weight")
            .prefix(configuration.symbolCount * configuration.embeddingSize).map { $0 * scale }
        layers = configuration.layers.indices.map { index -> any StepLayer in
            switch configuration.layers[index].cell {
            case .lstm: LSTMStep(model, layer: index, batch: batch, loops: loops)
            case .gru: GRUStep(model, layer: index, batch: batch, loops: loops)
            case .gatedDelta: GatedDeltaStep(model, layer: index, batch: batch, loops: loops)
            case .kimiDelta: KimiDeltaStep(model, layer: index, batch: batch, loops: loops)
            }
        }
        decoder = PackedMatrix(model, "decoder.weight")
        decoderBias = values("decoder.bias").prefix(configuration.symbolCount)
        copyHead = configuration.copyHeadSize.map {
            CopyHeadStep(model, keySize: $0, batch: batch, loops: loops)
        }
        pointerHead = configuration.pointerHead.map {
            PointerHeadStep(model, $0, batch: batch, loops: loops)
        }
        let widest = configuration.layers.map(\.hiddenSize).max() ?? 0
        signals = RowBuffer(count: batch, width: max(widest, configuration.embeddingSize))
        normalized = RowBuffer(count: batch, width: configuration.outputSize)
        outputs = RowBuffer(count: batch, width: configuration.symbolCount)
        states = RowTable(count: batch, signals[0])
        ends = RowTable(count: batch, signals[0])
        pointerHeadStart = configuration.pointerHeadState?.lowerBound ?? 0
        read = RowTable(count: batch, signals[0])
        written = RowTable(count: batch, signals[0])
    }

    package func run(_ request: StepRequest) { run([request]) }

    /// - Parameter requests: one to `batch`, of different sequences.
    package func run(_ requests: [StepRequest]) {
        precondition((1...batch).contains(requests.count), "more sequences than there is room for")
        let count = requests.count
        let width = configuration.embeddingSize
        for (row, request) in requests.enumerated() {
            let start = Int(request.symbol) * width
            for i in 0..<width { signals[row][i] = embedding[start + i] }
            states.rows.pointers[row] = request.state
        }
        for layer in layers {
            layer.step(signals.rows, states: states.rows, count: count)
            for row in 0..<count { states.rows.pointers[row] += layer.layout.count }
        }
        let wanted = requests.contains { $0.logits != nil }
        guard copyHead != nil || pointerHead != nil || wanted else { return }
        let top = top(count)
        if copyHead != nil || pointerHead != nil {
            let symbols = requests.map(\.symbol)
            copyHead?.write(symbols, z: top, states: states.rows, count: count)
            for (row, request) in requests.enumerated() {
                ends.rows.pointers[row] = request.state + pointerHeadStart
            }
            pointerHead?.move(symbols, z: top, states: ends.rows, count: count)
        }
        if wanted { predict(requests, from: top) }
    }

    /// What the decoder reads: the last layer's output, normalised where the stack is.
    private func top(_ count: Int) -> FloatRows {
        guard configuration.normalizesOutput else { return signals.rows }
        for row in 0..<count {
            ExactVector.rmsNormalize(
                signals[row], into: normalized[row], n: configuration.outputSize)
        }
        return normalized.rows
    }

    /// Writes the logits of those that ask for them.
    private func predict(_ requests: [StepRequest], from top: FloatRows) {
        var count = 0
        for (row, request) in requests.enumerated() where request.logits != nil {
            read.rows.pointers[count] = top[row]
            written.rows.pointers[count] = outputs[row]
            for (i, bias) in decoderBias.enumerated() { outputs[row][i] = bias }
            count += 1
        }
        decoder.multiplyAdd(read.rows, into: written.rows, count: count, by: loops)
        for (row, request) in requests.enumerated() {
            guard let logits = request.logits else { continue }
            copyHead?.addRead(row, state: states.rows[row], to: outputs[row])
            pointerHead?.addRead(row, state: ends.rows[row], to: outputs[row])
            logits.update(from: outputs[row], count: configuration.symbolCount)
        }
    }
}

/// One layer of the stack, one symbol of each sequence at a time.
protocol StepLayer {
    /// Where the parts of its state lie.
    var layout: LayerStateLayout { get }
    /// Reads the layer's input from the first `count` rows of `signals`, replaces it by the output, and updates
    /// their states.
    func step(_ signals: FloatRows, states: FloatRows, count: Int)
}

extension PackedMatrix {
    /// Packs one or several tensors that lie side by side, as one matrix.
    init(_ model: LanguageModel, _ names: String...) { self.init(model, names) }

    init(_ model: LanguageModel, _ names: [String]) {
        let layout = model.parameters.layout
        var rows = 0
        var columns = 0
        for name in names {
            guard let tensor = layout.tensors.first(where: { $0.name == name }) else {
                preconditionFailure("no tensor named \(name)")
            }
            rows += tensor.shape[0]
            columns = tensor.shape[1]
        }
        let start = layout.offset(names[0])
        self.init(
            model.parameters.values[start..<start + rows * columns], rows: rows, columns: columns)
    }
}
