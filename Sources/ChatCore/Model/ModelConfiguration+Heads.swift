extension ModelConfiguration {
    /// Heads that layer `index` remembers with; the memory of an LSTM or GRU layer counts as one.
    package func headCount(ofLayer index: Int) -> Int {
        layers[index].cell.isResidual ? layers[index].headCount : 1
    }

    /// Where in the values of a `RecurrentState` one head's memory stands: its matrix, or the whole state of
    /// an LSTM or GRU layer. Both numbers count from 1; nil where there is no such head.
    package func memory(ofLayer layer: Int, head: Int) -> Range<Int>? {
        guard layer >= 1, layer <= layers.count, head >= 1, head <= headCount(ofLayer: layer - 1)
        else { return nil }
        let index = layer - 1
        let state = layerStates[index]
        guard layers[index].cell.isResidual else { return state }
        let side = layers[index].hiddenSize / layers[index].headCount
        let first = state.lowerBound + matrixStart(ofLayer: index) + (head - 1) * side * side
        return first..<first + side * side
    }
}

extension RecurrentState {
    /// Has one head remember nothing. Changes nothing where there is no such head.
    package mutating func silence(
        layer: Int, head: Int, of configuration: ModelConfiguration
    ) {
        guard let range = configuration.memory(ofLayer: layer, head: head),
            range.upperBound <= values.count
        else { return }
        for index in range { values[index] = 0 }
    }
}
