import Dispatch
import Foundation

/// A thread of the system that tells whether it could be started; Foundation's does not, and whoever
/// waits for its work then waits for ever.
package enum PlainThread {
    /// What a thread is handed.
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a thread of its own, with all signals blocked: a handler run there, in the midst of a
    /// product, would write into the weights, for oneDNN's kernels use the stack pointer for their own
    /// ends.
    /// - Returns: false when the system has no thread to give (`ulimit -u`, a container's limit).
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let work = Unmanaged.passRetained(Work(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let failure = pthread_create(&thread, nil, { PlainThread.run($0) }, work.toOpaque())
        #else
            var thread = pthread_t()
            let failure = pthread_create(&thread, nil, { PlainThread.run($0) }, work.toOpaque())
        #endif
        guard failure == 0 else {
            work.release()
            return false
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
        return true
    }

    private static func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
    }

    /// Calls `body` with each of `0..<count` at the same time and waits for all. For whatever the system has
    /// no thread the caller does it, one after another; Dispatch would wait for one for ever.
    package static func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let done = DispatchSemaphore(value: 0)
        var (startedCount, left) = (0, [0])
        for part in stride(from: 1, to: count, by: 1) {
            let isStarted = start {
                body(part)
                done.signal()
            }
            if isStarted { startedCount += 1 } else { left.append(part) }
        }
        for part in left where part < count { body(part) }
        for _ in 0..<startedCount { done.wait() }
    }

    /// Whether a thread can be started now. Libraries that need one wait for it for ever.
    package static var canStart: Bool { start {} }
}
