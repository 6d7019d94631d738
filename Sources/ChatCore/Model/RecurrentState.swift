/// Everything a model remembers: a value of constant size, passed in and handed back, never hidden in
/// an object. Copying it is undo; keeping one a turn is fork and replay.
///
/// Layer after layer: LSTM: hidden state [hiddenSize], cell state [hiddenSize]. GRU: hidden state
/// [hiddenSize]. Gated delta: the last three convolution inputs [3, 3 × hiddenSize], oldest first, then
/// one matrix a head [headCount, headSize (key), headSize (value)]. Kimi delta: the same with the last
/// three inputs [3, hiddenSize] of the two residual convolutions before the matrices. A copy head's
/// comes after the layers': its memory [copyHeadSize, symbolCount], then the output vector before [hiddenSize of
/// the last layer]. A pointer head's is the last: keys [keySize, reach], symbols [reach], where the pointer stood
/// [reach], the slot that comes next, how many are filled, the most in common, matches, run lengths and votes [reach
/// each] and the trace of output vectors [hiddenSize of the last layer]. (`LayerStateLayout`, `CopyHeadStateLayout`
/// and `PointerHeadStateLayout` compute the places.)
public struct RecurrentState: Sendable {
    /// [stateSize], in this order.
    public var values: [Float]

    /// The fresh state: all zero.
    public init(_ configuration: ModelConfiguration) {
        values = [Float](repeating: 0, count: configuration.stateSize)
    }

    /// A state with given values, for one read from a file.
    /// - Throws: `ModelError.parameters` when the count does not fit or a value is not finite.
    public init(values: [Float], configuration: ModelConfiguration) throws {
        guard values.count == configuration.stateSize else {
            throw ModelError.parameters(
                "a state of \(values.count) values, expected \(configuration.stateSize)")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw ModelError.parameters("a state value is not a finite number")
        }
        self.values = values
    }

    /// Size in memory, in bytes: the same at turn 1 and turn 1,000.
    public var byteCount: Int { values.count * MemoryLayout<Float>.stride }
}

extension RecurrentState: Equatable {
    /// Bit for bit: unlike `==` on floats, −0 differs from 0.
    public static func == (a: RecurrentState, b: RecurrentState) -> Bool {
        a.values.count == b.values.count
            && zip(a.values, b.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
