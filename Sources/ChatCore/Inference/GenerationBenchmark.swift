import Dispatch
import Foundation

/// Measures exact generation.
package struct GenerationBenchmark: Sendable {
    package init() {}

    /// Symbols a second that `model` reads and predicts, greedily fed with its own output.
    /// - Parameters:
    ///   - threads: that make steps.
    ///   - sessions: each with a thread and a state of its own; where there are more of them than `threads`,
    ///     their steps are made together, as a server does.
    /// - Returns: of all sessions together, the median of `repetitions` of `seconds` each.
    package func measure(
        _ model: LanguageModel, threads: Int = 1, sessions: Int = 1, seconds: Double = 1,
        repetitions: Int = 5
    ) -> Double {
        let count = max(threads, sessions)
        let shared = count > threads ? SharedSteps(model, workers: threads) : nil
        let rates = (0..<repetitions).map { _ -> Double in
            let rates = Rates()
            let group = DispatchGroup()
            for _ in 0..<count {
                group.enter()
                let work: @Sendable () -> Void = {
                    let engine = shared.map { StepEngine(sharing: $0) } ?? StepEngine(model)
                    rates.add(Self.rate(engine, seconds: seconds))
                    group.leave()
                }
                if !PlainThread.start(work) { work() }
            }
            group.wait()
            return rates.sum
        }.sorted()
        return rates[rates.count / 2]
    }

    /// Of one session.
    private static func rate(_ engine: StepEngine, seconds: Double) -> Double {
        var state = engine.model.freshState
        var logits: [Float] = []
        var symbol: Symbol = 0
        let start = DispatchTime.now().uptimeNanoseconds
        var count = 0
        var elapsed = 0.0
        while elapsed < seconds {
            for _ in 0..<64 {
                engine.step(symbol, state: &state, logits: &logits)
                symbol = Sampler.likeliest(logits)
            }
            count += 64
            elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
        }
        return Double(count) / elapsed
    }

    /// A sum that several threads add to.
    private final class Rates: @unchecked Sendable {
        private let lock = NSLock()
        private var total = 0.0
        func add(_ rate: Double) { lock.withLock { total += rate } }
        var sum: Double { lock.withLock { total } }
    }
}
