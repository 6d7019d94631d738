import ChatCore
import Foundation
import Testing

/// What happens to a terminal from outside: stopped and brought back by a shell, closed, resized in
/// mid-reply. Each time the session is whole afterwards and replays exactly.
@Suite(.serialized) struct JobControlTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws {
        home = try ExecutableHome(terminal: [
            "TERM": "xterm-256color", "PS1": "shell$ ", "EDITOR": "sh $HOME/editor.sh",
        ])
    }

    private func slowModel() throws -> String {
        let model = try TinyModel.make(hiddenSize: 1024, ends: false)
        return try TinyModel.save(model, in: folder.url, as: "slow").path
    }

    private func chat(_ arguments: String...) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            try Executable.url, arguments, environment: environment)
        try terminal.wait(forLastLine: ">>>")
        return terminal
    }

    private static let bash = URL(fileURLWithPath: "/bin/bash")
    private static let hasBash = FileManager.default.isExecutableFile(atPath: bash.path)

    /// A shell with job control in which `charchat` has been started.
    private func shell(_ arguments: String) throws -> PseudoTerminal {
        let shell = try PseudoTerminal(
            Self.bash, ["--norc", "--noprofile", "-i"], environment: environment, columns: 200)
        try shell.wait(forLastLine: "shell$")
        shell.type("'\(try Executable.url.path)' \(arguments)\r")
        try shell.wait(forLastLine: ">>>")
        return shell
    }

    @Test func aTerminalThatAKilledChatLeftShowsWhatIsTyped() throws {
        let terminal = try PseudoTerminal(
            URL(fileURLWithPath: "/bin/sh"),
            [
                "-c", "stty -echo -icanon -icrnl; \"$0\" -s killed; stty -a",
                try Executable.url.path,
            ], environment: environment, columns: 200)
        try terminal.wait(forLastLine: ">>>")
        terminal.type("hello")
        try terminal.wait(forLastLine: ">>> hello")
        terminal.type("\r")
        try terminal.wait { $0.lines.last == ">>>" && $0.lines.contains(">>> hello") }
        terminal.type("\u{4}")
        try terminal.wait { screen in
            [" icanon ", " echo ", " icrnl "].allSatisfy { (" " + screen.text + " ").contains($0) }
        }
        try expectWhole("killed", says: ["hello"])
    }

    private func expectWhole(
        _ name: String, says users: [String], model: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let store = SessionStore(places: Places(environment: environment))
        let said = try store.transcript(name).turns.map(\.user)
        #expect(said == users, sourceLocation: sourceLocation)
        let options = model.map { ["-m", $0] } ?? []
        let result = try Executable.run(
            ["replay", name, "--verify"] + options, environment: environment)
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
    }

    private func waitForReply(_ terminal: PseudoTerminal) throws {
        try terminal.wait("a reply that streams") {
            let last = $0.lines.last ?? ""
            return last.count > 5 && !last.hasPrefix(">") && !last.hasPrefix("shell")
        }
    }

    @Test(.enabled(if: hasBash)) func ctrlZAndFgAtThePromptKeepTheLine() throws {
        let shell = try shell("-s job")
        shell.type("안녕 half a line")
        try shell.wait(forLastLine: ">>> 안녕 half a line")
        shell.type("\u{1A}")
        try shell.wait { $0.text.contains("Stopped") && $0.lines.last == "shell$" }
        shell.type("fg\r")
        try shell.wait(forLastLine: ">>> 안녕 half a line")
        shell.type("!\r")
        try shell.wait(forLastLine: ">>>")
        shell.type("\u{4}")
        try shell.wait(forLastLine: "shell$")
        try expectWhole("job", says: ["안녕 half a line!"])
    }

    @Test(.enabled(if: hasBash)) func aWindowThatWasResizedMeanwhileShowsTheLineOnce() throws {
        let shell = try shell("-s job")
        shell.type("hello there")
        try shell.wait(forLastLine: ">>> hello there")
        shell.type("\u{1A}")
        try shell.wait { $0.text.contains("Stopped") && $0.lines.last == "shell$" }
        shell.resize(columns: 150, rows: 24)
        shell.type("fg\r")
        try shell.wait(forLastLine: ">>> hello there")
        shell.type("!")
        try shell.wait(forLastLine: ">>> hello there!")
        #expect(shell.screen.lines.count { $0.hasPrefix(">>> hello there") } == 2)
    }

    @Test(.enabled(if: hasBash)) func ctrlZAndFgInMidReplyGoOnWithIt() throws {
        let slow = try slowModel()
        let shell = try shell("-s job -m '\(slow)'")
        shell.type("hello\r")
        try waitForReply(shell)
        shell.type("\u{1A}")
        try shell.wait { $0.text.contains("Stopped") && $0.lines.last == "shell$" }
        shell.type("fg\r")
        // The shell says once more what it brings back; the reply goes on below that.
        try shell.wait("more of the reply") {
            let last = $0.lines.last ?? ""
            return !last.isEmpty && !last.hasPrefix("shell$") && !last.contains("-s job")
        }
        shell.type("\u{3}")
        try shell.wait { $0.text.contains("[interrupted]") && $0.lines.last == ">>>" }
        shell.type("\u{4}")
        try shell.wait(forLastLine: "shell$")
        try expectWhole("job", says: ["hello"], model: slow)
    }

    @Test(.enabled(if: hasBash)) func ctrlZAndFgInTheEditorGoOnWithIt() throws {
        let editor = folder.url.appendingPathComponent("editor.sh")
        let script = """
            echo editing
            while [ ! -e "$0.go" ]; do sleep 0.05; done
            printf 'from the editor' > "$1"
            """
        try Data(script.utf8).write(to: editor)
        let shell = try shell("-s job")
        shell.type("/edit\r")
        try shell.wait { $0.lines.contains("editing") }
        shell.type("\u{1A}")
        try shell.wait { $0.text.contains("Stopped") && $0.lines.last == "shell$" }
        shell.type("fg\r")
        try Data().write(to: editor.appendingPathExtension("go"))
        try shell.wait(forLastLine: ">>>")
        shell.type("\u{4}")
        try shell.wait(forLastLine: "shell$")
        try expectWhole("job", says: ["from the editor"])
    }

    @Test func aTerminalThatIsClosedAtThePromptEndsTheChat() throws {
        let terminal = try chat("-s", "gone")
        terminal.type("hello\r")
        try terminal.wait { $0.lines.count { $0.hasPrefix(">>>") } == 2 }
        terminal.type("never sent")
        try terminal.wait(forLastLine: ">>> never sent")
        terminal.hangUp()
        _ = try terminal.waitForExit()
        try expectWhole("gone", says: ["hello"])
    }

    @Test func aTerminalThatIsClosedInMidReplyKeepsWhatWasSaid() throws {
        let slow = try slowModel()
        let terminal = try chat("-s", "gone", "-m", slow)
        terminal.type("hello\r")
        try waitForReply(terminal)
        terminal.hangUp()
        _ = try terminal.waitForExit()
        try expectWhole("gone", says: ["hello"], model: slow)
    }

    @Test func resizingInMidReplyChangesNothing() throws {
        let slow = try slowModel()
        let terminal = try chat("-s", "wide", "-m", slow)
        terminal.type("hello\r")
        try waitForReply(terminal)
        for columns in [40, 200, 20, 80] { terminal.resize(columns: columns, rows: 10) }
        terminal.type("\u{3}")
        try terminal.wait { $0.text.contains("[interrupted]") }
        try terminal.wait(forLastLine: ">>>")
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
        try expectWhole("wide", says: ["hello"], model: slow)
    }
}
