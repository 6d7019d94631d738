import ChatCore

/// One worker's share of a batch: the whole model forward over a window, its loss, and backward.
///
/// Everything in it runs on the calling thread. Buffers are allocated once. Legend: B lanes of this
/// worker, T time, R = T · B rows (time-major).
package final class NetworkPass: @unchecked Sendable {
    package let batch: Int
    package let time: Int
    /// This worker's gradient, [layout.count]; added to by `backward`. Nil for evaluation.
    package let gradient: FloatBuffer?

    private let weights: NetworkWeights
    private let gradients: Gradients?
    private let layers: [any RecurrentLayer]
    private let copyHead: CopyHead?
    private let pointerHead: PointerHead?
    private let workspace: Workspace
    private var product: MatrixProduct { workspace.product }
    private let logits: Matrix
    private let normalized: Matrix
    private let inverse: Vector
    private let dSignals: [Matrix]
    /// Each layer's output as it was last read, [R, H]: normalised for the top one, and after dropout.
    private var signals: [Matrix] = []
    /// By layer; nil where nothing is ever dropped.
    private let masks: [DropoutMask?]
    private var isDropping = false

    private struct Gradients {
        let embedding: Matrix
        let decoder: Matrix
        let decoderBias: Vector
    }

    /// - Parameter dropout: the part of the layers' outputs to leave out where `forward` is told to, 0..<1.
    package init(
        _ weights: NetworkWeights, batch: Int, time: Int, training: Bool, dropout: Double = 0
    ) {
        workspace = Workspace(weights.makeProduct())
        self.weights = weights
        self.batch = batch
        self.time = time
        let configuration = weights.configuration
        let workspace = workspace
        let rows = batch * time
        gradient = training ? FloatBuffer(count: weights.layout.count) : nil
        let tensors = gradient.map { TensorViews($0.base, layout: weights.layout) }
        gradients = tensors.map {
            Gradients(
                embedding: $0.matrix("embedding.weight"), decoder: $0.matrix("decoder.weight"),
                decoderBias: $0.vector("decoder.bias"))
        }
        var layers: [any RecurrentLayer] = []
        for (index, layer) in weights.layers.enumerated() {
            switch layer {
            case .gates(let cell, let shared):
                let own = tensors.map { GateGradients($0, layer: index) }
                layers.append(
                    cell == .lstm
                        ? LSTMLayer(
                            shared, gradients: own, symbolCount: configuration.symbolCount,
                            batch: batch, time: time, in: workspace)
                        : GRULayer(
                            shared, gradients: own, symbolCount: configuration.symbolCount,
                            batch: batch, time: time, in: workspace))
            case .gatedDelta(let shared):
                let own = tensors.map {
                    GatedDeltaWeights(
                        $0, layer: index, headCount: shared.headCount, in: workspace)
                }
                layers.append(
                    GatedDeltaLayer(
                        shared, gradients: own,
                        embeddingScale: index == 0 ? configuration.embeddingScale : 1,
                        batch: batch, time: time, in: workspace))
            case .kimiDelta(let shared):
                let own = tensors.map {
                    KimiDeltaWeights($0, layer: index, headCount: shared.headCount, in: workspace)
                }
                layers.append(
                    KimiDeltaLayer(
                        shared, gradients: own,
                        embeddingScale: index == 0 ? configuration.embeddingScale : 1,
                        batch: batch, time: time, in: workspace))
            }
        }
        self.layers = layers
        copyHead = weights.copyHead.map {
            CopyHead(
                $0, gradients: tensors.map { CopyHeadWeights($0) },
                symbolCount: configuration.symbolCount, batch: batch, time: time, in: workspace)
        }
        pointerHead = configuration.pointerHead.flatMap { shape in
            weights.pointerHead.map {
                PointerHead(
                    $0, gradients: tensors.map { PointerHeadWeights($0) }, shape: shape,
                    symbolCount: configuration.symbolCount, batch: batch, time: time, in: workspace)
            }
        }
        logits = workspace.matrix(rows, configuration.symbolCount)
        normalized = workspace.matrix(
            configuration.normalizesOutput ? rows : 0, configuration.outputSize)
        inverse = workspace.vector(rows)
        var dSignals: [Matrix] = []
        for (index, layer) in configuration.layers.enumerated() where training {
            // Residual blocks of one width hand the gradient of the stream on in place.
            let isStream =
                index > 0 && layer.cell.isResidual
                && configuration.layers[index - 1].cell.isResidual
            dSignals.append(
                isStream ? dSignals[index - 1] : workspace.matrix(rows, layer.hiddenSize))
        }
        self.dSignals = dSignals
        masks = configuration.layers.enumerated().map { index, layer in
            training && dropout > 0 && configuration.dropsOutput(ofLayer: index)
                ? DropoutMask(
                    share: dropout, rows: rows, columns: layer.hiddenSize, in: workspace) : nil
        }
    }

    /// A worker's share of a window: [R] each.
    package struct Slice {
        package var inputs: [Int32]
        package var targets: [Int32]
        package var weights: [Float]
        package var resets: [Bool]
        package init(
            inputs: [Int32], targets: [Int32], weights: [Float], resets: [Bool]
        ) {
            self.inputs = inputs
            self.targets = targets
            self.weights = weights
            self.resets = resets
        }
    }

    /// Reads the window, leaving the state after it in place.
    /// - Parameters:
    ///   - scale: multiplies the gradient of the loss, usually 1 / Σ weights of the batch.
    ///   - drop: the masks of dropout; nil drops nothing.
    /// - Returns: Σ weight · loss in nats. The gradient of the logits is ready for `backward`.
    package func forward(_ slice: Slice, scale: Float, dropping drop: Dropout.Draw? = nil) -> Double
    {
        run(slice, dropping: drop)
        return product.kernels.softmaxLoss(
            logits, bias: weights.decoderBias, targets: slice.targets, weights: slice.weights,
            scale: scale)
    }

    /// The logits [R, symbols] of a window, for comparisons with other implementations.
    package func logits(_ slice: Slice) -> [Float] {
        run(slice)
        return (0..<logits.rows).flatMap { row in
            (0..<logits.columns).map { logits.row(row)[$0] + weights.decoderBias[$0] }
        }
    }

    private func run(_ slice: Slice, dropping drop: Dropout.Draw? = nil) {
        precondition(slice.inputs.count == batch * time)
        isDropping = drop != nil
        signals.removeAll(keepingCapacity: true)
        var input = LayerInput.symbols(slice.inputs, embedding: weights.embedding)
        for (index, layer) in layers.enumerated() {
            layer.forward(input, resets: slice.resets)
            var signal = index == layers.count - 1 ? top() : layer.output
            if let drop, let mask = masks[index] {
                signal = mask.forward(signal, random: drop.stream(layer: index))
            }
            signals.append(signal)
            input = .rows(signal)
        }
        product.multiply(signals[layers.count - 1].n, weights.decoder.t, into: logits)
        copyHead?.forward(z, symbols: slice.inputs, resets: slice.resets, addingTo: logits)
        pointerHead?.forward(z, symbols: slice.inputs, resets: slice.resets, addingTo: logits)
    }

    /// What the last layer hands on to decoder, copy head and pointer head before any of it is dropped, [R, H]; the
    /// heads beside the stack, which work through time, read all of it.
    private var z: Matrix {
        weights.configuration.normalizesOutput ? normalized : layers[layers.count - 1].output
    }

    /// The output of the last layer in the form that the decoder expects.
    private func top() -> Matrix {
        let last = layers[layers.count - 1].output
        guard weights.configuration.normalizesOutput else { return last }
        product.kernels.rmsForward(last, into: normalized, inverse: inverse)
        return normalized
    }

    /// Adds the gradient of the last `forward` to `gradient`.
    package func backward(_ slice: Slice) {
        guard let gradients else { return }
        let kernels = product.kernels
        let last = layers.count - 1
        product.multiply(logits.t, signals[last].n, into: gradients.decoder, keeping: 1)
        kernels.columnSum(logits, addingTo: gradients.decoderBias)
        let dTop = dSignals[last]
        product.multiply(logits.n, weights.decoder.n, into: dTop)
        if isDropping { masks[last]?.backward(dTop) }
        copyHead?.backward(logits, z: z, addingTo: dTop)
        pointerHead?.backward(logits, addingTo: dTop)
        if weights.configuration.normalizesOutput {
            kernels.rmsBackward(
                normalized, inverse: inverse, dy: dTop, into: dTop, adding: false)
        }
        for index in stride(from: last, through: 0, by: -1) {
            let input: LayerInput =
                index == 0
                ? .symbols(slice.inputs, embedding: weights.embedding)
                : .rows(signals[index - 1])
            layers[index].backward(
                dSignals[index], input: input,
                dInput: index == 0 ? .embedding(gradients.embedding) : .rows(dSignals[index - 1]))
            if isDropping, index > 0 { masks[index - 1]?.backward(dSignals[index - 1]) }
        }
    }

    /// Access to the state between windows, lane by lane, in the layout of `RecurrentState`.
    package func loadState(_ values: [Float], lane: Int) {
        values.withUnsafeBufferPointer { buffer in
            guard let from = buffer.baseAddress else { return }
            let configuration = weights.configuration
            for (layer, range) in zip(layers, configuration.layerStates) {
                layer.loadState(lane: lane, from: from + range.lowerBound)
            }
            if let range = configuration.copyHeadState {
                copyHead?.loadState(lane: lane, from: from + range.lowerBound)
            }
            if let range = configuration.pointerHeadState {
                pointerHead?.loadState(lane: lane, from: from + range.lowerBound)
            }
        }
    }

    package func state(lane: Int) -> [Float] {
        var values = [Float](repeating: 0, count: weights.configuration.stateSize)
        values.withUnsafeMutableBufferPointer { buffer in
            guard let to = buffer.baseAddress else { return }
            let configuration = weights.configuration
            for (layer, range) in zip(layers, configuration.layerStates) {
                layer.storeState(lane: lane, to: to + range.lowerBound)
            }
            if let range = configuration.copyHeadState {
                copyHead?.storeState(lane: lane, to: to + range.lowerBound)
            }
            if let range = configuration.pointerHeadState {
                pointerHead?.storeState(lane: lane, to: to + range.lowerBound)
            }
        }
        return values
    }
}
