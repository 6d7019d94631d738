import ChatCore
import ChatREPL
import Foundation
import Testing

/// Whole sessions with lines from a script; the whole screen is compared.
@Suite struct REPLTests {
    let folder: TemporaryFolder
    let store: SessionStore
    let generator: ReplyGenerator

    init() throws {
        folder = try TemporaryFolder()
        store = SessionStore(places: Places(environment: ["CHARCHAT_HOME": folder.url.path]))
        generator = ReplyGenerator(model: try TinyModel.make())
    }

    /// Runs `script` in a new session; what the screen shows at the end.
    func screen(
        _ script: [LineInput], name: String? = "test", saved: Bool = true,
        interrupts: ScriptedInterrupts = ScriptedInterrupts(), environment: [String: String] = [:],
        status: Int32 = 0, in opened: Session? = nil
    ) throws -> String {
        let settings = SessionSettings(sampling: .greedy, seed: 1, lengthLimit: 40)
        let session =
            try opened
            ?? store.create(
                saved ? name : nil, generator: generator, settings: settings, saved: saved)
        let conversation = OpenSession(
            session: session, store: store, generator: generator, settings: settings, saves: saved)
        let screen = RecordingScreen()
        let reader = ScriptedLineReader(script, screen: screen)
        let repl = REPL(
            conversation: conversation, reader: reader, screen: screen, interrupts: interrupts,
            environment: environment, isInteractive: true)
        #expect(try repl.run() == status)
        return screen.text.replacing(folder.url.path, with: "HOME")
    }

    /// The reply of the model to `texts`, the last of them, said in a row.
    func reply(to texts: String...) throws -> String {
        var state = generator.freshState
        var random = RandomStream(seed: 1)
        var last = ""
        for text in texts {
            last =
                generator.reply(
                    to: text, state: &state, random: &random, settings: .greedy, lengthLimit: 40
                )?.text ?? ""
        }
        return last
    }

    @Test func aReplyIsShownAfterTheMessage() throws {
        let shown = try screen([.line("hello"), .line("/bye")])
        #expect(shown.hasPrefix(">>> hello\n\(VisibleText.lines(try reply(to: "hello")))"))
        #expect(shown.hasSuffix("\n>>> /bye\n"))
    }

    @Test func nothingSaidLeavesNoFile() throws {
        #expect(try screen([.line(""), .line("  ")]) == ">>> \n>>>   \n>>> \n")
        #expect(try store.names() == [])
    }

    @Test func unsavedLeavesNothing() throws {
        _ = try screen([.line("hello"), .line("/clear"), .line("more")], saved: false)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
        #expect(left == [])
    }

    @Test func whatIsNotOnTheDiskCanBeShownAndExported() throws {
        let file = folder.url.appendingPathComponent("talk.txt").path
        let shown = try screen(
            [.line("/export \(file)"), .line("hello"), .line("/replay"), .line("/export \(file)")],
            saved: false)
        #expect(shown.contains("! Nothing has been said yet."))
        #expect(shown.components(separatedBy: ">>> hello").count == 3)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("hello"))
    }

    @Test func whereSavingFailedTheFirstCtrlDOnlySaysSo() throws {
        // Something else has the name of the folder.
        try Data().write(to: folder.url.appendingPathComponent("sessions"))
        let shown = try screen(
            [.line("hello"), .end, .line("more"), .end], status: ExitStatus.failure)
        #expect(shown.contains("Not everything is saved"))
        #expect(shown.contains(">>> more"))
    }

    @Test func aMessageOfSeveralLinesIsLoggedBehindItsNumber() throws {
        let session = try store.create(
            "test", generator: generator, settings: SessionSettings(sampling: .greedy))
        try session.say("one\ntwo")
        let shown = try screen([.line("/log")], in: session)
        #expect(shown.contains("\n1  >>> one\n   ... two\n"))
    }

    @Test func aReplyEndsBeforeWhatStopsItAndIsProvedAsOneThatWasInterrupted() throws {
        // A character that a reply has, and not before its second.
        let found = try ["hello", "one", "two", "three", "what?", "네"].compactMap {
            message -> (said: String, before: String, stop: Character)? in
            let reply = Array(try self.reply(to: message))
            let place = reply.indices.dropFirst().first {
                reply[$0].isLetter && !reply[..<$0].contains(reply[$0])
            }
            return place.map { (message, String(reply[..<$0]), reply[$0]) }
        }.first
        let (said, before, stop) = try #require(found)
        let shown = try screen([
            .line("/set stop \(stop) | never there"), .line(said), .line("/show parameters"),
            .line("/replay --verify"), .line("/replay"), .line("/set stop off"),
            .line("/continue"),
            .line("/replay --verify"),
        ])
        #expect(
            shown.contains(">>> \(said)\n\(VisibleText.lines(before)) [ended by /set stop]\n"),
            "\(shown)")
        // In the chat and in the replay.
        #expect(shown.components(separatedBy: " [ended by /set stop]\n").count == 3)
        #expect(shown.contains("A reply ends before '\(stop)' or 'never there'."))
        #expect(shown.contains("verbose off, stop '\(stop)' or 'never there'\n"))
        #expect(shown.contains("Verified 1 reply: the same to the last character; 1 interrupted"))
        #expect(shown.contains("No text ends a reply."))
        #expect(shown.contains("Verified 2 replies: the same to the last character; 1 interrupted"))
        let kept = try #require(try store.transcript("test").turns.last?.reply)
        #expect(kept.hasPrefix(before + String(stop)))
    }

    @Test func withoutATerminalThereIsNothingToCopyTo() throws {
        let shown = try screen([.line("/copy"), .line("one"), .line("/copy")])
        #expect(shown.contains(">>> /copy\nNothing has been said yet.\n"))
        #expect(shown.contains("! There is no terminal to copy to.\n"))
        let file = folder.url.appendingPathComponent("long.json")
        let long = String(repeating: "x", count: Clipboard.byteCount + 1)
        try Data(
            """
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"\(long)"}]}
            """.utf8
        ).write(to: file)
        let name = try store.importMessages(file, model: generator.model)
        let refused = try screen(
            [.line("/copy")], in: try store.open(name, generator: generator))
        #expect(refused.contains("! The reply has 65537 bytes, and a terminal's clipboard takes"))
    }

    @Test func anInterruptedReplyIsKeptAndMarked() throws {
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = 1
        let shown = try screen([.line("hello"), .line("/log")], interrupts: interrupts)
        #expect(shown.contains("[interrupted]\n>>> /log"))
        #expect(try store.transcript("test").turns.map(\.finishReason) == [.interrupted])
    }

    @Test func severalLinesAreOneMessage() throws {
        _ = try screen([
            .line("\"\"\"one"), .line("two"), .line("three\"\"\""), .line("\"\"\""),
            .interrupted(lineHadText: false), .line("//slash"), .line("\"\"\"short\"\"\""),
        ])
        let said = try store.transcript("test").turns.map(\.user)
        #expect(said == ["one\ntwo\nthree", "/slash", "short"])
    }

    @Test func aSignalInAMessageOfSeveralLinesEndsTheChat() throws {
        _ = try screen(
            [.line("\"\"\"one"), .terminated(signal: SIGTERM), .line("two")],
            status: 128 + SIGTERM)
        #expect(try store.names() == [])
    }

    @Test func aMessageThatLacksALineIsGivenUp() throws {
        let shown = try screen([
            .line("\"\"\"one"), .unusable("That line is too long."), .line("/log"),
        ])
        #expect(shown.contains("! That line is too long.\nThe message was given up.\n"))
        #expect(try store.names() == [])
    }

    @Test func unknownCommandsAndUnusableLinesNeverReachTheModel() throws {
        let shown = try screen([
            .line("/frobnicate x"), .unusable("That line is not UTF-8 at its byte 3."),
            .interrupted(lineHadText: true), .interrupted(lineHadText: false),
            .line(String(repeating: "x", count: 100_000)),
        ])
        #expect(shown.contains("! Unknown command '/frobnicate'. Type /? for help.\n"))
        #expect(shown.contains("! That line is not UTF-8 at its byte 3.\n"))
        #expect(shown.contains(">>> ^C\n>>> ^C\nPress Ctrl-D or type /bye to leave.\n"))
        #expect(shown.contains("! That line has 100000 bytes; a message may have at most 65536."))
        #expect(try store.names() == [])
    }

    @Test func aNullCharacterIsToldAndKept() throws {
        let shown = try screen([.line("a\0b")])
        #expect(shown.contains("The line holds a NUL character; it was sent as it is."))
        #expect(try store.transcript("test").turns.map(\.user) == ["a\0b"])
    }

    @Test func theEditorsTextIsSaid() throws {
        let script = folder.url.appendingPathComponent("editor.sh")
        try Data("#!/bin/sh\nprintf 'from\\nthe editor\\n' > \"$2\"\n".utf8).write(to: script)
        let shown = try screen(
            [.line("/edit")], environment: ["EDITOR": "sh \(script.path) --wait"])
        #expect(shown.hasPrefix(">>> /edit\nfrom\nthe editor\n"))
        #expect(try store.transcript("test").turns.map(\.user) == ["from\nthe editor"])
    }

    @Test func noEditorOrAFailingOneIsTold() throws {
        #expect(try screen([.line("/edit")]).contains("! No editor is set."))
        let failing = try screen([.line("/edit")], environment: ["VISUAL": "false"])
        #expect(failing.contains("! The editor did not finish"))
    }

    @Test func settingsAreShownAndKept() throws {
        let shown = try screen([
            .line("/set top-p 0.5"), .line("/set seed 9"), .line("/show parameters"),
            .line("/show model"), .line("/show session"), .line("hello"),
        ])
        #expect(
            shown.contains("temperature 0, top-p 0.5, seed 9, replies of at most 40 symbols"))
        #expect(shown.contains("layers      gru 24"))
        #expect(try store.transcript("test").settings.seed == 9)
    }
}
