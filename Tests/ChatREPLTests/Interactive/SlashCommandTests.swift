import ChatREPL
import Foundation
import Testing

@Suite struct SlashCommandTests {
    @Test(
        arguments: [
            ("/help", .help(topic: nil)), ("/?", .help(topic: nil)),
            ("/help undo", .help(topic: "undo")),
            ("/bye", .leave), ("/exit", .leave), ("/quit", .leave), ("/BYE", .leave),
            ("/session", .session(name: nil)), ("/session 여행", .session(name: "여행")),
            ("/sessions", .sessions), ("/new", .new(name: nil)), ("/new a b", .new(name: "a b")),
            ("/save", .save(name: nil)), ("/load  x ", .load(name: "x")),
            ("/rename y", .rename(name: "y")), ("/delete z", .delete(name: "z")),
            ("/fork", .fork(name: nil, turn: nil)), ("/fork a", .fork(name: "a", turn: nil)),
            ("/fork @3", .fork(name: nil, turn: 3)),
            ("/fork a b @12", .fork(name: "a b", turn: 12)),
            ("/fork me@home", .fork(name: "me@home", turn: nil)),
            ("/log", .log), ("/undo", .undo(turns: 1)), ("/undo 3", .undo(turns: 3)),
            ("/redo 2", .redo(turns: 2)), ("/regen", .regenerate), ("/clear", .clear),
            ("/replay", .replay(verify: false)), ("/replay --verify", .replay(verify: true)),
            ("/export out.md", .export(path: "out.md")), ("/copy", .copy),
            ("/set temperature 0", .set(.temperature(0))), ("/set top-p 0.9", .set(.topP(0.9))),
            ("/set seed 18446744073709551615", .set(.seed(.max))),
            ("/set length 10000", .set(.lengthLimit(10_000))),
            ("/설정 길이 8", .set(.lengthLimit(8))),
            ("/set", .show(.parameters)), ("/set top-p", .show(.parameters)),
            ("/set surprisal ON", .surprisal(true)), ("/set verbose on", .verbose(true)),
            ("/set certainty off", .certainty(false)),
            ("/set stop .", .stop(["."])), ("/set STOP off", .stop([])),
            ("/set stop a b | \"c | d \"|e", .stop(["a b", "c | d ", "e"])),
            ("/set stop \u{1100}\u{1161}", .stop(["가"])), ("/set stop", .show(.parameters)),
            ("/설정 온도 0.5", .set(.temperature(0.5))), ("/set 시드 7", .set(.seed(7))),
            ("/set 놀라움 켬", .surprisal(true)), ("/설정 확신 끄기", .certainty(false)),
            ("/설정 자세히 켜기", .verbose(true)), ("/설정 멈춤말 끔", .stop([])),
            ("/설정 멈춤말 a b|c", .stop(["a b", "c"])), ("/보기 모델", .show(.model)),
            ("/show 설정", .show(.parameters)), ("/상태 차이 @1 @4", .stateDifference(1, 4)),
            ("/비트 5", .bits(turns: 5)), ("/확률", .odds(question: nil)),
            ("/show model", .show(.model)), ("/edit", .edit(turn: nil)),
            ("/edit @2", .edit(turn: 2)), ("/read a b.txt", .read(path: "a b.txt")),
            ("/mark", .mark(name: nil)), ("/mark here", .mark(name: "here")),
            ("/back -", .back(name: "-")), ("/continue", .continueReply),
            ("/replies", .replies(number: nil)),
            ("/replies 2", .replies(number: 2)), ("/facts", .facts),
            ("/forget my age", .forget(what: "my age")),
            ("/state diff @0 @12", .stateDifference(0, 12)),
            ("/state take @3", .takeState(turn: 3, session: nil)),
            ("/state take @3 of my talk", .takeState(turn: 3, session: "my talk")),
            ("/상태 이어받기 @3 여행", .takeState(turn: 3, session: "여행")),
            ("/state silence 2 5", .silence(layer: 2, head: 5)),
            ("/state save a b.state", .saveState(path: "a b.state")),
            ("/상태 열기 x", .loadState(path: "x")),
        ] as [(String, SlashCommand)])
    func readsCommand(line: String, command: SlashCommand) {
        #expect(LineMeaning(line) == .command(command))
    }

    @Test(arguments: [
        "/undo 0", "/undo x", "/undo 99999999999999999999", "/load", "/fork @x", "/fork @-1",
        "/set seed 1 2", "/show", "/show everything", "/replay --verfy",
        "/bye now", "/edit 2", "/edit @0", "/read", "/back", "/continue 3", "/facts x", "/forget",
        "/copy it", "/replies 0", "/replies x", "/state", "/state diff @1", "/state diff 1 2",
        "/state diff @1 @2 @3", "/state take", "/state take 3", "/state take @0",
        "/state take @3 of", "/state silence 1", "/state silence 0 1", "/state silence 1 x",
        "/state save", "/state load", "/state lose x",
    ])
    func wrongArgumentsGetUsage(line: String) {
        guard case .problem(let text) = LineMeaning(line) else {
            Issue.record("\(line) was read as something")
            return
        }
        #expect(text.hasPrefix("Usage: /"))
        let name = line.dropFirst().prefix { $0 != " " }
        #expect(text.hasSuffix("\n/help \(name) tells more."))
    }

    @Test(arguments: [
        ("temperature", "hot"), ("temperature", "nan"), ("temperature", "-1"),
        ("temperature", "11"), ("temperature", "0,5"), ("top-p", "0"), ("top-p", "1.1"),
        ("seed", "-1"), ("length", "0"), ("length", "10001"), ("surprisal", "maybe"),
        ("verbose", "1"),
    ])
    func aWrongValueIsToldWithTheRightOnes(name: String, value: String) {
        guard case .problem(let text) = LineMeaning("/set \(name) \(value)") else {
            Issue.record("\(value) was read as something")
            return
        }
        #expect(text.hasPrefix("The \(name) cannot be '\(value)'; it must be "))
    }

    @Test func anUnknownSettingIsToldWithThoseThereAre() {
        #expect(
            LineMeaning("/set colour 3")
                == .problem(
                    "There is no setting 'colour'. There are: temperature, top-p, seed, length, surprisal, certainty, verbose, stop."
                ))
    }

    @Test(arguments: [
        "\"open", "a|", "|", "\"\"", String(repeating: "x", count: 101),
        String(repeating: "a|", count: 16) + "a",
    ])
    func aWrongStopIsToldWhatOneIs(text: String) {
        guard case .problem(let told) = LineMeaning("/set stop \(text)") else {
            Issue.record("\(text) was read as something")
            return
        }
        #expect(told.hasPrefix("What stops a reply is off, or 1 to 16 texts"))
    }

    @Test(arguments: ["/x", "/byebye", "/undo2", "/", "/home/me is a folder"])
    func unknownCommandNeverReachesTheModel(line: String) {
        let word = line.prefix { $0 != " " }
        #expect(
            LineMeaning(line) == .problem("Unknown command '\(word)'. Type /? for help."))
    }

    @Test(arguments: [
        ("/hel", "/help"), ("/lgo", "/log"), ("/SESSIO", "/session"),
        ("/regn", "/regen"), ("/quite", "/quit"), ("/helpp", "/help"), ("/undoo", "/undo"),
        ("/rplay", "/replay"), ("/contniue", "/continue"), ("/저잔", "/저장"), ("/저장하기", "/저장"),
        ("/끝내기", "/끝"), ("/되돌리기", "/되살리기"), ("/나가기", "/끝"), ("/종료", "/끝"),
    ])
    func aNearNameIsSuggested(typed: String, meant: String) {
        #expect(
            LineMeaning(typed)
                == .problem("Unknown command '\(typed)'. Type /? for help. Did you mean \(meant)?"))
    }

    @Test(arguments: [
        "/tmp", "/etc", "/usr", "/yes", "/hello", "/table", "/안녕", "/여행", "/끈끈하게",
    ])
    func aFarNameIsNot(line: String) {
        #expect(LineMeaning(line) == .problem("Unknown command '\(line)'. Type /? for help."))
    }

    @Test func aSlashOfFullWidthIsASlash() {
        #expect(LineMeaning("／undo 2") == .command(.undo(turns: 2)))
        #expect(LineMeaning("／／etc is a folder") == .message("/etc is a folder"))
        #expect(LineMeaning("a ／ b") == .message("a ／ b"))
    }

    @Test func aWordThatElsewhereIsACommandIsStillAMessage() {
        #expect(LineMeaning("exit") == .message("exit") && LineMeaning.meant(" Quit ") == "/bye")
        #expect(LineMeaning.meant("help yourself") == nil)
    }

    @Test func escapeSequenceInUnknownCommandIsShownNotObeyed() {
        #expect(
            LineMeaning("/\u{1B}[2J") == .problem("Unknown command '/␛[2J'. Type /? for help."))
    }

    @Test func doubleSlashSendsASlash() {
        #expect(LineMeaning("//etc is a folder") == .message("/etc is a folder"))
        #expect(LineMeaning("//") == .message("/"))
    }

    @Test func blocks() {
        #expect(LineMeaning("\"\"\"a") == .beginsBlock(firstLine: "a"))
        #expect(LineMeaning("\"\"\"") == .beginsBlock(firstLine: ""))
        #expect(LineMeaning("\"\"\"a\"\"\"") == .message("a"))
        #expect(LineMeaning("\"\"\"\"\"\"") == .nothing)
        #expect(LineMeaning("\"\"\"a", allowsBlocks: false) == .message("\"\"\"a"))
        #expect(LineMeaning.blockEnd("b\"\"\" ") == "b")
        #expect(LineMeaning.blockEnd("b") == nil)
    }

    @Test func messagesKeepTheirSpaces() {
        #expect(LineMeaning("  hello ") == .message("  hello "))
        #expect(LineMeaning(" \t") == .nothing)
    }

    @Test func noInputMakesTheParserFail() {
        var random = SystemRandomNumberGenerator()
        let pieces = ["/", "fork", " ", "@", "3", "\"\"\"", "set", "\0", "한", "e\u{301}", "\u{1B}"]
        for _ in 0..<20_000 {
            let line = (0..<Int.random(in: 0...6, using: &random))
                .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            _ = LineMeaning(line)
            _ = Completer(sessionNames: { ["a"] }).complete(line)
        }
    }
}

@Suite struct CompleterTests {
    let completer = Completer(
        sessionNames: { ["holiday", "home", "home again", "여행"] },
        markNames: { ["-", "before dinner"] })

    @Test(
        arguments: [
            ("/und", .words(["/undo"])), ("/ses", .words(["/session", "/sessions"])),
            ("/load h", .words(["holiday", "home", "home again"])), ("/load 여", .words(["여행"])),
            ("/set t", .words(["temperature", "top-p"])),
            ("/show ", .words(["model", "parameters", "session"])),
            ("/replay ", .words(["--verify"])), ("/export /nowhere/a", .nothing),
            ("/read /nowhere/a", .nothing), ("/state l", .words(["load"])),
            ("/state load /nowhere/a", .nothing), ("/state take @1 ", .nothing),
            ("/conti", .words(["/continue"])),
            ("/back ", .words(["-", "before dinner"])), ("/back before d", .words(["dinner"])),
            ("/help fo", .words(["forget", "fork"])), ("/help to", .words(["topics"])),
            ("/load x", .nothing), ("hello", .nothing), ("//und", .nothing),
            ("/load home h", .nothing), ("/load home a", .words(["again"])),
            ("/load home ", .words(["again"])), ("/load home again ", .nothing),
            ("/undo home a", .nothing), ("/load  home", .nothing),
            ("", .nothing),
        ] as [(String, Completion)])
    func offers(line: String, completion: Completion) {
        #expect(completer.complete(line) == completion)
    }

    @Test func filesAreOfferedAlsoBehindASpace() throws {
        let home = try TemporaryFolder()
        let folder = home.url.appendingPathComponent("my talks")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["first.md", "first.txt", ".hidden"] {
            try Data().write(to: folder.appendingPathComponent(name))
        }
        let path = home.url.path
        #expect(completer.complete("/export \(path)/my") == .words([path + "/my talks/"]))
        #expect(
            completer.complete("/export \(path)/my talks/f")
                == .words(["talks/first.md", "talks/first.txt"]))
        #expect(completer.complete("/export \(path)/my talks/.h") == .words(["talks/.hidden"]))
        #expect(completer.complete("/export \(path)/my talks/x") == .nothing)
    }

    @Test(arguments: [
        ("undo", "/undo"), ("Clear ", "/clear"), ("?", "/?"), ("help me", "/?"), ("exit", "/bye"),
    ])
    func aCommandTypedWithoutItsSlashIsHinted(typed: String, meant: String) {
        #expect(
            CommandTable.entry(named: LineMeaning.meant(typed) ?? "")?.names.contains(meant) == true
        )
        #expect(LineMeaning.meant("\(typed) of it") == nil)
    }

    @Test func everyCommandHasHelp() {
        for entry in CommandTable.entries {
            #expect(!entry.summary.isEmpty && !entry.details.isEmpty)
            #expect(entry.names.allSatisfy { $0.hasPrefix("/") })
        }
        let names = CommandTable.allNames
        #expect(Set(names).count == names.count)
    }
}
