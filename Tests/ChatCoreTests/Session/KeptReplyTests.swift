import ChatCore
import Foundation
import Testing

@Suite("Replies that are kept when another takes their place")
struct KeptReplyTests {
    private let places: TemporaryPlaces
    private let generator: ReplyGenerator

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator()
    }

    @Test("each can be gone on with, also when the session is opened again, and all are proved")
    func choosing() throws {
        let session = try places.store.create("a", generator: generator, settings: quickSettings)
        #expect(session.choices.isEmpty)
        try session.keepReply()
        try session.say("before")
        var replies = [try #require(try session.say("one")).reply]
        var states = [session.state]
        for _ in 0..<2 {
            try session.keepReply()
            replies.append(try #require(try session.regenerate()).reply)
            states.append(session.state)
        }
        #expect(session.choices.map(\.reply) == replies)
        #expect(session.choices.map(\.isCurrent) == [false, false, true])
        try session.choose(1)
        #expect(session.lastTurn?.reply == replies[0] && session.state == states[0])
        try session.choose(3)
        #expect(session.lastTurn?.reply == replies[2] && session.state == states[2])
        try session.choose(2)
        session.close()
        let again = try places.store.open("a", generator: generator)
        #expect(again.choices.map(\.reply) == replies)
        #expect(again.choices.map(\.isCurrent) == [false, true, false])
        #expect(again.state == states[1] && again.turnCount == 2)
        try again.say("two")
        #expect(again.choices.count == 1 && again.choices[0].isCurrent)
        let transcript = try #require(try again.transcript())
        let report = try Replay.verify(transcript, generator: generator)
        #expect(report.isExact && report.verified == 5 && report.skippedDraws.isEmpty)
    }

    @Test("one that nothing leads back to is not offered, and a number that is none is told")
    func notKept() throws {
        let session = try Session(generator: generator, settings: quickSettings)
        try session.say("one")
        try session.regenerate()
        #expect(session.choices.count == 1)
        try session.choose(1)
        #expect(session.markNames.isEmpty)
        #expect(throws: SessionError.noSuchReply(2, count: 1)) { try session.choose(2) }
        try session.clear()
        #expect(throws: SessionError.noSuchReply(1, count: 0)) { try session.choose(1) }
    }

    @Test("going back to one keeps the one that stood, and going elsewhere marks nothing more")
    func goingBack() throws {
        let session = try Session(generator: generator, settings: quickSettings)
        let first = try #require(try session.say("one")).reply
        try session.keepReply()
        let second = try #require(try session.regenerate()).reply
        try session.goBack(to: "reply 1")
        #expect(session.choices.map(\.reply) == [first, second])
        #expect(session.choices.map(\.isCurrent) == [true, false])
        #expect(session.markNames == ["-", "reply 1", "reply 2"])
        try session.say("two")
        try session.goBack(to: "reply 2")
        #expect(session.markNames == ["-", "reply 1", "reply 2"])
    }

    @Test("a name that the user gave is kept, and one that was taken is not given twice")
    func names() throws {
        let session = try Session(generator: generator, settings: quickSettings)
        try session.say("one")
        try session.mark("reply 1")
        try session.keepReply()
        try session.say("two")
        try session.keepReply()
        try session.keepReply()
        #expect(session.markNames == ["reply 1", "reply 2"])
    }

    @Test("words put into the model's mouth are read as its own and counted as not proved")
    func inItsMouth() throws {
        let session = try places.store.create("b", generator: generator, settings: quickSettings)
        #expect(throws: SessionError.self) { try session.answer(as: "nobody asked") }
        let own = try #require(try session.say("one")).reply
        let turn = try #require(try session.answer(as: "mine"))
        #expect(turn.user == "one" && turn.reply == "mine" && turn.origin == .imported)
        #expect(session.turnCount == 1)
        #expect(session.choices.map(\.reply) == [own, "mine"])
        var state = generator.freshState
        generator.read(user: "one", reply: "mine", state: &state)
        #expect(session.state == state)
        try session.say("two")
        session.close()
        let again = try places.store.open("b", generator: generator)
        let report = try Replay.verify(try #require(try again.transcript()), generator: generator)
        #expect(report.isExact && report.imported == 1 && report.verified == 2)
    }

    @Test("what waits for a reply can be answered so")
    func waiting() throws {
        let session = try Session(generator: generator, settings: quickSettings)
        // Long enough to be asked while it is read.
        let long = String(repeating: "two ", count: 200)
        #expect(try session.say(long) { _ in false } == nil)
        #expect(session.unanswered == long)
        try session.answer(as: "mine")
        #expect(session.lastTurn?.reply == "mine" && session.unanswered == nil)
    }
}
