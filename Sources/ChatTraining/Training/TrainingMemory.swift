import ChatCore

/// The memory that training takes, computed from shapes alone, so that it can be shown or refused before it
/// begins: an allocation that fails halfway would end the process.
package enum TrainingMemory {
    /// About the bytes of the large buffers: weights, gradients (one a worker), moments, the best weights
    /// so far, what the layers keep of every row of a window for the backward pass, and those of evaluations.
    package static func bytes(_ configuration: ModelConfiguration, _ options: TrainingOptions)
        -> Int
    {
        let rows = Double(options.batchSize) * Double(options.windowLength)
        let widths = configuration.layers.reduce(0.0) {
            $0 + Double($1.hiddenSize) * buffers(of: $1.cell)
        }
        // What a pointer head attends to and stands on.
        let pointer = 2 * Double(configuration.pointerHead?.reach ?? 0)
        // Logits and the gradient in their place, once.
        let activations = rows * (widths + pointer + Double(configuration.symbolCount))
        let parameters = Double(configuration.parameterCount) * Double(4 + options.workers)
        // The passes that evaluate lie beside those that train; they keep nothing to go back by.
        let evaluated = Double(EvaluationWindows.lanes * EvaluationWindows.time)
        let evaluation = evaluated * (widths / 2 + pointer + Double(configuration.symbolCount))
        let bytes = 4 * (activations + parameters + evaluation)
        return bytes < 1e18 ? Int(bytes) : .max
    }

    /// Buffers of [batch · time, width] floats that a layer and its backward pass keep, and what the
    /// products pack of them in half precision.
    private static func buffers(of cell: CellKind) -> Double {
        switch cell {
        case .lstm: 12
        case .gru: 13
        case .gatedDelta, .kimiDelta: 40
        }
    }
}
