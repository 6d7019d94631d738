import ChatCore
import ChatEvaluation
import ChatREPL
import Foundation
import Testing

/// `/search`, `/compare`, `/bits`, `/context`, `/memory`, `/odds` and `/set surprisal` in a chat with a
/// model of random values: what they say about it, not what it says.
@Suite struct WorthCommandTests {
    let folder: TemporaryFolder
    let store: SessionStore
    let generator: ReplyGenerator

    init() throws {
        folder = try TemporaryFolder()
        store = SessionStore(places: Places(environment: ["CHARCHAT_HOME": folder.url.path]))
        generator = ReplyGenerator(model: try TinyModel.make())
    }

    private func screen(
        _ lines: [String], saved: Bool = true, stopAfter: Int? = nil,
        generator: ReplyGenerator? = nil
    ) throws -> String {
        let generator = generator ?? self.generator
        let interrupts = ScriptedInterrupts()
        interrupts.stopAfter = stopAfter
        let corpus = folder.url.appendingPathComponent("pairs.tsv")
        try Data("capital of Spain\tMadrid\n한국의 수도\t서울\n".utf8).write(to: corpus)
        let settings = SessionSettings(sampling: .greedy, seed: 1, lengthLimit: 40)
        let session = try store.create(
            saved ? "test" : nil, generator: generator, settings: settings, saved: saved)
        let conversation = OpenSession(
            session: session, store: store, generator: generator, settings: settings, saves: saved)
        let screen = RecordingScreen()
        let reader = ScriptedLineReader(lines.map { .line($0) }, screen: screen)
        let repl = REPL(
            conversation: conversation, reader: reader, screen: screen,
            interrupts: interrupts, environment: ["CHARCHAT_HOME": folder.url.path],
            isInteractive: true, searched: [corpus])
        #expect(try repl.run() == 0)
        return screen.text
    }

    @Test func searchFindsAndDoesNotTouchTheSession() throws {
        let shown = try screen(["/search spain", "/search 수도", "/search xylophone", "/log"])
        #expect(shown.contains("capital of [Spain]\n   Madrid"))
        #expect(shown.contains("한국의 [수도]\n   서울"))
        #expect(shown.contains("Nothing found for 'xylophone'."))
        #expect(shown.contains("Nothing has been said yet."))
    }

    @Test func aWrongQueryIsToldWithItsPlace() throws {
        let shown = try screen(["/search spain AND", "/search \"spain", "/search"])
        #expect(shown.contains("! The query is wrong at character 7: AND needs a word after it"))
        #expect(shown.contains("! The query is wrong at character 1: the quotation mark"))
        #expect(shown.contains("! Usage: /search QUERY"))
    }

    @Test func aHitIsExplainedByItsTerms() throws {
        let shown = try screen(["/search capital AND NOT (Rome OR Oslo)"])
        #expect(
            shown.contains("A capital, B Rome, C Oslo\n   A B C  A NOT (B OR C)\n1  1 0 0  1\n"))
    }

    @Test func compareShowsThreeColumnsAndLeavesTheSessionAlone() throws {
        let shown = try screen(["hello", "/compare capital of Spain", "/context"])
        #expect(shown.contains("with the session"))
        #expect(shown.contains("fresh state"))
        #expect(shown.contains("Madrid"))
        #expect(shown.contains("context  1 turn,"))
    }

    @Test func ctrlCStopsTheMakingOfTheIndexAndTheReplyOfMemory() throws {
        let shown = try screen(["/search spain", "/compare spain"], stopAfter: 1)
        #expect(shown.components(separatedBy: "! Stopped before the index was ready").count == 3)
        let endless = ReplyGenerator(model: try TinyModel.make(ends: false))
        let memory = try screen(
            ["hello", "/memory what?"], saved: false, stopAfter: 3, generator: endless)
        #expect(memory.contains("Stopped."))
        #expect(!memory.contains("How much the reply to 'what?'"))
    }

    @Test func withoutSavingNoIndexIsLeft() throws {
        _ = try screen(["/search spain"], saved: false)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
        #expect(left == ["pairs.tsv"])
    }

    @Test func bitsNamesEveryTurnAndTheControl() throws {
        let shown = try screen(["/bits", "hello", "again", "/bits", "/bits 1"])
        #expect(shown.contains("Nothing has been said yet."))
        #expect(shown.contains("    1     +0.0"))
        #expect(shown.contains("another session's state"))
        #expect(shown.contains("The last 1 turn; /bits 2 shows all."))
    }

    @Test func afterAClearThereIsNoReplyToAskAbout() throws {
        let shown = try screen(["hello", "again", "/clear", "/memory", "/odds"])
        #expect(shown.contains("since the beginning. /memory QUESTION asks ahead."))
        #expect(shown.contains("since the beginning. /odds QUESTION asks ahead."))
        #expect(!shown.contains("How much the reply"))
    }

    @Test func memoryBeginsAtTheLastClear() throws {
        let many = (1...SlashCommandRunner.memoryTurns).map { "line \($0)" }
        let shown = try screen(many + ["/clear", "three", "four", "/memory"])
        #expect(shown.contains("How much the reply to 'four' would change without a turn:"))
        #expect(!shown.contains("not left out"))
        #expect(
            try screen(many + ["more", "/memory"], saved: false).contains("not left out") == false)
        #expect(
            try screen(many + ["more", "again", "/memory"], saved: false)
                .contains("Of this context, 1 turn before these was not left out."))
    }

    @Test func memoryLeavesOutEachEarlierTurn() throws {
        let shown = try screen(["one", "/memory", "two", "three", "/memory", "/memory what?"])
        #expect(shown.contains("Nothing was said before that in this context."))
        #expect(shown.contains("How much the reply to 'three' would change without a turn:"))
        #expect(shown.contains("How much the reply to 'what?' would change without a turn:"))
    }

    @Test func clearCutsWhatIsHeld() throws {
        let shown = try screen(["one", "/clear", "/memory what?", "two", "/memory", "/context"])
        #expect(shown.components(separatedBy: "Nothing was said before that").count == 3)
        #expect(shown.contains("cleared  1 turn before that"))
    }

    @Test func theStateIsOfOneSizeHoweverLongTheSession() throws {
        let shown = try screen(["/context", "one", "two", "three", "/context"])
        let sizes = shown.split(separator: "\n").filter { $0.hasPrefix("state ") }
        #expect(sizes.count == 2 && sizes[0] == sizes[1])
    }

    @Test func oddsNameWhatWasSaid() throws {
        let shown = try screen(["/odds", "one", "/odds", "/odds two"])
        #expect(shown.contains("/odds QUESTION asks ahead."))
        #expect(shown.contains("Where the model was least sure"))
        #expect(shown.contains("* is what was said"))
        #expect(shown.contains("How the reply to 'two' could begin:"))
    }

    @Test func aModelOfHugeWeightsIsShownLikeAnyOther() throws {
        let model = generator.model
        var network = model.network
        for i in network.parameters.values.indices {
            network.parameters.values[i] = network.parameters.values[i] < 0 ? -3e38 : 3e38
        }
        let huge = ReplyGenerator(
            model: try ChatModel(network: network, alphabet: model.alphabet, format: model.format))
        let shown = try screen(
            ["/set surprisal on", "one", "two", "/odds", "/odds three", "/memory three", "/bits"],
            generator: huge)
        #expect(shown.contains("How the reply to 'three' could begin:"))
        #expect(shown.contains("How much the reply to 'three' would change without a turn:"))
        let costs = [Double.nan, .infinity, 1e300, 0.2].map {
            CharacterSurprisal(character: "a", bits: $0)
        }
        #expect(SurprisalText.reply(costs, style: .plain, width: 80).hasPrefix("aaaa\n9990\n"))
    }

    @Test func unsureRepliesAreMarkedUnlessToldOtherwise() throws {
        let lines = [
            "one", "/set certainty off", "two", "/set certainty on", "/regen", "/show parameters",
        ]
        let unsure = CertaintyCurve(intercept: 0, wholeWeight: -1, weakestWeight: 0, limit: 0.9)
        let shown = try screen(
            lines, generator: ReplyGenerator(model: generator.model.with(unsure)))
        #expect(shown.split(separator: "\n").count { $0.contains("unsure") } == 3, "\(shown)")
        #expect(shown.contains("Replies that may be wrong are marked [unsure]."))
        #expect(shown.contains("certainty on\n"))
        let sure = CertaintyCurve(intercept: 9, wholeWeight: 0, weakestWeight: 0, limit: 0.9)
        let calm = try screen(
            ["one"], saved: false, generator: ReplyGenerator(model: generator.model.with(sure)))
        #expect(!calm.contains("unsure"))
        let unmeasured = try screen(["one", "/set certainty on", "/show parameters"], saved: false)
        #expect(!unmeasured.contains("unsure") && unmeasured.contains("never measured"))
        #expect(
            unmeasured.replacing("\n", with: " ")
                .contains("certainty on (never measured for this model)"))
    }

    @Test func figuresStandBehindRepliesWhereTheyAreWanted() throws {
        let sure = CertaintyCurve(intercept: 9, wholeWeight: 0, weakestWeight: 0, limit: 0.9)
        let shown = try screen(
            [
                "one", "/set verbose on", "/set certainty off", "two", "/show parameters",
                "/set verbose off", "three",
            ], generator: ReplyGenerator(model: generator.model.with(sure)))
        let lines = shown.split(separator: "\n").filter { $0.contains(" a second") }
        #expect(lines.count == 1 && lines[0].hasSuffix(", certainty 100 %"), "\(shown)")
        let reply = try #require(try store.transcript("test").turns.dropFirst().first?.reply)
        #expect(lines.first?.hasPrefix("\(reply.count) characters, ") == true, "\(shown)")
        #expect(shown.contains("\nverbose on, stop off\n"))
        let unmeasured = try screen(["/set verbose on", "one", "/regen"], saved: false)
        #expect(unmeasured.split(separator: "\n").count { $0.hasSuffix(" a second") } == 2)
        #expect(unmeasured.contains("Behind each reply stand its length and its speed."))
        #expect(ReplyFigures(characters: 1, seconds: 0, certainty: nil).line == "1 character")
        #expect(
            ReplyFigures(characters: 1_500, seconds: 0.5, certainty: 0.934).line
                == "1,500 characters, 3,000 a second, certainty 93 %")
    }

    @Test func factsAreAskedOnACopyAndForgettingIsSaid() throws {
        let shown = try screen(["one", "/facts", "/log", "/forget name", "/log"])
        // Random values know everything.
        #expect(shown.contains("   0 %  ") && shown.contains("/forget WHAT has it forget one."))
        #expect(shown.contains("\nForget my name.\n") && shown.contains("Asked on a copy, it"))
        #expect(shown.components(separatedBy: "1  >>> one").count == 3)
        #expect(shown.contains("2  >>> Forget my name."))
        let certain = CertaintyCurve(intercept: 9, wholeWeight: 0, weakestWeight: 0)
        let sure = try screen(
            ["네", "/facts"], saved: false,
            generator: ReplyGenerator(model: generator.model.with(certain)))
        #expect(sure.contains("\n 100 %  "))
        let stopped = try screen(["one", "/facts"], saved: false, stopAfter: 40)
        #expect(stopped.contains("Stopped."))
        let text = ReplyGenerator(model: try TinyModel.make(format: .text))
        #expect(
            try screen(["/facts", "/forget age"], saved: false, generator: text)
                .components(separatedBy: "! This model goes on with text").count == 3)
    }

    @Test func statesAreCompared() throws {
        let shown = try screen([
            "one", "two", "/state diff @1 @2", "/state diff @2 @2", "/state diff @0 @3",
        ])
        #expect(shown.contains("layer 1") && shown.contains("change   cosine"))
        #expect(shown.contains("0.00     1.00\nodds of the next first character: 0.000 bits apart"))
        #expect(shown.contains("! There is no turn 3"))
    }

    @Test func inKoreanThePartsOfAStateHaveKoreanNames() throws {
        let shown = try KoreanWords.load().speak {
            try screen(["one", "two", "/상태 차이 @1 @2"])
        }
        #expect(shown.contains("\n1층 ") && !shown.contains("layer 1"), "\(shown)")
    }

    @Test func aStateChangedByHandIsToldUndoneReplayedAndProved() throws {
        let file = folder.url.appendingPathComponent("one.state").path
        let shown = try screen([
            "/state silence 1 1", "/state take @1", "one", "two", "/state save \(file)",
            "/state save \(file)", "/state take @1", "three", "/state silence 1 1", "/undo",
            "/state silence 1 9", "/state silence 9 1", "/state load \(file)", "four", "/log",
            "/bits", "/memory", "/context", "/replay", "/replay --verify",
        ])
        for told in [
            "! Nothing has been said yet", "! There is no turn 1; nothing has been said yet",
            "\(file): ", "! \(file) exists already",
            "It remembers what it did after turn 1. /undo takes that back.",
            "What head 1 of layer 1 remembered is gone.", "Undid a /state; 3 turns in the session.",
            "! Layer 1 has no head 9", "! There is no layer 9",
            "It remembers what stands in \(file).", "-- state changed by hand --",
            "1 turn, since the state was changed by hand.",
            "Nothing was said before that in this context.", "changed  3 turns before that",
            "[went on from the state after turn 1]", "[layer 1, head 1: silenced]",
            "[state loaded from 'one.state']", "Verified 4 replies: the same",
            "; the state was changed by hand 2 times; 1 state was brought in from outside, not made here.",
        ] { #expect(shown.contains(told), "\(told)") }
        #expect(
            try store.transcript("test").turns.map(\.stateWasChanged)
                == [false, false, true, true])
    }

    @Test func theStateOfAnotherSessionIsTakenAndThatOfAnotherModelRefused() throws {
        let other = try store.create(
            "other", generator: generator, settings: SessionSettings(seed: 1, lengthLimit: 9))
        try other.say("my name is Ada")
        other.close()
        let stranger = ReplyGenerator(model: try TinyModel.make(ends: false))
        let file = folder.url.appendingPathComponent("stranger.state")
        try StateFile.save(stranger.freshState, of: stranger.model, to: file)
        let shown = try screen([
            "/state take @1 of other", "/state take @2 of other", "/state take @1 of nobody",
            "/state load \(file.path)", "/state load \(folder.url.path)", "hello", "/replay",
            "/replay --verify",
        ])
        for told in [
            "It remembers what it did in 'other' after turn 1.", "! There is no turn 2",
            "! There is no session named 'nobody'", "its state is of another model",
            "is a folder; name a file in it", "[state taken from 'other' after turn 1]",
            "Verified 1 reply", "; 1 state was brought in from outside",
        ] { #expect(shown.contains(told), "\(told)") }
    }

    @Test func surprisalIsShownInDigitsWithoutColour() throws {
        let shown = try screen([
            "/set surprisal on", "hello", "/set surprisal off", "hello", "/set surprisal maybe",
        ])
        #expect(shown.contains("(bits a character; "))
        #expect(shown.components(separatedBy: "(bits a character").count == 2)
        #expect(shown.contains("Replies are shown plain."))
        #expect(shown.contains("! The surprisal cannot be 'maybe'; it must be on or off."))
    }
}
