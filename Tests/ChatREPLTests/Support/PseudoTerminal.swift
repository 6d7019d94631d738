import Foundation
import Testing

/// A program on a real pseudo-terminal: keys go in as a keyboard sends them, and what comes out is
/// drawn on a `MiniScreen`.
final class PseudoTerminal {
    private var master: Int32
    private(set) var process = pid_t()
    private(set) var screen: MiniScreen
    /// Bytes read that do not make a whole character yet.
    private var pending: [UInt8] = []
    /// Everything that came, as text.
    private(set) var raw = ""

    init(
        _ program: URL, _ arguments: [String], environment: [String: String], columns: Int = 80,
        rows: Int = 24
    ) throws {
        screen = MiniScreen(columns: columns)
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        let name = try Self.slaveName(of: master)
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        resize(columns: columns, rows: rows)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The leader of a new session gets the terminal it opens first as its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        #if os(Linux)
            let newSession: Int16 = 0x80
        #else
            let newSession: Int16 = 0x400
        #endif
        posix_spawnattr_setflags(&attributes, newSession)

        var argv = ([program.path] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let status = RunningExecutable.withUsualSignals {
            posix_spawn(&process, program.path, &actions, &attributes, &argv, &envp)
        }
        try #require(status == 0)
    }

    /// Unlocks the other end and names it.
    private static func slaveName(of master: Int32) throws -> String {
        #if os(Linux)
            // What unlockpt and ptsname do; Glibc's module does not show these.
            let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
            var lock: Int32 = 0
            var number: UInt32 = 0
            try #require(ioctl(master, setLock, &lock) == 0)
            try #require(ioctl(master, getNumber, &number) == 0)
            return "/dev/pts/\(number)"
        #else
            try #require(grantpt(master) == 0 && unlockpt(master) == 0)
            return String(cString: try #require(ptsname(master)))
        #endif
    }

    deinit {
        if process > 0 {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        hangUp()
    }

    /// Closes the terminal, as a window that is closed or a line that breaks does: the system then sends
    /// SIGHUP, and every read and write fails.
    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    /// Types.
    func type(_ keys: String) { typeBytes(Array(keys.utf8)) }

    /// Sends bytes that may not be text.
    func typeBytes(_ bytes: [UInt8]) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
            if !bytes.isEmpty { _ = read(wait: 10) }
        }
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// Waits until the screen shows what `condition` asks for.
    func wait(
        seconds: Double = 60, _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation, until condition: (MiniScreen) -> Bool
    ) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while !condition(screen) {
            guard Date() < deadline, read(wait: 50) || condition(screen) else {
                Issue.record(
                    "\(comment ?? "waited in vain"); the screen:\n\(screen.text)",
                    sourceLocation: sourceLocation)
                throw CancellationError()
            }
        }
    }

    /// Waits until the last line of the screen is `line`, as after a prompt.
    func wait(
        forLastLine line: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try wait("last line '\(line)'", sourceLocation: sourceLocation) { $0.lines.last == line }
    }

    /// Waits for the end of the program; its exit status as a shell counts it.
    func waitForExit(seconds: Double = 60) throws -> Int32 {
        let deadline = Date().addingTimeInterval(seconds)
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            guard Date() < deadline else {
                Issue.record("did not end; the screen:\n\(screen.text)")
                throw CancellationError()
            }
            _ = read(wait: 20)
        }
        while read(wait: 0) {}
        process = 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// True when the program is stopped (Ctrl-Z).
    func isStopped() -> Bool {
        var status: Int32 = 0
        return waitpid(process, &status, WNOHANG | WUNTRACED) == process && status & 0xFF == 0x7F
    }

    /// Draws what there is; false when the terminal is gone.
    private func read(wait milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, milliseconds) > 0 else { return milliseconds > 0 }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(master, &bytes, bytes.count)
        guard count > 0 else { return false }
        pending += bytes.prefix(count)
        var whole = pending.count
        while whole > 0, pending.count - whole < 4,
            String(validating: pending.prefix(whole), as: UTF8.self) == nil
        {
            whole -= 1
        }
        let text = String(decoding: pending.prefix(whole), as: UTF8.self)
        pending.removeFirst(whole)
        raw += text
        screen.draw(text)
        return true
    }
}
