/// The copy head step by step: the definition that `CopyHead` is checked against, with its equations.
package struct CopyHeadStep {
    /// What the read is multiplied by beside softplus(s).
    package static let gain: Float = 8

    private let layout: CopyHeadStateLayout
    private let loops: ExactLoops
    private let keySize: Int
    private let width: Int
    private let symbolCount: Int
    private let keyProjection: PackedMatrix
    /// W_q, w and g.
    private let reading: PackedMatrix
    private let writeBias: Float
    private let gateBias: Float
    /// 8 softplus(s).
    private let amount: Float
    private let keys: RowBuffer
    private let reads: RowBuffer
    /// The z of the step before, where it stands in each sequence's state.
    private let before: RowTable

    /// - Parameters:
    ///   - keySize: the model's, which has a copy head.
    ///   - batch: sequences at once, at most.
    init(_ model: LanguageModel, keySize: Int, batch: Int, loops: ExactLoops) {
        self.loops = loops
        func value(_ name: String) -> Float {
            model.parameters.values[model.parameters.layout.offset("copy_head.\(name)")]
        }
        self.keySize = keySize
        width = model.configuration.outputSize
        symbolCount = model.configuration.symbolCount
        layout = CopyHeadStateLayout(
            keySize: keySize, symbolCount: symbolCount, width: width)
        keyProjection = PackedMatrix(model, "copy_head.k_proj.weight")
        reading = PackedMatrix(
            model, "copy_head.q_proj.weight", "copy_head.write.weight", "copy_head.gate.weight")
        writeBias = value("write.bias")
        gateBias = value("gate.bias")
        amount = Self.gain * ExactMath.softplus(value("scale"))
        keys = RowBuffer(count: batch, width: keySize)
        reads = RowBuffer(count: batch, width: keySize + 2)
        before = RowTable(count: batch, keys[0])
    }

    /// Writes that each sequence's symbol came after the z of the step before, and keeps its z, [width], for
    /// the next one.
    func write(_ symbols: [Symbol], z: FloatRows, states: FloatRows, count: Int) {
        for row in 0..<count {
            before.rows.pointers[row] = states[row] + layout.before.lowerBound
        }
        keys.zero(count)
        keyProjection.multiplyAdd(before.rows, into: keys.rows, count: count, by: loops)
        reads.zero(count)
        reading.multiplyAdd(z, into: reads.rows, count: count, by: loops)
        for row in 0..<count {
            ExactVector.unitLength(keys[row], n: keySize)
            loops.writeSymbol(
                Int(symbols[row]), memory: states[row] + layout.memory.lowerBound, key: keys[row],
                strength: ExactMath.sigmoid(reads[row][keySize] + writeBias), keySize: keySize,
                symbolCount: symbolCount)
            before.rows[row].update(from: z[row], count: width)
        }
    }

    /// Adds what a sequence's memory says to its logits, [symbolCount]; after `write` of the same step.
    func addRead(
        _ row: Int, state: UnsafePointer<Float>, to logits: UnsafeMutablePointer<Float>
    ) {
        let read = reads[row]
        let factor = amount * ExactMath.sigmoid(read[keySize + 1] + gateBias)
        ExactVector.unitLength(read, n: keySize)
        loops.addRead(
            memory: state + layout.memory.lowerBound, query: read, factor: factor, to: logits,
            keySize: keySize,
            symbolCount: symbolCount)
    }
}
