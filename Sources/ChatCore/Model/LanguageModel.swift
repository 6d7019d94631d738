/// A character-level recurrent language model: its shape and its values. Symbols in, logits
/// out; it knows nothing of text. `StepEngine` runs it exactly, one symbol at a time; the training
/// room runs it fast, many at once.
public struct LanguageModel: Sendable, Equatable {
    /// The shapes.
    public let configuration: ModelConfiguration
    /// The values, [parameterCount].
    public var parameters: Parameters

    /// A model with given values.
    public init(configuration: ModelConfiguration, parameters: Parameters) {
        precondition(parameters.layout.count == configuration.parameterCount)
        self.configuration = configuration
        self.parameters = parameters
    }

    /// The model with every value rounded to the nearest bfloat16 (ties to even), which training's
    /// products do anyway: half the size on disk.
    public var roundedToBFloat16: LanguageModel {
        var rounded = self
        rounded.parameters.values = parameters.values.map { value in
            let bits = value.bitPattern
            return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
        }
        return rounded
    }

    /// The state that remembers nothing.
    public var freshState: RecurrentState { RecurrentState(configuration) }
}
