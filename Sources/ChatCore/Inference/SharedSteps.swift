import Dispatch
import Foundation

/// Makes the steps of many threads together: a server's replies, the dialogues of a set.
///
/// Whoever wants a step while all workers are busy leaves it in a list; the first that finds a worker free
/// takes all that wait, makes them as one batch, and wakes the others. So nobody waits for sequences that do
/// something else, one alone is as fast as without, and the more there are, the larger the batches. Each
/// sequence has the bits that it has alone, so which batches come about is of no matter.
package final class SharedSteps: StepRunner, @unchecked Sendable {
    /// A thread that waits for its step.
    private final class Waiting: @unchecked Sendable {
        let request: StepRequest
        let semaphore = DispatchSemaphore(value: 0)
        /// What it is to make, its own step among it; nil: its own was made.
        var work: (worker: NetworkStep, batch: [Waiting])?

        init(_ request: StepRequest) { self.request = request }
    }

    /// Sequences in one batch at most.
    package static let largestBatch = 16

    package let model: LanguageModel
    private let lock = NSLock()
    private var free: [NetworkStep]
    private var waiting: [Waiting] = []

    /// - Parameter workers: batches that are made at the same time, one a core.
    package init(_ model: LanguageModel, workers: Int) {
        self.model = model
        free = (0..<max(1, workers)).map { _ in NetworkStep(model, batch: Self.largestBatch) }
    }

    package func run(_ request: StepRequest) {
        lock.lock()
        if let worker = free.popLast() {
            lock.unlock()
            worker.run(request)
            return passOn(worker)
        }
        let mine = Waiting(request)
        waiting.append(mine)
        lock.unlock()
        mine.semaphore.wait()
        guard let work = mine.work else { return }
        mine.work = nil
        work.worker.run(work.batch.map(\.request))
        passOn(work.worker)
        for other in work.batch where other !== mine { other.semaphore.signal() }
    }

    /// Hands a worker and all that wait to the first of them, or keeps it.
    private func passOn(_ worker: NetworkStep) {
        let next = lock.withLock { () -> Waiting? in
            guard let next = waiting.first else {
                free.append(worker)
                return nil
            }
            let batch = Array(waiting.prefix(worker.batch))
            waiting.removeFirst(batch.count)
            next.work = (worker, batch)
            return next
        }
        next?.semaphore.signal()
    }
}
