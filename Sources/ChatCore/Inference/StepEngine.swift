/// Runs a model exactly, one symbol at a time: the same bytes on every machine, in debug and release.
/// This is the definition of what a model says; the training room's fast products agree with it to
/// rounding.
///
/// Not Sendable: it owns scratch memory. It holds no conversation: the state is the caller's value.
public final class StepEngine {
    /// The network that it runs.
    public let model: LanguageModel

    private let runner: any StepRunner

    /// Packs the weights; takes a few milliseconds for a million of them.
    public init(_ model: LanguageModel) {
        self.model = model
        runner = NetworkStep(model, batch: 1)
    }

    /// One whose steps are made together with those of other threads' engines, each with the bits that it has
    /// alone. Takes no time: the weights are `shared`'s.
    package init(sharing shared: SharedSteps) {
        model = shared.model
        runner = shared
    }

    /// Reads one symbol: updates `state` and writes the logits of the next symbol
    /// ([symbolCount]; `logits` is resized when its count differs).
    public func step(_ symbol: Symbol, state: inout RecurrentState, logits: inout [Float]) {
        if logits.count != model.configuration.symbolCount {
            logits = [Float](repeating: 0, count: model.configuration.symbolCount)
        }
        logits.withUnsafeMutableBufferPointer { run(symbol, &state, logits: $0.baseAddress) }
    }

    /// Reads one symbol without computing logits.
    public func advance(_ symbol: Symbol, state: inout RecurrentState) {
        run(symbol, &state, logits: nil)
    }

    private func run(
        _ symbol: Symbol, _ state: inout RecurrentState, logits: UnsafeMutablePointer<Float>?
    ) {
        precondition(Int(symbol) < model.configuration.symbolCount, "symbol outside the alphabet")
        precondition(state.values.count == model.configuration.stateSize, "state of another model")
        state.values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            runner.run(StepRequest(symbol: symbol, state: base, logits: logits))
        }
    }
}
