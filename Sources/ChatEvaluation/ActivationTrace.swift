import ChatCore

/// What goes on inside a model while it reads a text: the activations after each character.
///
/// | cell | units |
/// | --- | --- |
/// | LSTM, GRU | the hidden state |
/// | gated delta, Kimi delta | the values that the layer is about to write, one a channel; of each head the size of its memory, and how much it changed (Frobenius norms of the state matrix and of its change) |
package struct ActivationTrace: Sendable {
    package struct Unit: Sendable, Equatable {
        /// Such as `layer 1 unit 37`; layers, units and heads are counted from 1.
        package var name: String
        /// It sums up a head rather than being one number of the state.
        package var isHead: Bool
        /// One value a character.
        package var values: [Float]
    }

    /// The characters read.
    package let characters: [Character]
    package let units: [Unit]

    /// Reads `text` from a fresh state; a model of dialogues takes it as what the user says.
    package init(_ text: String, model: ChatModel) {
        let engine = StepEngine(model.network)
        var state = model.network.freshState
        switch model.format {
        case .dialogue: engine.advance(Alphabet.userMark, state: &state)
        case .text:
            for symbol in model.alphabet.encode("\n") { engine.advance(symbol, state: &state) }
        }
        characters = Array(Normalization.nfc(text))
        let reader = UnitReader(model.network.configuration)
        var units = reader.names.map { Unit(name: $0.name, isHead: $0.isHead, values: []) }
        for character in characters {
            let before = state
            for symbol in model.alphabet.encode(String(character)) {
                engine.advance(symbol, state: &state)
            }
            for (index, value) in reader.values(state, before: before).enumerated() {
                units[index].values.append(value)
            }
        }
        self.units = units
    }

    /// The units whose activations vary most, relative to their size; heads left out.
    package func liveliest(_ count: Int) -> [Unit] {
        let spread = units.map { unit -> Float in
            let largest = unit.values.map(abs).max() ?? 0
            guard largest > 0, !unit.isHead else { return 0 }
            let mean = unit.values.reduce(0, +) / Float(unit.values.count)
            let squares = unit.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return squares / Float(unit.values.count) / (largest * largest)
        }
        let order = units.indices.sorted {
            spread[$0] != spread[$1] ? spread[$0] > spread[$1] : $0 < $1
        }
        return order.prefix(count).filter { spread[$0] > 0 }.map { units[$0] }
    }

    package var heads: [Unit] { units.filter(\.isHead) }
}

/// Takes the numbers worth showing out of a state.
private struct UnitReader {
    private(set) var names: [(name: String, isHead: Bool)] = []
    private let configuration: ModelConfiguration

    init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        for (index, layer) in configuration.layers.enumerated() {
            for unit in 1...layer.hiddenSize {
                names.append(("layer \(index + 1) unit \(unit)", false))
            }
            guard layer.cell.isResidual else { continue }
            for head in 1...layer.headCount {
                names.append(("layer \(index + 1) head \(head) memory", true))
                names.append(("layer \(index + 1) head \(head) change", true))
            }
        }
    }

    /// One number for each of `names`.
    func values(_ state: RecurrentState, before: RecurrentState) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(names.count)
        for (layer, range) in zip(configuration.layers, configuration.layerStates) {
            let layout = LayerStateLayout(layer)
            func place(_ part: Range<Int>) -> Range<Int> {
                range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound
            }
            switch layer.cell {
            case .lstm, .gru: result += state.values[place(layout.hidden)]
            case .gatedDelta, .kimiDelta:
                // The newest row comes last, and in it the values after the queries and keys.
                result += state.values[place(layout.convolution)].suffix(layer.hiddenSize)
                let matrices = place(layout.matrices)
                let size = matrices.count / layer.headCount
                for head in 0..<layer.headCount {
                    var memory: Float = 0
                    var change: Float = 0
                    for index in matrices.dropFirst(head * size).prefix(size) {
                        let (new, old) = (state.values[index], before.values[index])
                        memory += new * new
                        change += (new - old) * (new - old)
                    }
                    result += [memory.squareRoot(), change.squareRoot()]
                }
            }
        }
        return result
    }
}
