import ChatCore
import Foundation
import Testing

/// Ctrl-C, Ctrl-D and signals at any moment.
extension TerminalTests {
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
        let endings = try turns("stop").map(\.finishReason)
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
        let endings = try turns("end").map(\.finishReason)
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
        // A drawn reply of the untrained model may begin with an empty line.
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

    @Test func aReplyCutByCtrlCGoesOn() throws {
        let terminal = try chat("-s", "on", "-m", try slowModel())
        try beginReply(terminal, in: "on")
        terminal.type("\u{3}")
        try terminal.wait { $0.text.contains("[interrupted]\n>>>") }
        let before = try #require(try turns("on").last)
        terminal.type("/conti\t\r")
        try terminal.wait { _ in (try? turns("on").last?.finishReason) == .limit }
        try terminal.wait(forLastLine: ">>>")
        let after = try #require(try turns("on").last)
        #expect(after.number == before.number && after.reply.hasPrefix(before.reply))
        terminal.type("/replay --verify\r")
        try terminal.wait { $0.text.contains("Verified") }
        #expect(!terminal.screen.text.contains("differs"))
    }

    private func slowModel() throws -> String {
        try TinyModel.save(
            TinyModel.make(hiddenSize: 1024, ends: false), in: folder.url, as: "slow"
        )
        .path
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
}
