import ChatCore
import Foundation
import Testing

@Suite struct TurnPlaceTests {
    private let places: TemporaryPlaces
    private let generator: ReplyGenerator

    init() throws {
        places = try TemporaryPlaces()
        generator = try TinyModel.generator()
    }

    private func session(_ name: String) throws -> Session {
        try places.store.create(name, generator: generator, settings: quickSettings)
    }

    @Test func `The place of a reply is known while it is made, and names its turn for good`()
        throws
    {
        let session = try session("a")
        var promised: TurnPlace?
        for text in ["one", "two", "three"] {
            try session.say(text) { _ in
                promised = session.nextPlace
                return true
            }
            #expect(promised != nil)
            #expect(session.lastPlace == promised)
            #expect(session.nextPlace == nil)
        }
        let second = try #require(session.place(ofTurn: 2))
        #expect(session.turn(atLine: second.line)?.user == "two")
        try session.set(.temperature(0.5))
        try session.say("four")
        session.close()
        let transcript = try places.store.transcript("a")
        #expect(transcript.place(ofTurn: 2) == second)
        #expect(transcript.turn(atLine: second.line)?.user == "two")
        #expect(transcript.place(ofTurn: 5) == nil)
        #expect(transcript.place(ofTurn: 0) == nil)
        #expect(transcript.turn(atLine: second.line + 1) == nil)
        #expect(transcript.time(ofLine: second.line)?.hasSuffix("Z") == true)
        #expect(transcript.settings(atLine: second.line).sampling.temperature == 0.9)
        let last = try #require(transcript.place(ofTurn: 4))
        #expect(transcript.settings(atLine: last.line).sampling.temperature == 0.5)
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\n\n", "\r \r"])
    func `The time of a reply is read whatever the line ends`(lineEnd: String) throws {
        let session = try session("a")
        try session.say("one")
        try session.say("two")
        session.close()
        let url = try places.store.url("a")
        let whole = try Transcript(url)
        let saved = String(decoding: try Data(contentsOf: url), as: UTF8.self)
            .replacing("\n", with: lineEnd)
        try Data(saved.utf8).write(to: url)
        let again = try Transcript(url)
        for turn in 1...2 {
            let before = try #require(whole.place(ofTurn: turn))
            let after = try #require(again.place(ofTurn: turn))
            let time = again.time(ofLine: after.line)
            #expect(time != nil && time == whole.time(ofLine: before.line))
        }
    }

    @Test func `A turn that was taken back stands nowhere, and is in the tree`() throws {
        let session = try session("a")
        try session.say("one")
        try session.say("two")
        let place = try #require(session.lastPlace)
        try session.undo()
        #expect(session.turn(atLine: place.line) == nil)
        try session.say("three")
        let transcript = try #require(try session.transcript())
        #expect(transcript.tree.map { $0.turn?.user } == [nil, "one", "two", "three"])
        #expect(transcript.tree.map(\.stands) == [true, true, false, true])
        #expect(transcript.tree.map(\.parent) == [nil, 0, 1, 1])
        #expect(transcript.tree[2].place == place)
    }

    @Test func `Fewer states are kept where that is asked, and all come back bit for bit`() throws {
        let session = try session("a")
        for turn in 0..<40 { try session.say("turn \(turn % 7)") }
        let states = try (0...40).map { try session.state(afterTurn: $0) }
        let before = session.memoryInUse
        session.limitStates(recent: 3, older: 5)
        #expect(session.memoryInUse < before)
        for number in [40, 3, 17, 39, 0, 28] {
            #expect(try session.state(afterTurn: number) == states[number])
        }
        try session.say("more")
        #expect(session.state == session.recomputedState)
    }

    @Test func `A session goes on through another engine of its model, and through no other's`()
        throws
    {
        let (one, other) = (try session("a"), try session("b"))
        try one.say("hello")
        try other.say("hello")
        try other.use(ReplyGenerator(model: generator.model))
        #expect(try one.say("again")?.reply == other.say("again")?.reply)
        let stranger = try TinyModel.generator(seed: 2)
        #expect(throws: SessionError.self) { try one.use(stranger) }
    }

    @Test func `Messages become a session, and the last one is answered when asked`() throws {
        let name = try places.store.importMessages(
            [
                Message(role: .user, content: "a"), Message(role: .assistant, content: "b"),
                Message(role: .user, content: "c"),
            ], as: "given", model: generator.model)
        let session = try places.store.open(name, generator: generator)
        #expect(session.unanswered == "c")
        try session.regenerate()
        #expect(session.turns.map(\.origin) == [.imported, .generated])
    }

    @Test func `Each symbol is weighed before its text is emitted, its end included`() throws {
        var state = generator.freshState
        var random = RandomStream(seed: 3)
        var weighed: [Symbol] = []
        let reply = try #require(
            generator.reply(
                to: "hello", state: &state, random: &random, settings: .greedy, lengthLimit: 50,
                weigh: { logits, symbol in
                    #expect(logits.count == generator.model.alphabet.count)
                    weighed.append(symbol)
                }))
        #expect(weighed.count == reply.symbolCount + (reply.finishReason == .complete ? 1 : 0))
        #expect(generator.model.alphabet.decode(weighed.prefix(reply.symbolCount)) == reply.text)
    }
}
