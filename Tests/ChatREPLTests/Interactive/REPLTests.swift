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
    private func screen(
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
    private func reply(to texts: String...) throws -> String {
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

    private func isComplete(_ text: String) -> Bool { text.unicodeScalars.count < 30 }

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

    @Test func undoRedoAndLog() throws {
        let shown = try screen([
            .line("one"), .line("two"), .line("/undo"), .line("/undo 5"), .line("/undo"),
            .line("/redo 2"), .line("/redo"),
        ])
        #expect(shown.contains("Undid 1 turn; 1 turn in the session. /redo brings it back."))
        #expect(shown.contains("! There is no turn to undo"))
        #expect(shown.contains("Brought back 2 turns; 2 turns in the session."))
        #expect(shown.contains("! There is no undone turn to redo"))
    }

    @Test func aReplyThatComesOutTheSameIsToldButNotOneThatNeverCame() throws {
        let same = "The same reply again"
        #expect(try screen([.line("one"), .line("/regen")]).contains(same))
        let session = try store.create(
            "other", generator: generator, settings: SessionSettings(sampling: .greedy))
        try session.say("one")
        try session.say(String(repeating: "long ", count: 400)) { _ in false }
        #expect(session.unanswered != nil)
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = 0
        let shown = try screen([.line("/regen")], interrupts: interrupts, in: session)
        #expect(!shown.contains(same), "\(shown)")
    }

    @Test func repliesThatWereReplacedAreListedAndOneIsGoneOnWith() throws {
        let shown = try screen([
            .line("/replies"), .line("one"), .line("/replies"), .line("/set temperature 3"),
            .line("/regen"), .line("/regen"), .line("/replies"), .line("/replies 1"),
            .line("/replies"), .line("/replies 1"), .line("/replies 4"), .line("two"),
            .line("/replies"), .line("/undo"), .line("/replies 3"), .line("/replay --verify"),
        ])
        let first = VisibleText.lines(try reply(to: "one"))
        #expect(shown.contains(">>> /replies\nThere is no reply to what was said last.\n"))
        let listed = first.replacing("\n", with: "\n     ")
        #expect(shown.contains(">>> /replies\n* 1  \(listed)"))
        #expect(shown.contains("\n/regen draws another one, and this one is kept.\n"))
        #expect(shown.contains(">>> /replies\n  1  \(listed)") && shown.contains("\n* 3  "))
        #expect(shown.contains("Going on with reply 1 of 3.\n>>> one\n\(first)"))
        #expect(shown.contains(">>> /replies 1\nIt is the one that stands.\n"))
        #expect(shown.contains("! There is no reply 4; give a number from 1 to 3"))
        #expect(shown.contains("Going on with reply 3 of 3."))
        #expect(shown.contains("Verified 4 replies: the same to the last character."))
    }

    @Test func undoAndRedoTellClearsFromTurns() throws {
        let shown = try screen([
            .line("one"), .line("/clear"), .line("/undo"), .line("/redo"), .line("two"),
            .line("/undo 2"), .line("/redo 2"),
        ])
        #expect(shown.contains("Undid a /clear; 1 turn in the session."))
        #expect(shown.contains("Brought back a /clear; 1 turn in the session."))
        #expect(shown.contains("Undid 1 turn and a /clear; 1 turn in the session."))
        #expect(shown.contains("Brought back 1 turn and a /clear; 2 turns in the session."))
    }

    @Test func aReplayCallsWhatWasUndoneSteps() throws {
        let shown = try screen([
            .line("one"), .line("/clear"), .line("/undo 2"), .line("/redo"), .line("/replay"),
        ])
        #expect(shown.contains("[undid 2 steps]") && shown.contains("[brought back 1 step]"))
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

    @Test func aMessageOfSeveralLinesIsLoggedBehindItsNumber() throws {
        let session = try store.create(
            "test", generator: generator, settings: SessionSettings(sampling: .greedy))
        try session.say("one\ntwo")
        let shown = try screen([.line("/log")], in: session)
        #expect(shown.contains("\n1  >>> one\n   ... two\n"))
    }

    @Test func anUndoneMessageWithoutAReplyIsNotPromisedBack() throws {
        let session = try store.create(
            "test", generator: generator, settings: SessionSettings(sampling: .greedy))
        try session.say("one", emit: { _ in true })
        try session.say(String(repeating: "long ", count: 400)) { _ in false }
        #expect(session.unanswered != nil)
        let shown = try screen([.line("/undo"), .line("/undo")], in: session)
        #expect(shown.contains("Undid 1 turn; 1 turn in the session. It had no reply; /redo"))
        #expect(shown.contains("Undid 1 turn; 0 turns in the session. /redo brings it back."))
    }

    @Test func aSessionThatMayNotBeWrittenToIsCopiedBySave() throws {
        let settings = SessionSettings(sampling: .greedy, seed: 1, lengthLimit: 40)
        for name in ["talk", "2026-11-24 10-00"] {
            let first = try store.create(name, generator: generator, settings: settings)
            try first.say("one")
            first.close()
            let readOnly = SessionStore(
                places: store.places, fileSystem: ReadOnlyFile(try store.url(name).path))
            let shown = try screen(
                [
                    .line("/replay"), .line("two"), .line("/new"), .line("/load other"),
                    .line("/fork part @1"), .line("/save copy of \(name)"),
                ],
                in: try readOnly.open(name, generator: generator))
            #expect(shown.contains("/save NAME makes a copy"))
            #expect(shown.components(separatedBy: ">>> one").count > 1)
            let lost =
                "! What was said here is not on the disk. /save NAME or /export FILE keeps it; /bye leaves it."
            #expect(shown.components(separatedBy: lost).count == 4)
            #expect(shown.contains("Saved in HOME/sessions/copy of \(name).jsonl"))
            #expect(try store.transcript(name).turns.count == 1)
            #expect(try store.transcript("copy of \(name)").turns.count == 2)
        }
    }

    @Test func forkGoesOnInACopy() throws {
        let shown = try screen([
            .line("one"), .line("two"), .line("/fork copy @1"), .line("/log"), .line("three"),
        ])
        #expect(
            shown.contains(
                "Forked from 'test' to 'copy', 1 turn.\nSaved in HOME/sessions/copy.jsonl"))
        #expect(try store.transcript("test").turns.map(\.user) == ["one", "two"])
        #expect(try store.transcript("copy").turns.map(\.user) == ["one", "three"])
    }

    @Test func everyRecordCommandWorks() throws {
        let file = folder.url.appendingPathComponent("talk.md")
        let shown = try screen([
            .line("/replay --verify"), .line("one"), .line("/set temperature 1"), .line("two"),
            .line("/regen"), .line("/replay --verify"), .line("/export \(file.path)"),
            .line("/export \(file.path)"), .line("/export x.pdf"),
            .line("/export \(folder.url.path)/none/x.txt"), .line("/read \(folder.url.path)"),
        ])
        #expect(shown.contains("! Nothing has been said yet."))
        #expect(shown.contains("temperature is now 1."))
        #expect(shown.contains("the same to the last character."))
        #expect(shown.contains("Wrote HOME/talk.md."))
        #expect(shown.contains("! HOME/talk.md exists already; choose another name or remove it"))
        #expect(shown.contains("! Usage: /export FILE.md|json|txt"))
        #expect(shown.contains("none/x.txt: No such file or directory"))
        #expect(shown.contains("! HOME is a folder; name a file in it"))
        #expect(try String(contentsOf: file, encoding: .utf8).contains("one"))
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
            .line("/replay --verify"), .line("/set stop off"), .line("/continue"),
            .line("/replay --verify"),
        ])
        #expect(
            shown.contains(">>> \(said)\n\(VisibleText.lines(before)) [ended by /set stop]\n"),
            "\(shown)")
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

    @Test func sessionsAreSwitchedSavedRenamedAndDeleted() throws {
        let shown = try screen([
            .line("one"), .line("/new other"), .line("two"), .line("/load test"),
            .line("/rename first"), .line("/save copy"), .line("/delete first"),
            .line("/delete other"), .line("/delete other"), .line("/load nowhere"),
            .line("/new ../x"), .line("/session first"),
        ])
        #expect(try store.names() == ["copy", "first"])
        #expect(shown.contains("Going on with 'test', 1 turn."))
        #expect(shown.contains("'test' is now 'first'."))
        #expect(shown.contains("! This session is open."))
        #expect(shown.contains("Deleted session 'other'."))
        #expect(shown.contains("! There is no session named 'other'"))
        #expect(shown.contains("; /sessions shows them"))
        #expect(shown.contains("! There is no session named 'nowhere'"))
        #expect(shown.contains("cannot be a session's name"))
        #expect(shown.contains("This is session 'first' already."))
    }

    @Test func anInterruptedReplyIsKeptAndMarked() throws {
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = 1
        let shown = try screen([.line("hello"), .line("/log")], interrupts: interrupts)
        #expect(shown.contains("[interrupted]\n>>> /log"))
        #expect(try store.transcript("test").turns.map(\.ending) == [.interrupted])
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
