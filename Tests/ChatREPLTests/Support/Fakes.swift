import ChatCore
import ChatREPL
import Foundation

/// Lines from a script; after the last comes the end of input.
final class ScriptedLineReader: LineReader {
    private var script: [LineInput]
    private let screen: RecordingScreen
    private(set) var remembered: [String] = []

    init(_ script: [LineInput], screen: RecordingScreen) {
        self.script = script
        self.screen = screen
    }

    /// Shows the prompt and what is typed, as a terminal does.
    func readLine(prompt: Prompt) -> LineInput {
        let input = script.isEmpty ? .end : script.removeFirst()
        let echo: String =
            switch input {
            case .line(let text): text
            case .interrupted: "^C"
            default: ""
            }
        screen.text += prompt.rawValue + echo + "\n"
        return input
    }

    func remember(_ entry: String) { remembered.append(entry) }
}

/// Keeps everything that is shown.
final class RecordingScreen: Screen {
    let style = Style.plain
    let streams = true
    var text = ""

    func replyPiece(_ piece: String) { text += VisibleText.lines(piece) }
    func replyEnds(_ whole: String, note: String?) {
        text += (note.map { " [\($0)]" } ?? "") + "\n"
    }
    func show(_ text: String) { self.text += text + "\n" }
    func notice(_ line: String) { text += line + "\n" }
    func problem(_ line: String) { text += "! " + line + "\n" }
}

/// The operating system's files; who conforms says what is not as it is there.
protocol AlteredFileSystem: FileSystem {}

extension AlteredFileSystem {
    var system: SystemFileSystem { SystemFileSystem() }

    func open(_ path: String, flags: Int32, mode: mode_t) throws -> Int32 {
        try system.open(path, flags: flags, mode: mode)
    }
    func close(_ descriptor: Int32) { system.close(descriptor) }
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws -> Int {
        try system.write(bytes, to: descriptor, path: path)
    }
    func synchronize(_ descriptor: Int32, path: String) throws {
        try system.synchronize(descriptor, path: path)
    }
    func truncate(_ descriptor: Int32, to size: Int, path: String) throws {
        try system.truncate(descriptor, to: size, path: path)
    }
    func rename(_ path: String, to target: String) throws {
        try system.rename(path, to: target)
    }
    func link(_ path: String, to target: String) throws { try system.link(path, to: target) }
    func remove(_ path: String) throws { try system.remove(path) }
    func makeFolder(_ path: String) throws { try system.makeFolder(path) }
}

/// One file may be read and not written.
struct ReadOnlyFile: AlteredFileSystem {
    private let path: String

    init(_ path: String) { self.path = path }

    func open(_ path: String, flags: Int32, mode: mode_t) throws -> Int32 {
        if path == self.path, flags & O_RDWR != 0 {
            throw StorageError.system(operation: "open", path: path, code: EACCES)
        }
        return try system.open(path, flags: flags, mode: mode)
    }
}

/// The disk is full.
struct FullDisk: AlteredFileSystem {
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws -> Int {
        throw StorageError.system(operation: "write", path: path, code: ENOSPC)
    }
}

/// Stops a reply at its `character`th piece; nil never does.
final class ScriptedInterrupts: Interrupts {
    var stopAfter: Int?
    let termination: Int32? = nil
    private var asked = 0

    func beginReply() { asked = 0 }

    func shouldStop() -> Bool {
        asked += 1
        return stopAfter.map { asked >= $0 } ?? false
    }
}
