import ChatCore
import Foundation

/// Lets the user write a text in their own editor.
package enum ExternalEditor {
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case none
        case failed(String)

        package var description: String {
            switch self {
            case .none:
                phrase("No editor is set. Set VISUAL or EDITOR, for example: export EDITOR=nano")
            case .failed(let why):
                phrase("The editor did not finish: %@. Nothing was sent.", why)
            }
        }
    }

    /// Opens `$VISUAL` or `$EDITOR` on a private file that holds `text` and returns what was saved in it,
    /// without the last line end. The file is removed.
    /// - Throws: `Problem`.
    package static func edit(_ text: String = "", environment: [String: String]) throws -> String {
        let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
            .first { !$0.isEmpty }
        guard let editor else { throw Problem.none }
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-\(UUID().uuidString).txt")
        let descriptor = open(file.path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard descriptor >= 0 else {
            throw Problem.failed("\(file.path): \(SystemReason.text(errno))")
        }
        defer { try? FileManager.default.removeItem(at: file) }
        do {
            defer { close(descriptor) }
            if !text.isEmpty { try Output(descriptor: descriptor).writeLine(text) }
        } catch {
            throw Problem.failed("\(file.path): \(error)")
        }

        try run(editor, file, environment)
        let bytes = try Data(contentsOf: file)
        if let offset = UTF8Offset.firstInvalid(bytes) {
            throw Problem.failed(phrase("its text is not UTF-8 at byte %@", offset + 1))
        }
        var text = LineEnds.asLineFeeds(String(decoding: bytes, as: UTF8.self))
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Runs the editor in the foreground. It may have arguments (`code --wait`), so a shell splits
    /// them; the file is passed apart, never as shell text. Ctrl-Z stops charchat along with it.
    private static func run(
        _ editor: String, _ file: URL, _ environment: [String: String]
    ) throws {
        var actions: posix_spawnattr_t = .init()
        posix_spawnattr_init(&actions)
        defer { posix_spawnattr_destroy(&actions) }
        // The editor must see Ctrl-C and Ctrl-Z as a program of its own does.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGINT, SIGTSTP] where !Signals.isIgnored(number) {
            sigaddset(&defaults, number)
        }
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&actions, &defaults)
        posix_spawnattr_setflags(&actions, Int16(POSIX_SPAWN_SETSIGDEF))

        let words = ["/bin/sh", "-c", "\(editor) \"$1\"", "sh", file.path]
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child = pid_t()
        let status = posix_spawn(&child, "/bin/sh", nil, &actions, &arguments, &variables)
        guard status == 0 else { throw Problem.failed(SystemReason.text(status)) }
        let result = try wait(for: child)
        let signal = result & 0x7F
        guard signal == 0 else { throw Problem.failed(phrase("signal %@ ended it", signal)) }
        guard result == 0 else { throw Problem.failed(phrase("its status was %@", result >> 8)) }
    }

    /// Waits for the end of `child`; its status as `waitpid` gives it.
    private static func wait(for child: pid_t) throws -> Int32 {
        while true {
            var result: Int32 = 0
            let found = waitpid(child, &result, WUNTRACED)
            guard found == child || errno == EINTR else {
                throw Problem.failed(SystemReason.text(errno))
            }
            let isStopped = found == child && result & 0xFF == 0x7F
            if found == child, !isStopped { return result }
            // Ctrl-Z stops the editor, but charchat has only noted it: the shell waits for both.
            let isTold = Signals.take(only: SIGTSTP)
            if isStopped || isTold { Signals.suspend() }
        }
    }
}
