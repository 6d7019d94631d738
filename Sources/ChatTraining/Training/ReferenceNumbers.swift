import ChatCore

/// Logits, loss and gradients of a model on some symbols, for comparison with another implementation
/// (`benchmarks/check_pytorch.py`). Computed by the training passes from a fresh state.
package struct ReferenceNumbers: Codable, Sendable {
    /// n + 1 symbols: inputs are all but the last, targets all but the first.
    package var symbols: [Int]
    /// [n, symbolCount]
    package var logits: [[Float]]
    /// Mean over the n targets, nats per symbol.
    package var loss: Double
    /// Of that loss, by tensor name, row-major.
    package var gradients: [String: [Float]]

    /// - Throws: `TrainingError.options` when there are fewer than two symbols.
    package init(_ model: LanguageModel, symbols: [Symbol]) throws {
        guard symbols.count > 1 else {
            throw TrainingError.options("two symbols at least are needed to predict one")
        }
        let time = symbols.count - 1
        let weights = NetworkWeights(model)
        let pass = NetworkPass(weights, batch: 1, time: time, training: true)
        let fresh = model.freshState.values
        let slice = NetworkPass.Slice(
            inputs: symbols.dropLast().map { Int32($0) },
            targets: symbols.dropFirst().map { Int32($0) },
            weights: [Float](repeating: 1, count: time),
            resets: [Bool](repeating: false, count: time))
        pass.loadState(fresh, lane: 0)
        let flat = pass.logits(slice)
        pass.loadState(fresh, lane: 0)
        loss = pass.forward(slice, scale: 1 / Float(time)) / Double(time)
        pass.backward(slice)
        let all = pass.gradient?.array ?? []
        let width = model.configuration.symbolCount
        logits = (0..<time).map { Array(flat[$0 * width..<($0 + 1) * width]) }
        gradients = [:]
        for tensor in model.parameters.layout.tensors {
            guard let range = model.parameters.layout.range(of: tensor.name) else { continue }
            gradients[tensor.name] = Array(all[range])
        }
        self.symbols = symbols.map { Int($0) }
    }
}
