import Dispatch
import Foundation

/// Ends the process at a second signal, where the first one is a wish that something else grants in its time:
/// a server lets replies end.
package final class SecondSignal: @unchecked Sendable {
    /// Signals come one after another on it.
    private let queue = DispatchQueue(label: "charchat.signals")
    private var sources: [any DispatchSourceSignal] = []
    /// When the first signal came.
    private var first: ContinuousClock.Instant?

    /// - Parameter numbers: the signals that count, whichever comes first.
    package init(_ numbers: [Int32]) {
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // Held by its sources, as long as the process lives.
            source.setEventHandler { self.came(number) }
            sources.append(source)
        }
    }

    /// Counts from now on. Something else must handle the first signal already.
    package func watch() {
        for source in sources { source.resume() }
    }

    private func came(_ number: Int32) {
        let now = ContinuousClock.now
        guard let began = first else {
            first = now
            return
        }
        // What comes twice at once is one wish, as in `Signals`.
        if now - began >= .milliseconds(250) { _exit(128 + number) }
    }
}
