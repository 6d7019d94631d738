import Foundation

/// Signals as a queue that is read between characters. A handler may do almost nothing safely, so it
/// only writes the signal's number into a pipe; whoever waits polls the pipe's other end.
///
/// Work in one piece that never looks at the queue cannot keep the process alive: a signal that asks it
/// to end and is not taken within a second ends it, and a second one does so at once. Whatever is saved
/// is saved line by line or in one step, so nothing is left half written.
///
/// What a parent has had ignored (`nohup`, a background job of a script) stays ignored, as everywhere
/// in Unix.
package enum Signals {
    /// Ends of the pipe; set once by `install`, before any handler can run.
    nonisolated(unsafe) private static var readEnd: Int32 = -1
    nonisolated(unsafe) private static var writeEnd: Int32 = -1
    /// The stack that handlers run on, as long as the process lives.
    nonisolated(unsafe) private static var handlerStack: UnsafeMutableRawPointer?
    private static let handled: [Int32] = [
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGALRM,
    ]
    /// A signal that asks the process to end and that nobody has taken yet; 0: none.
    nonisolated(unsafe) private static var overdue: Int32 = 0
    /// Whether the process was asked to end, taken or not, and when: milliseconds of a clock that only
    /// goes forward.
    nonisolated(unsafe) private static var isAskedToEnd = false
    nonisolated(unsafe) private static var askedAt: Int64 = 0
    /// Whether the first SIGINT, and whether any first signal, ends the process after a second.
    nonisolated(unsafe) private static var interruptEnds = false
    nonisolated(unsafe) private static var waitsLong = false

    /// The descriptor to poll along with standard input; -1 before `install`.
    package static var descriptor: Int32 { readEnd }

    /// Takes over the signals of an interactive or piped chat. A second call does nothing.
    /// - Parameters:
    ///   - suspend: at a terminal, where Ctrl-Z suspends and a first Ctrl-C is no wish to leave.
    ///   - waitsLong: what is done has to be saved first, which may take more than a second.
    package static func install(suspend: Bool, waitsLong: Bool = false) {
        guard readEnd < 0 else { return }
        (interruptEnds, self.waitsLong) = (!suspend, waitsLong)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        useStackOfItsOwn()
        for number in handled where suspend || (number != SIGTSTP && number != SIGWINCH) {
            if number != SIGALRM, number != SIGWINCH, isIgnored(number) { continue }
            catchSignal(number)
        }
    }

    /// A parent may have left signals blocked; they would never arrive, whatever the command.
    package static func unblock() {
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in handled { sigaddset(&wanted, number) }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }

    /// A closed pipe and a limit on the size of files are errors of `write`, not the end of the process.
    package static func ignoreFailingWrites() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// The signals that came since the last call, in order.
    package static func take() -> [Int32] {
        guard readEnd >= 0 else { return [] }
        // Before reading: what comes in between is counted anew.
        if overdue != 0 {
            overdue = 0
            alarm(0)
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(readEnd, &bytes, bytes.count)
        return count > 0 ? bytes.prefix(count).map(Int32.init) : []
    }

    /// True when `number` came since the last call; the other signals stay in the queue.
    package static func take(only number: Int32) -> Bool {
        let came = take()
        for other in came where other != number { enqueue(other) }
        return came.contains(number)
    }

    /// A signal in the queue that asks the process to end; it stays there.
    /// - Parameter countingInterrupt: whether SIGINT does.
    package static func waitingToEnd(countingInterrupt: Bool) -> Int32? {
        let came = take()
        for number in came { enqueue(number) }
        return came.first {
            [SIGTERM, SIGHUP, SIGQUIT].contains($0) || (countingInterrupt && $0 == SIGINT)
        }
    }

    /// Puts a signal into the queue. Does only what a handler may do.
    private static func enqueue(_ number: Int32) {
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(writeEnd, &byte, 1)
    }

    /// Starts the clock for a signal that asks to end, or ends the process. Does only what a handler may.
    ///
    /// `timeout` sends its signal to the process and to its group, a wrapper passes on what the terminal
    /// sends to both: what comes twice within a quarter of a second is one wish. When a terminal goes,
    /// the shell's SIGHUP follows the system's: where the first was taken the second ends nothing.
    private static func watch(_ number: Int32) {
        switch number {
        case SIGALRM:
            if overdue != 0 { endNow(overdue) }
        case SIGINT, SIGTERM, SIGHUP, SIGQUIT:
            let ends = number != SIGINT || interruptEnds
            let isAgain = overdue != 0 || (isAskedToEnd && ends && number != SIGHUP)
            let now = milliseconds
            if isAgain, now - askedAt >= 250 { endNow(number) }
            if !isAgain { askedAt = now }
            if ends { isAskedToEnd = true }
            overdue = number
            // With its end that is a second.
            if !waitsLong, ends { ualarm(800_000, 0) }
        default: break
        }
    }

    private static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func endNow(_ number: Int32) {
        TerminalMode.restoreInHandler()
        _exit(128 + number)
    }

    /// Stops the process as Ctrl-Z would have, and returns when it is continued. The caller puts the
    /// terminal in order before and after.
    package static func suspend() {
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        catchSignal(SIGTSTP)
    }

    /// Gives the handlers of this thread, the main one, a stack of their own. oneDNN's matrix products use
    /// the stack pointer as one more register for pointers into arrays: a handler on the ordinary stack
    /// would be run in the middle of the weights. The other threads block signals.
    private static func useStackOfItsOwn() {
        let size = 1 << 17
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        handlerStack = memory
        var stack = stack_t()
        stack.ss_sp = memory
        stack.ss_size = size
        sigaltstack(&stack, nil)
    }

    /// Whether a parent has had a signal ignored; to be asked before `install`.
    package static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if os(Linux)
            let handler = action.__sigaction_handler.sa_handler
        #else
            let handler = action.__sigaction_u.__sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func catchSignal(_ number: Int32) {
        var action = sigaction()
        let handler: @convention(c) (Int32) -> Void = { number in
            let saved = errno
            if number != SIGALRM { Signals.enqueue(number) }
            Signals.watch(number)
            errno = saved
        }
        #if os(Linux)
            action.__sigaction_handler.sa_handler = handler
        #else
            action.__sigaction_u.__sa_handler = handler
        #endif
        // No SA_RESTART: a blocked read or write returns, and its loop looks at the queue.
        action.sa_flags = SA_ONSTACK
        sigaction(number, &action, nil)
    }
}
