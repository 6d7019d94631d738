/// Runs a model exactly, one symbol at a time: the same bytes on every machine, in debug and release.
///
/// Not Sendable: it owns scratch memory. It holds no conversation; the state is the caller's.
public final class StepEngine {
    public let model: LanguageModel

    public init(_ model: LanguageModel) { self.model = model }

    /// Reads one symbol: updates `state` and writes the logits of the next symbol
    /// ([symbolCount]; `logits` is resized when its count differs).
    public func step(_ symbol: Symbol, state: inout RecurrentState, logits: inout [Float]) {
        preconditionFailure("arrives with the engine")
    }

    /// Reads one symbol without computing logits.
    public func advance(_ symbol: Symbol, state: inout RecurrentState) {
        preconditionFailure("arrives with the engine")
    }
}
