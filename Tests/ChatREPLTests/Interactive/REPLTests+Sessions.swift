import ChatCore
import ChatREPL
import Foundation
import Testing

/// What was said: undone, replaced, copied, kept under other names.
extension REPLTests {
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
        // A reply that is wider than the terminal goes on below where it begins.
        func listed(_ head: String) -> String {
            TextWrap.paragraphs(
                head + first.replacing("\n", with: "\n     "), width: TerminalSize.columns(),
                hanging: 5)
        }
        #expect(shown.contains(">>> /replies\n\(listed("* 1  "))"))
        #expect(shown.contains("\n/regen draws another one, and this one is kept.\n"))
        #expect(shown.contains(">>> /replies\n\(listed("  1  "))"))
        #expect(shown.contains("\n* 3  "))
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

    @Test func aFullDiskIsToldInTheLanguageThatIsSpokenAndWithWhatWasDoneAllTheSame() throws {
        let full = SessionStore(places: store.places, fileSystem: FullDisk())
        let settings = SessionSettings(sampling: .greedy, seed: 1, lengthLimit: 40)
        func shown(_ lines: [String]) throws -> String {
            let session = try full.create("test", generator: generator, settings: settings)
            return try screen(
                lines.map { LineInput.line($0) }, status: ExitStatus.failure, in: session)
        }
        let lines = ["one", "/clear", "/rename other"]
        let english = try shown(lines)
        #expect(english.contains("so far. What was said is not all on the disk.\n"))
        #expect(
            english.contains(
                "'test' is now 'other'.\n! What was said here is not on the disk: cannot write HOME/"
            ))
        let korean = try KoreanWords.load().speak { try shown(lines) }
        for part in ["저장하지 못했습니다: ", "디스크에 저장되지 않았습니다: "] {
            let line = korean.split(separator: "\n").first { $0.contains(part) }
            let told = String(try #require(line, "\(korean)"))
            #expect(told.contains("HOME/sessions/"), "\(told)")
            #expect(KoreanWords.english(in: told) == nil, "\(told)")
        }
    }

    @Test func clearTellsWhatTheDiskHas() throws {
        #expect(try screen([.line("/clear")]).contains("Nothing of this session is on disk."))
        #expect(
            try screen([.line("one"), .line("/clear")]).contains(
                "The saved file keeps what was said."))
    }

    @Test func whatWasDeletedComesBackTheLastFirst() throws {
        let shown = try screen([
            .line("one"), .line("/new other"), .line("two"), .line("/new third"),
            .line("/delete test"), .line("/delete other"), .line("/restore"), .line("/restore"),
            .line("/restore"),
        ])
        #expect(
            shown.contains(
                "Session 'other' is back.\n>>> /restore\nSession 'test' is back.\n>>> /restore\n! No session"
            ), "\(shown)")
        #expect(try store.names() == ["other", "test"])
    }

    @Test(arguments: ["/new other", "/load there", "/session there", "/fork copy"])
    func whatHappenedToTheFileOfASessionThatIsLeftIsTold(command: String) throws {
        let settings = SessionSettings(sampling: .greedy, seed: 1, lengthLimit: 40)
        for name in ["there", "test"] {
            let session = try store.create(name, generator: generator, settings: settings)
            try session.say("one")
            session.close()
        }
        let session = try store.open("test", generator: generator)
        let file = try FileHandle(forWritingTo: store.url("test"))
        try file.seekToEnd()
        try file.write(contentsOf: Data("garbage".utf8))
        try file.close()
        let shown = try screen([.line(command)], in: session)
        #expect(
            shown.contains(
                "\nHOME/sessions/test.jsonl was changed by something else while it was open; it is left as it is, and the whole session is saved in HOME/sessions/test-2.jsonl\n"
            ), "\(shown)")
        #expect(try store.transcript("test-2").turnCount == 1)
    }

    @Test func goingOnWithAReplyThatGetsNothingMoreSaysSo() throws {
        let session = try store.create(
            "other", generator: generator, settings: SessionSettings(sampling: .greedy))
        // Read whole, and stopped at the first character of the reply.
        try session.say(String(repeating: "long ", count: 400)) { $0.isEmpty }
        try #require(session.lastTurn?.finishReason == .interrupted)
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = 0
        let shown = try screen([.line("/continue")], interrupts: interrupts, in: session)
        #expect(shown.contains("Nothing was added; the reply stands as it was."), "\(shown)")
    }

    @Test func aNameThatNoMarkCanHaveIsCalledAMarks() throws {
        let shown = try screen([.line("one"), .line("/mark -"), .line("/mark a/b")])
        #expect(
            shown.contains("! '-' cannot be a mark's name: a name does not begin with - or @"),
            "\(shown)")
        #expect(shown.contains("! 'a/b' cannot be a mark's name: a name has no slash"))
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
}
