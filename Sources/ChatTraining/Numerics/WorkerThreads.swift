import Dispatch
import Foundation

/// Threads that are kept for the parts of a computation that is split many times a second. A pool of the
/// system wakes its threads late on a busy machine; these wait for nothing but their work.
final class WorkerThreads: @unchecked Sendable {
    private let mailboxes: [Mailbox]

    /// What one thread waits for and answers with.
    private final class Mailbox: @unchecked Sendable {
        let filled = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        var work: (@Sendable () -> Void)?
        /// Ends the thread.
        var isClosed = false
    }

    /// - Parameter count: threads beside the caller's.
    init(count: Int) {
        mailboxes = (0..<count).map { _ in Mailbox() }
        for mailbox in mailboxes {
            let thread = Thread {
                // A handler run here, in the midst of a product, would write into the weights:
                // oneDNN's kernels use the stack pointer for their own ends.
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_BLOCK, &all, nil)
                while true {
                    mailbox.filled.wait()
                    if mailbox.isClosed { return }
                    mailbox.work?()
                    // The closure may not outlive the caller's wait.
                    mailbox.work = nil
                    mailbox.done.signal()
                }
            }
            thread.start()
        }
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
            for mailbox in mailboxes { mailbox.done.wait() }
        }
    }
}
