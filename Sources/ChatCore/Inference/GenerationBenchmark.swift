import Dispatch

/// Measures exact generation, one thread.
package struct GenerationBenchmark: Sendable {
    package init() {}

    /// Characters a second that `model` reads and predicts, greedily fed with its own output.
    /// - Returns: the median of `repetitions` of `seconds` each.
    package func measure(_ model: LanguageModel, seconds: Double = 1, repetitions: Int = 5)
        -> Double
    {
        let engine = StepEngine(model)
        var state = model.freshState
        var logits: [Float] = []
        var symbol: Symbol = 0
        let rates = (0..<repetitions).map { _ -> Double in
            let start = DispatchTime.now().uptimeNanoseconds
            var count = 0
            var elapsed = 0.0
            while elapsed < seconds {
                for _ in 0..<64 {
                    engine.step(symbol, state: &state, logits: &logits)
                    let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
                    symbol = Symbol(best)
                }
                count += 64
                elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            }
            return Double(count) / elapsed
        }.sorted()
        return rates[rates.count / 2]
    }
}
