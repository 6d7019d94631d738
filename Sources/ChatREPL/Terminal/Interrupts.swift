import Foundation

/// Asked between the characters of a reply: go on or stop?
package protocol Interrupts: AnyObject {
    /// Forgets a Ctrl-C that came before the reply began.
    func beginReply()
    /// True from the moment that Ctrl-C, SIGTERM, SIGHUP or SIGQUIT arrived.
    func shouldStop() -> Bool
    /// The signal that asks the whole process to end, if one came.
    var termination: Int32? { get }
}

/// Interrupts by signals. Ctrl-Z in mid-reply stops the process here and goes on afterwards.
package final class SignalInterrupts: Interrupts {
    package private(set) var termination: Int32?
    private var stopped = false
    private let interruptEnds: Bool

    /// - Parameter interruptEnds: in a pipe Ctrl-C ends the process; at a terminal only the reply.
    package init(interruptEnds: Bool) { self.interruptEnds = interruptEnds }

    package func beginReply() {
        drain()
        stopped = termination != nil
    }

    package func shouldStop() -> Bool {
        drain()
        return stopped
    }

    private func drain() {
        for number in Signals.take() {
            switch number {
            case SIGINT:
                stopped = true
                if interruptEnds { termination = SIGINT }
            case SIGTERM, SIGHUP, SIGQUIT:
                stopped = true
                termination = number
            case SIGTSTP: TerminalMode.whileSuspended { Signals.suspend() }
            default: break
            }
        }
    }
}
