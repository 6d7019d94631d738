import CoreMath

/// Splits work into disjoint ranges, one a worker, and waits for all. Inside a worker every matrix product stays on that worker's thread.
package struct ParallelRanges: Sendable {
    package let workers: Int
    private let threads: WorkerThreads

    /// - Parameter workers: at least 1.
    package init(workers: Int) {
        precondition(workers >= 1)
        self.workers = workers
        threads = WorkerThreads(count: workers - 1)
    }

    /// The part of `0..<count` that falls to `worker`: contiguous, in order, sizes at most `multiple`
    /// apart, starts on multiples of `multiple`.
    package func range(_ worker: Int, of count: Int, multiple: Int = 1) -> Range<Int> {
        let units = (count + multiple - 1) / multiple
        let start = min(count, units * worker / workers * multiple)
        let end = min(count, units * (worker + 1) / workers * multiple)
        return start..<end
    }

    /// Calls `body(worker)` for each worker at the same time.
    package func run(_ body: @Sendable (Int) -> Void) {
        threads.run { worker in
            core_math_single_threaded()
            body(worker)
        }
    }
}
