import ChatCore
import Dispatch
import Foundation

/// Threads that are kept for the parts of a computation that is split many times a second. A pool of the
/// system wakes its threads late on a busy machine; these wait for nothing but their work.
///
/// Where the system gives fewer threads than asked for, the caller does the parts that are left, one
/// after another: slower, with the same result.
final class WorkerThreads: @unchecked Sendable {
    private let count: Int
    /// One a thread that could be started; at most `count`.
    private let mailboxes: [Mailbox]

    /// What one thread waits for and answers with.
    private final class Mailbox: @unchecked Sendable {
        let filled = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        var work: (@Sendable () -> Void)?
        /// Ends the thread.
        var isClosed = false

        func serve() {
            while true {
                filled.wait()
                if isClosed { return }
                work?()
                // The closure may not outlive the caller's wait.
                work = nil
                done.signal()
            }
        }
    }

    /// - Parameter count: threads beside the caller's.
    init(count: Int) {
        self.count = count
        mailboxes = (0..<count).map { _ in Mailbox() }.prefix { mailbox in
            PlainThread.start { mailbox.serve() }
        }.map { $0 }
    }

    deinit {
        for mailbox in mailboxes {
            mailbox.isClosed = true
            mailbox.filled.signal()
        }
    }

    /// Calls `body(0)` on the calling thread and `body(1)`, `body(2)`, … on the others, and waits for all.
    func run(_ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            for (index, mailbox) in mailboxes.enumerated() {
                mailbox.work = { body(index + 1) }
                mailbox.filled.signal()
            }
            body(0)
            for index in mailboxes.count..<count { body(index + 1) }
            for mailbox in mailboxes { mailbox.done.wait() }
        }
    }
}
