import Foundation

/// What lets a reply go on: nobody has cancelled it, and its time is not over. Asked between characters.
package final class Ticket: @unchecked Sendable {
    private let lock = NSLock()
    private var cancelled = false
    private var whenCancelled: (@Sendable () -> Void)?
    private let deadline: ContinuousClock.Instant

    /// - Parameter seconds: from now on.
    package init(seconds: Double) { deadline = .now + .seconds(seconds) }

    var isCancelled: Bool { lock.withLock { cancelled } }
    var isOver: Bool { ContinuousClock.now >= deadline }
    var goesOn: Bool { !isCancelled && !isOver }

    /// The client is gone.
    func cancel() {
        let action = lock.withLock { () -> (@Sendable () -> Void)? in
            cancelled = true
            defer { whenCancelled = nil }
            return whenCancelled
        }
        action?()
    }

    /// Has `action` done once when it is cancelled, at once where it was.
    func onCancel(_ action: @escaping @Sendable () -> Void) {
        let isTooLate = lock.withLock {
            if !cancelled { whenCancelled = action }
            return cancelled
        }
        if isTooLate { action() }
    }

    /// - Throws: `RequestError.timeOver`, `CancellationError`.
    func check() throws {
        if isCancelled { throw CancellationError() }
        if isOver { throw RequestError.timeOver }
    }
}
