/// The copy head step by step: the definition that `CopyHead` is checked against, with its equations.
package struct CopyHeadStep {
    /// What the read is multiplied by beside softplus(s).
    package static let gain: Float = 8

    let layout: CopyHeadStateLayout
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
    private let key: FloatBuffer
    private let read: FloatBuffer

    /// - Parameter keySize: the model's, which has a copy head.
    init(_ model: LanguageModel, keySize: Int) {
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
        key = FloatBuffer(count: keySize + 32)
        read = FloatBuffer(count: keySize + 2 + 32)
    }

    /// Writes that `symbol` came after the z of the step before, and keeps z, [width], for the next one.
    func write(
        _ symbol: Symbol, z: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>
    ) {
        let before = state + layout.before.lowerBound
        key.zero()
        keyProjection.multiplyAdd(before, into: key.base)
        ExactVector.unitLength(key.base, n: keySize)
        read.zero()
        reading.multiplyAdd(z, into: read.base)
        ExactLoops.best.writeSymbol(
            Int(symbol), memory: state + layout.memory.lowerBound, key: key.base,
            strength: ExactMath.sigmoid(read.base[keySize] + writeBias), keySize: keySize,
            symbolCount: symbolCount)
        before.update(from: z, count: width)
    }

    /// Adds what the memory says to the logits, [symbolCount]; after `write` of the same step.
    func addRead(state: UnsafePointer<Float>, to logits: UnsafeMutablePointer<Float>) {
        let factor = amount * ExactMath.sigmoid(read.base[keySize + 1] + gateBias)
        ExactVector.unitLength(read.base, n: keySize)
        ExactLoops.best.addRead(
            memory: state + layout.memory.lowerBound, query: read.base, factor: factor, to: logits,
            keySize: keySize,
            symbolCount: symbolCount)
    }
}
