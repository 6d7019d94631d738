import ChatCore
import Foundation

/// Who waits for a reply, and the threads that make them: a bounded number of each.
///
/// Everything that computes or touches the disk is done here, never on an event loop or in Swift's pool. Jobs
/// that name the same session are done one after another, in the order in which they came; a worker takes the
/// first job whose session is free and does it to its end (replies are short). There are more workers than
/// cores: the steps of those that compute are made together (`SharedSteps`) while others wait for the disk.
package final class ReplyQueue: @unchecked Sendable {
    private struct Job {
        let session: String?
        let ticket: Ticket
        let body: @Sendable (ReplyGenerator) -> Void
        let abandon: @Sendable (any Error) -> Void
    }

    private let condition = NSCondition()
    private var waiting: [Job] = []
    private var busySessions: Set<String> = []
    private var runningCount = 0
    private var workerCount = 0
    private var isStopped = false
    private let capacity: Int

    /// - Parameters:
    ///   - cores: steps of the network that are made at the same time.
    ///   - workers: replies that are made at the same time, each by a thread.
    ///   - capacity: jobs that may wait.
    /// - Throws: `ServerError.noThread`.
    package init(model: ChatModel, cores: Int, workers: Int, capacity: Int) throws {
        self.capacity = capacity
        let steps = SharedSteps(model.network, workers: cores)
        for _ in 0..<workers {
            let isStarted = PlainThread.start { [self] in
                work(ReplyGenerator(model: model, engine: StepEngine(sharing: steps)))
            }
            if isStarted { workerCount += 1 }
        }
        guard workerCount > 0 else { throw ServerError.noThread }
    }

    /// Jobs that wait and jobs that are being done.
    var load: (waiting: Int, running: Int) {
        condition.withLock { (waiting.count, runningCount) }
    }

    /// Puts a job in the queue and returns.
    /// - Parameters:
    ///   - session: the session that it uses; nil: none that another job may use.
    ///   - ticket: when it is cancelled before its turn, the job leaves the queue at once.
    ///   - body: what is done, with the worker's engine.
    ///   - abandon: called instead of `body` where that is never done.
    /// - Throws: `RequestError.busy`, `.stopping`.
    package func submit(
        session: String? = nil, ticket: Ticket, abandon: @escaping @Sendable (any Error) -> Void,
        body: @escaping @Sendable (ReplyGenerator) -> Void
    ) throws {
        try condition.withLock {
            guard !isStopped else { throw RequestError.stopping }
            guard waiting.count < capacity else { throw RequestError.busy }
            waiting.append(Job(session: session, ticket: ticket, body: body, abandon: abandon))
            condition.signal()
        }
        ticket.onCancel { [weak self] in self?.drop(ticket) }
    }

    /// Has `body` done and waits for what it gives.
    /// - Throws: as `submit`, and what `body` throws.
    package func run<Value: Sendable>(
        session: String? = nil, ticket: Ticket,
        _ body: @escaping @Sendable (ReplyGenerator) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try submit(
                    session: session, ticket: ticket,
                    abandon: { continuation.resume(throwing: $0) },
                    body: { generator in
                        continuation.resume(with: Result { try body(generator) })
                    })
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Takes no more jobs, lets those that are there end, and the threads with them.
    package func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        while workerCount > 0 { condition.wait() }
        condition.unlock()
    }

    private func drop(_ ticket: Ticket) {
        let dropped = condition.withLock { () -> Job? in
            guard let index = waiting.firstIndex(where: { $0.ticket === ticket }) else {
                return nil
            }
            return waiting.remove(at: index)
        }
        dropped?.abandon(CancellationError())
    }

    private func work(_ generator: ReplyGenerator) {
        while let job = next() {
            if job.ticket.goesOn {
                job.body(generator)
            } else {
                job.abandon(
                    job.ticket.isCancelled ? CancellationError() : RequestError.timeOver)
            }
            condition.withLock {
                runningCount -= 1
                if let session = job.session { busySessions.remove(session) }
                condition.broadcast()
            }
        }
    }

    /// Waits for a job whose session is free; nil when there will be none.
    private func next() -> Job? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let index = waiting.firstIndex { job in
                job.session.map { !busySessions.contains($0) } ?? true
            }
            if let index {
                let job = waiting.remove(at: index)
                if let session = job.session { busySessions.insert(session) }
                runningCount += 1
                return job
            }
            if isStopped, waiting.isEmpty {
                workerCount -= 1
                condition.broadcast()
                return nil
            }
            condition.wait()
        }
    }
}
