import ChatCore
import Foundation
import Testing

/// Going on with a reply that was cut off, marks, and turns said anew.
@Suite struct ContinuedReplyTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator()
        places = try TemporaryPlaces()
    }

    private func begin(lengthLimit: Int = 6) throws -> Session {
        var settings = quickSettings
        settings.lengthLimit = lengthLimit
        return try places.store.create("talk", generator: generator, settings: settings)
    }

    /// A session in which the last reply was cut off at the length limit.
    private func cut() throws -> Session {
        let session = try begin()
        for number in 0..<200 where session.lastTurn?.finishReason != .limit {
            try session.say("\(number)")
        }
        try #require(session.lastTurn?.finishReason == .limit)
        return session
    }

    private func verified(_ session: Session) throws -> Replay.Report {
        try Replay.verify(try #require(try session.transcript()), generator: generator)
    }

    @Test func whatIsAddedToAGreedyReplyIsWhatWouldHaveCome() throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            let generator = try TinyModel.generator(seed: seed)
            let alphabet = generator.model.alphabet
            func reply(_ limit: Int, after begun: String = "") -> (Reply, String)? {
                var state = generator.freshState
                var random = RandomStream(seed: 1)
                var shown = ""
                let reply = generator.reply(
                    to: "hello", after: begun, state: &state, random: &random,
                    settings: .greedy, lengthLimit: limit
                ) {
                    shown += $0
                    return true
                }
                return reply.map { ($0, shown) }
            }
            let whole = try #require(reply(24)).0
            for count in 1..<whole.symbolCount {
                let begun = try #require(reply(count)).0
                let (made, shown) = try #require(
                    reply(24 - count, after: begun.text))
                #expect(made.symbolCount <= 24 - count)
                // A reply that spells letters of its own way goes on from its text.
                guard alphabet.encode(whole.text).starts(with: alphabet.encode(begun.text)) else {
                    continue
                }
                #expect(alphabet.encode(made.text).starts(with: alphabet.encode(begun.text)))
                if made.text.hasPrefix(begun.text) { #expect(begun.text + shown == made.text) }
            }
        }
    }

    @Test func aCutReplyGoesOnInItsPlaceAndIsProved() throws {
        let session = try cut()
        let before = try #require(session.lastTurn)
        let turn = try #require(try session.continueReply())
        #expect(turn.number == before.number && turn.user == before.user)
        #expect(turn.reply.hasPrefix(before.reply) && session.turnCount == before.number)
        let report = try verified(session)
        #expect(report.isExact && report.skippedDraws.isEmpty)
        var state = try session.state(afterTurn: turn.number - 1)
        generator.read(user: turn.user, reply: turn.reply, state: &state)
        #expect(state == session.state)
        session.close()
        let again = try places.store.open("talk", generator: generator)
        #expect(again.lastTurn == turn && again.state == state)
        try again.undo()
        #expect(again.turnCount == before.number - 1)
    }

    @Test func onlyWhatWasCutOffGoesOn() throws {
        let session = try begin(lengthLimit: 400)
        #expect(throws: SessionError.nothingToContinue) { try session.continueReply() }
        for number in 0..<50 where session.lastTurn?.finishReason != .complete {
            try session.say("\(number)")
        }
        try #require(session.lastTurn?.finishReason == .complete)
        #expect(throws: SessionError.nothingToContinue) { try session.continueReply() }
        try session.clear()
        #expect(throws: SessionError.nothingToContinue) { try session.continueReply() }
    }

    @Test func aReplyThatIsNoBeginningOfItsContinuationIsFound() throws {
        let session = try cut()
        try session.continueReply()
        let url = try #require(session.url)
        session.close()
        // The same lines, chained anew, with another continuation.
        var lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
            .map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
        let place = try #require(lines.firstIndex { $0["event"] as? String == "continue" })
        lines[place]["content"] = "zz" + (lines[place]["content"] as? String ?? "")
        var foreign = ForeignTranscript(
            model: generator.model, settings: session.settings)
        for line in lines[1...place] {
            foreign.add(line.filter { $0.key != "previous" })
        }
        let report = try Replay.verify(
            try Transcript(foreign.bytes, path: "f"), generator: generator)
        #expect(!report.isExact && report.difference?.line == place + 1)
    }

    @Test func marksLeadBackAndNothingIsLost() throws {
        let session = try begin(lengthLimit: 24)
        #expect(throws: SessionError.nothingSaid) { try session.mark("a") }
        try session.say("one")
        try session.mark("one said")
        let there = session.state
        try session.say("two")
        try session.say("three")
        let turns = session.turns
        #expect(throws: SessionError.noSuchMark("b")) { try session.goBack(to: "b") }
        #expect(throws: SessionError.self) { try session.mark("-") }
        try session.goBack(to: "one said")
        #expect(session.turnCount == 1 && session.state == there)
        #expect(session.redoableSteps == 0 && session.undoableSteps == 1)
        try session.say("another")
        #expect(session.markNames == ["-", "one said"])
        try session.goBack(to: "-")
        #expect(session.turns == turns)
        try session.goBack(to: "-")
        #expect(session.turns.map(\.user) == ["one", "another"])
        #expect(try verified(session).isExact)
        session.close()
        let again = try places.store.open("talk", generator: generator)
        #expect(again.markNames == ["-", "one said"])
        let fork = try again.fork(as: "fork")
        try fork.goBack(to: "-")
        #expect(fork.turns == turns)
    }

    @Test func aTurnIsTakenBackWithAllBehindItAndCanBeFoundAgain() throws {
        let session = try begin(lengthLimit: 24)
        for text in ["one", "two", "three"] { try session.say(text) }
        let turns = session.turns
        for number in [0, 4] {
            #expect(throws: SessionError.noSuchTurn(number, count: 3)) {
                try session.takeBack(fromTurn: number)
            }
        }
        #expect(try session.takeBack(fromTurn: 2) == "two")
        #expect(session.turns == [turns[0]])
        try session.say("deux")
        #expect(session.turns.map(\.user) == ["one", "deux"])
        try session.goBack(to: "-")
        #expect(session.turns == turns)
        // Also past a clear, and where something waits.
        try session.clear()
        try session.say("four")
        #expect(try session.say(String(repeating: "long ", count: 400)) { _ in false } == nil)
        #expect(try session.takeBack(fromTurn: 1) == "one")
        #expect(session.turns.isEmpty && session.unanswered == nil)
        #expect(try verified(session).isExact)
    }
}
