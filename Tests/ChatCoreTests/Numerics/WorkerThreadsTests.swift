import ChatCore
import ChatTraining
import Foundation
import Testing

@Suite("Work on several threads")
struct WorkerThreadsTests {
    @Test("every worker is called once a run, however often it runs", arguments: [1, 2, 5])
    func everyWorker(_ workers: Int) {
        let ranges = ParallelRanges(workers: workers)
        let workspace = Workspace()
        let calls = workspace.matrix(1, workers)
        nonisolated(unsafe) let base = calls.base
        for _ in 0..<1000 { ranges.run { base[$0] += 1 } }
        #expect(calls.array == [Float](repeating: 1000, count: workers))
    }

    @Test("each part is done once, and all when the call returns", arguments: [0, 1, 2, 7])
    func concurrently(_ count: Int) {
        let done = Done()
        PlainThread.concurrently(count) { done.add($0) }
        #expect(done.parts == Array(0..<count))
    }

    /// What several threads have done.
    private final class Done: @unchecked Sendable {
        private let lock = NSLock()
        private var added: [Int] = []
        func add(_ part: Int) { lock.withLock { added.append(part) } }
        var parts: [Int] { lock.withLock { added.sorted() } }
    }

    @Test("the workers' ranges cover everything once", arguments: [0, 1, 63, 64, 1000])
    func parts(_ count: Int) {
        let workspace = Workspace()
        let touched = workspace.matrix(1, max(count, 1))
        nonisolated(unsafe) let base = touched.base
        let ranges = ParallelRanges(workers: 3)
        ranges.run { worker in
            for i in ranges.range(worker, of: count, multiple: 64) { base[i] += 1 }
        }
        #expect(touched.array.prefix(count).allSatisfy { $0 == 1 })
    }
}
