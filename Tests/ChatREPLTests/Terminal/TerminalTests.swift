import ChatCore
import Foundation
import Testing

/// The chat on a real pseudo-terminal, driven by keys.
@Suite(.serialized) struct TerminalTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome(terminal: ["TERM": "xterm-256color"]) }

    private func chat(
        _ arguments: String..., with extra: [String: String] = [:], columns: Int = 80
    ) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            try Executable.url, arguments, environment: environment.merging(extra) { $1 },
            columns: columns)
        try terminal.wait(forLastLine: ">>>")
        return terminal
    }

    private func slowModel() throws -> String {
        try TinyModel.save(
            TinyModel.make(hiddenSize: 1024, ends: false), in: folder.url, as: "slow"
        )
        .path
    }

    private func turns(_ name: String) throws -> [Turn] {
        try SessionStore(places: Places(environment: environment)).transcript(name).turns
    }

    /// Says something and waits for the prompt after the reply.
    private func say(_ text: String, _ terminal: PseudoTerminal) throws {
        let prompts = terminal.screen.lines.count { $0.hasPrefix(">>>") }
        terminal.type(text + "\r")
        try terminal.wait("a prompt after '\(text)'") { screen in
            screen.lines.last == ">>>"
                && screen.lines.count { $0.hasPrefix(">>>") } > prompts
        }
    }

    /// Says something until the screen shows a reply in the making: on a busy machine one may be over before
    /// it is looked at.
    private func beginReply(_ terminal: PseudoTerminal, in session: String) throws {
        for attempt in 0..<20 {
            terminal.type("hello\r")
            var isOver = false
            try terminal.wait { screen in
                let last = screen.lines.last ?? ""
                isOver = last == ">>>" && ((try? turns(session).count) ?? 0) > attempt
                return isOver || (last.count > 5 && !last.hasPrefix(">"))
            }
            if !isOver { return }
        }
    }

    @Test func sixTurnsAreSavedLeftResumedUndoneForkedAndVerified() throws {
        let first = try chat("-s", "talk")
        for text in ["one", "two", "three", "네", "다섯", "six"] { try say(text, first) }
        first.type("\u{4}")
        #expect(try first.waitForExit() == 0)
        #expect(first.screen.text.contains("Saved; charchat -c goes on."))
        #expect(try turns("talk").map(\.user) == ["one", "two", "three", "네", "다섯", "six"])

        let second = try chat("-c")
        #expect(second.screen.text.contains("Going on with 'talk', 6 turns."))
        try say("/undo", second)
        try say("seven", second)
        try say("/fork copy @2", second)
        #expect(second.screen.text.contains("Forked from 'talk' to 'copy', 2 turns."))
        try say("eight", second)
        second.type("/bye\r")
        #expect(try second.waitForExit() == 0)
        #expect(
            try turns("talk").map(\.user) == ["one", "two", "three", "네", "다섯", "seven"])
        #expect(try turns("copy").map(\.user) == ["one", "two", "eight"])
        for name in ["talk", "copy"] {
            let result = try Executable.run(["replay", name, "--verify"], environment: environment)
            #expect(result.status == 0, "\(result)")
        }
    }

    @Test func hangulIsErasedBySyllableAndTheCursorStandsRight() throws {
        let terminal = try chat()
        terminal.type("안녕하세요")
        try terminal.wait { $0.lines.last == ">>> 안녕하세요" && $0.column == 14 }
        terminal.type("\u{7F}\u{7F}")
        try terminal.wait { $0.lines.last == ">>> 안녕하" && $0.column == 10 }
        terminal.type("\u{1B}[D\u{1B}[Dx")
        try terminal.wait { $0.lines.last == ">>> 안x녕하" && $0.column == 7 }
        terminal.type("\u{1}\u{B}")
        try terminal.wait { $0.lines.last == ">>>" && $0.column == 4 }
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func aLongLineOfHangulWrapsAndIsErasedWhole() throws {
        let terminal = try chat(columns: 21)
        terminal.type(String(repeating: "가", count: 10))
        try terminal.wait { $0.lines.suffix(2) == [">>> 가가가가가가가가", "가가"] }
        terminal.type("\u{15}")
        try terminal.wait { $0.column == 4 && $0.lines.last { !$0.isEmpty } == ">>>" }
    }

    @Test func tabCompletesCommandsSessionsAndPaths() throws {
        let terminal = try chat("-s", "긴 여행")
        try say("hello", terminal)
        terminal.type("/un\t")
        try terminal.wait { $0.lines.last == ">>> /undo" && $0.column == 10 }
        terminal.type("\u{15}/load 긴\t")
        try terminal.wait { $0.lines.last == ">>> /load 긴 여행" }
        terminal.type("\u{15}/load 긴 여\t")
        try terminal.wait { $0.lines.last == ">>> /load 긴 여행" && $0.column == 18 }
        let path = folder.url.path
        terminal.type("\u{15}/export \(path)/tiny.safe\t")
        try terminal.wait { $0.text.replacing("\n", with: "").hasSuffix("tiny.safetensors") }
    }

    @Test func ctrlCInALineOfSeveralRowsPutsThePromptBelowIt() throws {
        let terminal = try chat(columns: 40)
        let text = (1...10).map { "word\($0)x" }.joined(separator: " ")
        terminal.type(text)
        try terminal.wait { $0.text.replacing("\n", with: "").hasSuffix("word10x") }
        terminal.type("\u{1}")
        try terminal.wait { $0.column == 4 }
        terminal.type("\u{3}")
        try terminal.wait { $0.lines.last == ">>>" && $0.text.contains("word10x^C") }
        terminal.type("Hello")
        try terminal.wait(forLastLine: ">>> Hello")
    }

    @Test(arguments: [
        (2, 3, "dumb"), (3, 1, "dumb"), (2, 1, "nosuchterm"), (2, 1, "xterm-256color"),
    ])
    func aWindowOfFewColumnsEndsNothing(columns: Int, rows: Int, type: String) throws {
        let terminal = try PseudoTerminal(
            try Executable.url, ["--no-save"],
            environment: environment.merging(["TERM": type]) { $1 }, columns: columns, rows: rows)
        // What the prompt looks like there is readline's affair; what is typed before it waits.
        try terminal.wait { _ in terminal.raw.contains("charchat") }
        terminal.type("hello\r/bye\r")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func ctrlCClearsALineAndHintsOnAnEmptyOne() throws {
        let terminal = try chat()
        terminal.type("some text")
        try terminal.wait(forLastLine: ">>> some text")
        terminal.type("\u{3}")
        try terminal.wait { $0.lines.suffix(2) == [">>> some text^C", ">>>"] }
        #expect(!terminal.screen.text.contains("Press Ctrl-D"))
        terminal.type("\u{3}")
        try terminal.wait { $0.text.hasSuffix(">>> ^C\nPress Ctrl-D or type /bye to leave.\n>>>") }
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func ctrlCInMidReplyStopsItAndKeepsWhatWasSaid() throws {
        let terminal = try chat("-s", "stop", "-m", try slowModel())
        try beginReply(terminal, in: "stop")
        terminal.type("\u{3}")
        try terminal.wait { $0.text.contains("[interrupted]\n>>>") }
        let endings = try turns("stop").map(\.ending)
        #expect(endings.last == .interrupted && endings.dropLast().allSatisfy { $0 == .limit })
        terminal.type("/replay --verify\r")
        try terminal.wait { $0.text.contains("Verified \(endings.count) repl") }
    }

    @Test func whatIsTypedDuringAReplyWaitsForThePrompt() throws {
        let terminal = try chat("-s", "ahead", "-m", try slowModel(), "--temperature", "0")
        terminal.type("hello\r")
        try terminal.wait { $0.lines.count > 4 && ($0.lines.last ?? "").count > 3 }
        terminal.type("typed 가 ahead")
        try terminal.wait { $0.lines.last == ">>> typed 가 ahead" }
        #expect(terminal.screen.lines.count { $0.contains("typed") } == 1)
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
    func endingSignalsInMidReplyKeepTheSession(number: Int32) throws {
        let terminal = try chat("-s", "end", "-m", try slowModel())
        try beginReply(terminal, in: "end")
        terminal.signal(number)
        #expect(try terminal.waitForExit() == 128 + number)
        let endings = try turns("end").map(\.ending)
        #expect(endings.last == .interrupted && endings.dropLast().allSatisfy { $0 == .limit })
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
    func endingSignalsAtThePromptKeepTheSession(number: Int32) throws {
        let terminal = try chat("-s", "end")
        try say("hello", terminal)
        terminal.type("half a line")
        terminal.signal(number)
        #expect(try terminal.waitForExit() == 128 + number)
        #expect(try turns("end").map(\.user) == ["hello"])
    }

    @Test func anEndingSignalInAMessageOfSeveralLinesEndsTheChat() throws {
        let terminal = try chat("-s", "end")
        terminal.type("\"\"\"first\r")
        try terminal.wait(forLastLine: "...")
        terminal.signal(SIGTERM)
        #expect(try terminal.waitForExit() == 128 + SIGTERM)
    }

    @Test func ctrlDInAMessageOfSeveralLinesLeavesLaterLinesAlone() throws {
        // A drawn reply of the untaught model may begin with an empty line.
        let terminal = try chat("-s", "given up", "--temperature", "0")
        terminal.type("\"\"\"first\r")
        try terminal.wait(forLastLine: "...")
        terminal.type("\u{4}")
        try terminal.wait(forLastLine: ">>>")
        try say("hello", terminal)
        let lines = terminal.screen.lines
        let asked = try #require(lines.firstIndex(of: ">>> hello"))
        #expect(!lines[asked + 1].isEmpty, "\(lines)")
    }

    @Test func suspendingAndGoingOnKeepsTheLine() throws {
        let terminal = try chat()
        terminal.type("some text")
        try terminal.wait(forLastLine: ">>> some text")
        // A stop would have no effect on the leader of a session without a shell, so it is sent.
        terminal.signal(SIGTSTP)
        terminal.signal(SIGCONT)
        terminal.type(" more")
        try terminal.wait { $0.lines.last == ">>> some text more" }
    }

    @Test func resizingRedrawsTheLine() throws {
        let terminal = try chat()
        terminal.type("some text")
        try terminal.wait(forLastLine: ">>> some text")
        terminal.resize(columns: 40, rows: 10)
        terminal.type("!")
        try terminal.wait { $0.lines.last == ">>> some text!" }
    }

    @Test func severalPastedLinesAreOneMessage() throws {
        let terminal = try chat("-s", "paste")
        terminal.type("\u{1B}[200~first\nsecond\n\u{1B}[201~")
        try terminal.wait { $0.lines.contains(">>> first") && $0.lines.contains("second") }
        terminal.type("\r")
        try terminal.wait(forLastLine: ">>>")
        #expect(try turns("paste").map(\.user) == ["first\nsecond"])
    }

    @Test func severalLinesHaveAPromptOfTheirOwn() throws {
        let terminal = try chat("-s", "block")
        terminal.type("\"\"\"first\r")
        try terminal.wait(forLastLine: "...")
        try say("second\"\"\"", terminal)
        #expect(try turns("block").map(\.user) == ["first\nsecond"])
    }

    @Test func marksAreSetCompletedAndGoneBackTo() throws {
        let terminal = try chat("-s", "marks")
        try say("one", terminal)
        try say("/mark before dinner", terminal)
        try say("two", terminal)
        terminal.type("/ba\tbefo\t")
        try terminal.wait(forLastLine: ">>> /back before dinner")
        try say("", terminal)
        #expect(terminal.screen.text.contains("Back at 'before dinner'; 1 turn in the session."))
        #expect(try turns("marks").map(\.user) == ["one"])
        try say("/back -", terminal)
        #expect(try turns("marks").map(\.user) == ["one", "two"])
        try say("/back nowhere", terminal)
        #expect(terminal.screen.text.contains("There are: -, before dinner"))
        terminal.type("/replay --verify\r")
        try terminal.wait { $0.text.contains("Verified 2 repl") }
    }

    @Test func anEarlierTurnIsEditedAndTheConversationGoesOnFromThere() throws {
        let terminal = try chat("-s", "edit", with: ["VISUAL": "sed -i s/two/deux/"])
        for text in ["one", "two", "three", "/edit @2"] { try say(text, terminal) }
        #expect(try turns("edit").map(\.user) == ["one", "deux"])
        try say("/edit @1", terminal)
        #expect(terminal.screen.text.contains("Nothing was changed; nothing was sent."))
        try say("/edit @9", terminal)
        #expect(terminal.screen.text.contains("There is no turn 9; give a number from 1 to 2"))
        try say("/back -", terminal)
        #expect(try turns("edit").map(\.user) == ["one", "two", "three"])
    }

    @Test func aReplyCutByCtrlCGoesOn() throws {
        let terminal = try chat("-s", "on", "-m", try slowModel())
        try beginReply(terminal, in: "on")
        terminal.type("\u{3}")
        try terminal.wait { $0.text.contains("[interrupted]\n>>>") }
        let before = try #require(try turns("on").last)
        terminal.type("/conti\t\r")
        try terminal.wait { _ in (try? turns("on").last?.ending) == .limit }
        try terminal.wait(forLastLine: ">>>")
        let after = try #require(try turns("on").last)
        #expect(after.number == before.number && after.reply.hasPrefix(before.reply))
        terminal.type("/replay --verify\r")
        try terminal.wait { $0.text.contains("Verified") }
        #expect(!terminal.screen.text.contains("differs"))
    }

    @Test func aFileIsReadIntoTheTalk() throws {
        let file = try write("dear ada\r\nhow are you?\r\n\r\n", "letter.txt")
        let terminal = try chat("-s", "read")
        terminal.type("/read \(folder.url.path)/lett\t")
        try terminal.wait { $0.text.replacing("\n", with: "").hasSuffix("letter.txt") }
        try say("", terminal)
        #expect(try turns("read").map(\.user) == ["dear ada\nhow are you?"])
        try say("/read \(file).missing", terminal)
        #expect(terminal.screen.text.replacing("\n", with: " ").contains("there is no such file"))
        _ = try write("", "empty.txt")
        try say("/read \(folder.url.path)/empty.txt", terminal)
        #expect(terminal.screen.text.replacing("\n", with: " ").contains("holds no text"))
        #expect(try turns("read").count == 1)
    }

    @Test func theLastReplyIsGivenToTheClipboard() throws {
        let terminal = try chat("-s", "copy")
        try say("/copy", terminal)
        #expect(!terminal.raw.contains("]52;"))
        try say("네?", terminal)
        try say("/copy", terminal)
        let reply = try #require(try turns("copy").last?.reply)
        let text = Data(VisibleText.lines(reply).utf8)
        #expect(terminal.raw.contains("\u{1B}]52;c;\(text.base64EncodedString())\u{7}"))
        #expect(terminal.screen.text.contains("clipboard, \(text.count) bytes"))
        let dumb = try chat("-s", "dumb", with: ["TERM": "dumb"])
        try say("one", dumb)
        try say("/copy", dumb)
        #expect(!dumb.raw.contains("\u{1B}"))
        #expect(dumb.screen.text.contains("There is no terminal to copy to."))
    }

    @Test func historyIsKeptForTheNextChatUnlessUnwanted() throws {
        let first = try chat("-s", "a", with: ["CHARCHAT_NOHISTORY": "1"])
        try say("secret", first)
        first.type("\u{4}")
        _ = try first.waitForExit()
        let second = try chat("-s", "a")
        try say("public", second)
        second.type("\u{4}")
        _ = try second.waitForExit()
        let third = try chat("-s", "a")
        third.type("\u{12}pub")
        try third.wait { ($0.lines.last ?? "").hasSuffix("`pub': public") }
        third.type("\u{7}\u{10}\u{10}!")
        try third.wait(forLastLine: ">>> public!")
    }

    @Test func colorOnlyWhereWanted() throws {
        #expect(try chat().raw.contains("\u{1B}[1;32m>>>"))
        #expect(try !chat(with: ["NO_COLOR": "1"]).raw.contains("\u{1B}[1;32m"))
        let dumb = try chat(with: ["TERM": "dumb"])
        #expect(!dumb.raw.contains("\u{1B}"))
    }

    @Test func theUsersInputrcIsHonoured() throws {
        let file = folder.url.appendingPathComponent("inputrc")
        try Data("$if charchat\n\"\\C-o\": \"typed by inputrc\"\n$endif\n".utf8).write(to: file)
        let terminal = try chat(with: ["INPUTRC": file.path])
        terminal.type("\u{F}")
        try terminal.wait(forLastLine: ">>> typed by inputrc")
    }

    @Test func bytesThatAreNoTextAreToldAndTheChatGoesOn() throws {
        let terminal = try chat("-s", "bad")
        terminal.typeBytes([0x61, 0xFF, 0x62, 0x0D])
        try terminal.wait {
            $0.text.contains(
                "is not UTF-8 at its byte 2. It was not sent. Arrow-up brings it back.\n>>>")
        }
        try say("hello", terminal)
        #expect(try turns("bad").map(\.user) == ["hello"])
    }
}
