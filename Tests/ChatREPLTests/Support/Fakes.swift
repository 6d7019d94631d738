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
