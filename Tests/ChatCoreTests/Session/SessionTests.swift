import ChatCore
import Foundation
import Testing

@Suite("A session")
struct SessionTests {
    let generator: ReplyGenerator
    let places: TemporaryPlaces

    init() throws {
        generator = try TinyModel.generator()
        places = try TemporaryPlaces()
    }

    private func begin(_ name: String? = "talk", saved: Bool = true) throws -> Session {
        try places.store.create(name, generator: generator, settings: quickSettings, saved: saved)
    }

    private func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: places.places.sessionsFolder.path) else {
            return []
        }
        return try FileManager.default.contentsOfDirectory(
            atPath: places.places.sessionsFolder.path
        ).sorted()
    }

    @Test("nothing said leaves no file; the first line makes it, private")
    func firstLine() throws {
        let session = try begin()
        try session.set(.temperature(0.5))
        try session.clear()
        #expect(try files() == [])
        try session.say("hello")
        #expect(try files().contains("talk.jsonl"))
        #expect(session.isOnDisk)
        #expect(try permissions(try #require(session.url)) == 0o600)
        #expect(try permissions(places.places.sessionsFolder) == 0o700)
        let transcript = try places.store.transcript("talk")
        #expect(transcript.settings.sampling.temperature == 0.5)
        #expect(transcript.eventCount == 2)
    }

    @Test("every event is in the file when the call returns, and it opens where it was left")
    func resume() throws {
        let session = try begin()
        try session.say("hello")
        try session.say("나는 각시야\nsecond line \u{1B}[31m\u{0}")
        try session.regenerate()
        try session.set(.topP(0.5))
        try session.say("x")
        try session.undo()
        let turns = session.turns
        let state = session.state
        #expect(try places.store.transcript("talk").turns == turns)
        session.close()
        let again = try places.store.open("talk", generator: generator)
        #expect(again.turns == turns)
        #expect(again.state == state)
        #expect(again.settings.sampling.topP == 0.5)
        #expect(again.takeNotices() == [])
        #expect(try again.redo() == 1)
        #expect(again.turnCount == 3)
    }

    @Test("a resumed session goes on as one that was never left", arguments: [true, false])
    func continuation(snapshot: Bool) throws {
        let whole = try begin("whole")
        for i in 0..<12 { try whole.say("line \(i)") }
        let first = try begin("parts")
        for i in 0..<7 { try first.say("line \(i)") }
        first.close()
        if !snapshot {
            try FileManager.default.removeItem(
                at: places.places.sessionsFolder.appendingPathComponent("parts.states"))
        }
        let second = try places.store.open("parts", generator: generator)
        for i in 7..<12 { try second.say("line \(i)") }
        #expect(second.turns == whole.turns)
        #expect(second.state == whole.state)
        #expect(second.state == second.recomputedState)
    }

    @Test("the state is a function of what the transcript says", arguments: [1, 2, 3, 4, 5])
    func stateFollowsText(seed: UInt64) throws {
        let session = try begin(nil, saved: false)
        try session.set(.seed(seed))
        try session.set(.temperature(3))
        for text in ["가나다", "e\u{301}", "emoji 👩‍👩‍👧", "", "a b c"] {
            try session.say(text)
            #expect(session.state == session.recomputedState)
        }
    }

    @Test("undo takes back, redo brings back the same, a new line ends redo")
    func undoRedo() throws {
        let session = try begin()
        for i in 0..<5 { try session.say("line \(i)") }
        let turns = session.turns
        let state = session.state
        #expect(try session.undo(3) == 3)
        #expect(session.turns == Array(turns.prefix(2)))
        #expect(session.state == session.recomputedState)
        #expect(try session.redo(2) == 2)
        #expect(try session.redo(9) == 1)
        #expect(session.turns == turns)
        #expect(session.state == state)
        #expect(throws: SessionError.nothingToRedo) { try session.redo() }
        #expect(try session.undo(99) == 5)
        #expect(throws: SessionError.nothingToUndo) { try session.undo() }
        try session.say("other")
        #expect(session.turnCount == 1)
        #expect(throws: SessionError.nothingToRedo) { try session.redo() }
    }

    @Test("a clear forgets the context, keeps the record, and can be undone")
    func clear() throws {
        let session = try begin()
        try session.say("hello")
        let state = session.state
        try session.clear()
        #expect(session.state == generator.freshState)
        #expect(session.turnCount == 1)
        #expect(session.contextIsEmpty)
        try session.say("again")
        #expect(session.lastTurn?.startsFresh == true)
        #expect(session.state == session.recomputedState)
        try session.undo(2)
        #expect(session.state == state)
        try session.clear()
        try session.clear()
        #expect(session.undoableSteps == 2)
    }

    @Test("a regenerated reply replaces the last one and differs in its draw")
    func regenerate() throws {
        let session = try begin()
        #expect(throws: SessionError.nothingToRegenerate) { try session.regenerate() }
        try session.say("hello")
        let first = session.turns
        try session.regenerate()
        #expect(session.turnCount == 1)
        #expect(session.turns[0].user == "hello")
        #expect(session.turns != first)
        #expect(session.state == session.recomputedState)
    }

    @Test("an interrupted reply is kept as far as it went, with the state after it")
    func interrupt() throws {
        let session = try begin()
        try session.set(.temperature(0))
        var pieces = 0
        let turn = try #require(
            try session.say("hello") { piece in
                pieces += piece.isEmpty ? 0 : 1
                return pieces < 4
            })
        #expect(turn.finishReason == .interrupted)
        #expect(session.state == session.recomputedState)
        session.close()
        let transcript = try places.store.transcript("talk")
        #expect(transcript.turns == [turn])
        let report = try Replay.verify(transcript, generator: generator)
        #expect(report.verified == 1 && report.isExact)
    }

    @Test("what was never answered is kept, told, and answered by regenerate")
    func unanswered() throws {
        let session = try begin()
        try session.say("one")
        let long = String(repeating: "two ", count: 200)
        #expect(try session.say(long) { _ in false } == nil)
        #expect(session.unanswered == long)
        #expect(session.turnCount == 1)
        session.close()
        let again = try places.store.open("talk", generator: generator)
        #expect(again.takeNotices().contains(.unanswered))
        try again.regenerate()
        #expect(again.turnCount == 2)
        #expect(again.turns[1].user == long)
        #expect(again.unanswered == nil)
        again.close()
        #expect(
            try Replay.verify(try places.store.transcript("talk"), generator: generator).verified
                == 2)
    }

    @Test("settings out of range and turns too long change nothing")
    func refusals() throws {
        let session = try begin()
        #expect(throws: SamplingError.temperature(-1)) { try session.set(.temperature(-1)) }
        #expect(throws: SamplingError.topP(0)) { try session.set(.topP(0)) }
        #expect(throws: SessionError.lengthLimit(0)) { try session.set(.lengthLimit(0)) }
        #expect(throws: SessionError.tooLong(symbols: 1 << 20, limit: Session.longestTurn)) {
            try session.say(String(repeating: "a", count: 1 << 20))
        }
        // A character that the alphabet does not have is spelled in eight symbols.
        #expect(throws: SessionError.tooLong(symbols: 16_392, limit: Session.longestTurn)) {
            try session.say(String(repeating: "🦜", count: 2_049))
        }
        #expect(try files() == [])
        #expect(throws: SamplingError.self) {
            try session.set(.temperature(.nan))
        }
    }

    @Test("a plain-text model goes on line by line")
    func plainText() throws {
        let generator = try TinyModel.generator(format: .text)
        let session = try places.store.create(
            "lines", generator: generator, settings: quickSettings)
        for i in 0..<6 {
            let turn = try #require(try session.say("line \(i)"))
            #expect(!turn.reply.contains("\n") && !turn.reply.isEmpty)
        }
        session.close()
        #expect(
            try Replay.verify(try places.store.transcript("lines"), generator: generator).verified
                == 6)
    }

    @Test("the same seed and words give the same replies; setting the seed starts over")
    func seeds() throws {
        let session = try begin(nil, saved: false)
        try session.set(.seed(5))
        try session.say("hello")
        try session.clear()
        try session.set(.seed(5))
        try session.say("hello")
        #expect(session.turns[0].reply == session.turns[1].reply)
        try session.clear()
        try session.say("hello")
        #expect(session.turns[2].reply != session.turns[1].reply)
    }
}
