import ChatCore
import Foundation
import Testing

/// The chat on a real pseudo-terminal, driven by keys.
@Suite(.serialized) struct TerminalTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome(terminal: ["TERM": "xterm-256color"]) }

    func chat(
        _ arguments: String..., with extra: [String: String] = [:], columns: Int = 80
    ) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            try Executable.url, arguments, environment: environment.merging(extra) { $1 },
            columns: columns)
        try terminal.wait(forLastLine: ">>>")
        return terminal
    }

    func turns(_ name: String) throws -> [Turn] {
        try SessionStore(places: Places(environment: environment)).transcript(name).turns
    }

    /// Says something and waits for the prompt after the reply.
    func say(_ text: String, _ terminal: PseudoTerminal) throws {
        let prompts = terminal.screen.lines.count { $0.hasPrefix(">>>") }
        terminal.type(text + "\r")
        try terminal.wait("a prompt after '\(text)'") { screen in
            screen.lines.last == ">>>"
                && screen.lines.count { $0.hasPrefix(">>>") } > prompts
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
