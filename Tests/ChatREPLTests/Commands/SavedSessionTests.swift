import ChatCore
import Foundation
import Testing

/// The built executable and its saved sessions: which one goes on, what is listed, what is left on disk.
@Suite struct SavedSessionTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    @Test func sessionsAreResumedListedExportedForkedRenamedAndDeleted() throws {
        _ = try run("-s", "talk", input: "one\n")
        _ = try run("-c", input: "two\n")
        #expect(try run("sessions", "list").output.contains("talk"))
        #expect(try run("sessions", "search", "two").output.contains("talk"))
        let nothing = try run("sessions", "search", "xylophone")
        #expect(nothing.status == 1 && nothing.output == "")
        #expect(nothing.error == "Nothing found for 'xylophone'.\n")
        #expect(try run("sessions", "show", "talk").output.contains(">>> two"))
        #expect(try run("sessions", "export", "talk", "--format", "txt").output.contains("two"))
        #expect(try run("sessions", "fork", "talk", "copy", "--at", "1").status == 0)
        #expect(try !run("sessions", "show", "copy").output.contains(">>> two"))
        #expect(try run("sessions", "rename", "copy", "other").status == 0)
        #expect(try run("sessions", "delete", "other").status == 0)
        let gone = try run("sessions", "show", "other")
        #expect(gone.status == 1)
        #expect(gone.error.hasPrefix("charchat: ") && gone.error.split(separator: "\n").count == 1)
        #expect(try run("inspect", "talk").output.contains("turns     2"))
    }

    @Test func ofAnImportedSessionThereIsNothingToVerify() throws {
        let file = try write(
            #"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}"#,
            "held.jsonl")
        #expect(try run("sessions", "import", file, "--name", "held").status == 0)
        let none = try run("replay", "held", "--verify")
        #expect(none.status == 4)
        #expect(
            none.output
                == "Nothing is proved: 1 reply, imported or written by hand, none generated here.\n",
            "\(none)")
        let told = try run("replay", "held", "--verify", "--json")
        #expect(told.status == 4 && told.output.contains(#""proved":false"#), "\(told)")
        _ = try run("-s", "held", input: "more\n")
        let one = try run("replay", "held", "--verify")
        #expect(
            one.output.hasSuffix(
                "Verified 1 reply: the same to the last character; 1 imported or written by hand, not checked.\n"
            ), "\(one)")
        let proof = try run("replay", "held", "--verify", "--json")
        #expect(proof.status == 0 && proof.output.contains(#""proved":true"#), "\(proof)")
    }

    @Test func aDamagedSessionIsShownExportedForkedAndRepairedAsFarAsItIsWhole() throws {
        _ = try run("-s", "talk", input: "one\ntwo\nthree\n")
        let url = folder.url.appendingPathComponent("home/sessions/talk.jsonl")
        var lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        lines[3] = lines[3].prefix(40)
        try Data(lines.joined(separator: "\n").utf8).write(to: url)
        let shown = try run("sessions", "show", "talk")
        #expect(shown.status == 1 && shown.output.contains(">>> one"), "\(shown)")
        #expect(shown.output.contains(">>> three") && shown.error.contains("lost: line 4"))
        let exported = try run("sessions", "export", "talk", "--format", "txt")
        #expect(exported.status == 1 && exported.output.contains("three"), "\(exported)")
        #expect(try run("-s", "talk", input: "x\n").error.contains("charchat sessions repair"))
        let forked = try run("sessions", "fork", "talk", "copy")
        #expect(forked.status == 1 && forked.output == "Made session 'copy'.\n", "\(forked)")
        #expect(forked.error.contains("lost: line 4"), "\(forked)")
        #expect(try run("sessions", "show", "copy").output.contains(">>> three"))
        let provedFork = try run("replay", "copy", "--verify")
        #expect(provedFork.status == 0, "\(provedFork)")
        let before = try run("sessions", "fork", "talk", "before", "--at", "1")
        #expect(before.status == 1, "\(before)")
        #expect(try !run("sessions", "show", "before").output.contains(">>> three"))
        let repaired = try run("sessions", "repair", "talk")
        #expect(repaired.status == 0 && repaired.output == "Made session 'talk-2'.\n")
        #expect(repaired.error.contains("lost: line 4"), "\(repaired)")
        let again = try run("-s", "talk-2", input: "four\n")
        #expect(again.status == 0 && again.error == "", "\(again)")
        let proof = try run("replay", "talk-2", "--verify")
        #expect(proof.status == 0, "\(proof)")
        #expect(proof.output.contains("2 imported or written by hand, not checked"))
        #expect(try run("sessions", "repair", "talk-2").status == 1)
    }

    @Test func aHeaderAloneProvesNothing() throws {
        _ = try run("-s", "talk", input: "one\n")
        let url = folder.url.appendingPathComponent("home/sessions/talk.jsonl")
        let whole = try String(contentsOf: url, encoding: .utf8)
        #expect(
            try run("replay", "talk", "--verify").output
                == "Verified 1 reply: the same to the last character.\n")
        let header = try write(String(whole.prefix { $0 != "\n" }) + "\n", "header.jsonl")
        let result = try run("replay", header, "--verify")
        #expect(result.status == 4 && result.output.contains("there is no reply"), "\(result)")
        let cut = try write(
            whole.split(separator: "\n").dropLast().joined(separator: "\n") + "\n", "cut.jsonl")
        let told = try run("replay", cut, "--verify")
        #expect(told.status == 0 && told.output.contains("its end is not sealed"), "\(told)")
    }

    @Test func aDeletedSessionComesBackUntilTheChatIsLeft() throws {
        _ = try run("-s", "old", input: "one\n")
        let before = try run("sessions", "show", "old").output
        let back = try run("-s", "new", input: "hi\n/delete old\n/sessions\n/restore\n/restore\n")
        #expect(back.status == 1 && back.error.contains("/restore brings it back"), "\(back)")
        #expect(back.error.contains("Session 'old' is back."), "\(back)")
        #expect(try run("sessions", "show", "old").output == before)
        #expect(try run("-s", "new", input: "/delete old\n").status == 0)
        let folder = folder.url.appendingPathComponent("home/sessions").path
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left.filter { !$0.hasPrefix("new.") } == [], "\(left)")
    }

    @Test func whatWasTypedGoesWithTheSessionWhereThatIsAskedFor() throws {
        _ = try run("-s", "talk", input: "one\nsecret words\n")
        let history = folder.url.appendingPathComponent("home/history")
        try Data("other\nsecret words\n/undo\n\"\"\"one\"\"\"\n".utf8).write(to: history)
        _ = try run("sessions", "fork", "talk", "copy")
        #expect(try run("sessions", "delete", "talk").status == 0)
        #expect(try String(contentsOf: history, encoding: .utf8).contains("secret"))
        let result = try run("sessions", "delete", "copy", "--with-history")
        #expect(
            result.output == "Deleted session 'copy' and 2 lines of the history.\n", "\(result)")
        #expect(try String(contentsOf: history, encoding: .utf8) == "other\n/undo\n")
    }

    @Test func statesOfATranscriptThatWasRemovedByHandGoToo() throws {
        _ = try run("-s", "talk", input: "one\n")
        let sessions = folder.url.appendingPathComponent("home/sessions")
        let states = sessions.appendingPathComponent("talk.states")
        #expect(FileManager.default.fileExists(atPath: states.path))
        try FileManager.default.removeItem(at: sessions.appendingPathComponent("talk.jsonl"))
        _ = try run("sessions", "list")
        #expect(!FileManager.default.fileExists(atPath: states.path))
    }

    @Test func aTranscriptMayComeThroughAPipe() throws {
        _ = try run("-s", "talk", input: "one\n")
        let transcript = try String(
            contentsOf: folder.url.appendingPathComponent("home/sessions/talk.jsonl"),
            encoding: .utf8)
        let program = try Executable.url.path
        _ = try write(transcript, "t.jsonl")
        let piped = try Executable.run(
            ["-c", "cat '\(folder.url.path)/t.jsonl' | '\(program)' replay - --verify"],
            environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
        #expect(piped.status == 0 && piped.output.hasPrefix("Verified 1 reply"), "\(piped)")
        let messages =
            #"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}"#
        let made = try run("sessions", "import", "-", "--name", "piped", input: messages)
        #expect(made.status == 0, "\(made)")
    }

    @Test func aPageOfMarkdownShowsWhatWasSaid() throws {
        let messages =
            ##"{"messages":[{"role":"user","content":"# <b>who</b>\n1. *me*"},{"role":"assistant","content":"```\nlet a = b[0]\n    ~~~\n>>> Who pays?"}]}"##
        _ = try run("sessions", "import", try write(messages, "m.jsonl"), "--name", "m")
        let page = try run("sessions", "export", "m").output
        #expect(page.contains("> \\# \\<b\\>who\\</b\\>\\\n> 1\\. \\*me\\*\n"), "\(page)")
        #expect(
            page.contains(
                "\n\\`\\`\\`\\\nlet a = b\\[0\\]\\\n&nbsp;&nbsp;&nbsp;&nbsp;\\~\\~\\~\\\n"),
            "\(page)")
        let text = try run("sessions", "export", "m", "--format", "txt").output
        #expect(text.contains("\n >>> Who pays? [imported]"), "\(text)")
    }

    @Test func aNameThatIsNotSavedIsTold() throws {
        let result = try run("--no-save", input: "/new trip\nhello\n/save trip\n")
        #expect(result.error.contains("not saved because of --no-save; /save trip saves it."))
        #expect(try run("sessions", "show", "trip").output.contains(">>> hello"))
    }

    @Test func theLatestSessionIsTheOneThatWasLeftLast() throws {
        _ = try run("-s", "work", input: "one\n/save backup\n/bye\n")
        #expect(try run("-c", input: "/session\n").error.contains("Session 'work'"))
        _ = try run("-s", "backup", input: "/load work\n/bye\n")
        #expect(try run("-c", input: "/session\n").error.contains("Session 'work'"))
    }

    @Test func aLaterSessionOfAnotherModelIsPassedOver() throws {
        _ = try run("-s", "mine", input: "one\n")
        let other = try TinyModel.save(TinyModel.make(seed: 2), in: folder.url, as: "other")
        _ = try run("-m", other.path, "-s", "theirs", input: "one\n")
        let next = try run("-c", input: "/session\n")
        #expect(next.status == 0 && next.error.contains("Session 'mine'"), "\(next)")
        #expect(next.error.contains("'theirs', speaks with another model"), "\(next)")
        _ = try run("sessions", "delete", "mine")
        let only = try run("-c", input: "/session\n")
        #expect(only.status == 1 && only.error.contains("give its model with -m"), "\(only)")
    }

    @Test func aForkBeforeTheFirstTurnIsRefused() throws {
        _ = try run("-s", "talk", input: "one\n")
        let result = try run("sessions", "fork", "talk", "none", "--at", "0")
        #expect(result.status == 1 && result.error.contains("give a number from 1"), "\(result)")
    }

    @Test func nothingSavedToGoOnWithIsAnError() throws {
        let result = try run("-c", input: "hello\n")
        #expect(result.status == 1)
        #expect(result.error.contains("there is no saved session"))
    }

    @Test func noSaveLeavesNothing() throws {
        #expect(try run("--no-save", input: "hello\n").status == 0)
        let home = folder.url.appendingPathComponent("home").path
        let left = try? FileManager.default.subpathsOfDirectory(atPath: home)
        #expect(left ?? [] == [])
    }
}
