/// Runs a model exactly, one symbol at a time: the same bytes on every machine, in debug and release.
/// This is the definition of what a model says; the training room's fast products agree with it to
/// rounding.
///
/// Not Sendable: it owns scratch memory. It holds no conversation: the state is the caller's value.
public final class StepEngine {
    /// The network that it runs.
    public let model: LanguageModel

    private let embedding: [Float]
    private let layers: [any StepLayer]
    private let decoder: PackedMatrix
    private let decoderBias: ArraySlice<Float>
    private let copyHead: CopyHeadStep?
    private let signal: FloatBuffer
    private let normalized: FloatBuffer
    private let output: FloatBuffer

    /// Packs the weights; takes a few milliseconds for a million of them.
    public init(_ model: LanguageModel) {
        self.model = model
        let configuration = model.configuration
        let weights = model.parameters
        func values(_ name: String) -> ArraySlice<Float> {
            weights.values[weights.layout.offset(name)...]
        }
        let scale = configuration.embeddingScale
        embedding = values("embedding.weight")
            .prefix(configuration.symbolCount * configuration.embeddingSize).map { $0 * scale }
        layers = configuration.layers.indices.map { index -> any StepLayer in
            switch configuration.layers[index].cell {
            case .lstm: LSTMStep(model, layer: index)
            case .gru: GRUStep(model, layer: index)
            case .gatedDelta: GatedDeltaStep(model, layer: index)
            case .kimiDelta: KimiDeltaStep(model, layer: index)
            }
        }
        decoder = PackedMatrix(model, "decoder.weight")
        decoderBias = values("decoder.bias").prefix(configuration.symbolCount)
        copyHead = configuration.copyHeadSize.map { CopyHeadStep(model, keySize: $0) }
        let widest = configuration.layers.map(\.hiddenSize).max() ?? 0
        signal = FloatBuffer(count: Swift.max(widest, configuration.embeddingSize) + 32)
        normalized = FloatBuffer(count: configuration.outputSize + 32)
        output = FloatBuffer(count: configuration.symbolCount + 32)
    }

    /// Reads one symbol: updates `state` and writes the logits of the next symbol
    /// ([symbolCount]; `logits` is resized when its count differs).
    public func step(_ symbol: Symbol, state: inout RecurrentState, logits: inout [Float]) {
        advance(symbol, state: &state)
        let configuration = model.configuration
        for (i, bias) in decoderBias.enumerated() { output.base[i] = bias }
        decoder.multiplyAdd(top(), into: output.base)
        if let copyHead {
            state.values.withUnsafeBufferPointer { buffer in
                guard let memory = buffer.baseAddress else { return }
                copyHead.addRead(
                    state: memory + configuration.stateSize - copyHead.layout.count,
                    to: output.base)
            }
        }
        if logits.count != configuration.symbolCount {
            logits = [Float](repeating: 0, count: configuration.symbolCount)
        }
        for i in 0..<configuration.symbolCount { logits[i] = output.base[i] }
    }

    /// Reads one symbol without computing logits.
    public func advance(_ symbol: Symbol, state: inout RecurrentState) {
        precondition(Int(symbol) < model.configuration.symbolCount, "symbol outside the alphabet")
        precondition(state.values.count == model.configuration.stateSize, "state of another model")
        let width = model.configuration.embeddingSize
        for i in 0..<width { signal.base[i] = embedding[Int(symbol) * width + i] }
        state.values.withUnsafeMutableBufferPointer { buffer in
            guard var memory = buffer.baseAddress else { return }
            for layer in layers {
                layer.step(signal: signal.base, state: memory)
                memory += layer.layout.count
            }
            copyHead?.write(symbol, z: top(), state: memory)
        }
    }

    /// What the decoder reads: the last layer's output, normalised where the stack is.
    private func top() -> UnsafePointer<Float> {
        guard model.configuration.normalizesOutput else { return UnsafePointer(signal.base) }
        ExactVector.rmsNormalize(
            signal.base, into: normalized.base, n: model.configuration.outputSize)
        return UnsafePointer(normalized.base)
    }
}

/// One layer of the stack, one symbol at a time.
protocol StepLayer {
    /// Where the parts of its state lie.
    var layout: LayerStateLayout { get }
    /// Reads the layer's input from `signal`, replaces it by the output, and updates `state`, the
    /// layer's first float.
    func step(signal: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>)
}

extension PackedMatrix {
    /// Packs one or several tensors that lie side by side, as one matrix.
    init(_ model: LanguageModel, _ names: String...) {
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
