import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What no chat can have been, one case each.
extension ProofTests {
    @Test("a reply to one question cannot stand as a new answer to another")
    func falseRegenerate() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        var naive = NaiveConversation(settings)
        func add(_ line: [String: Any]) throws {
            foreign.add(line)
            try naive.apply(line)
        }
        func answer(_ draw: UInt64) throws -> [String: Any] {
            let made = try #require(reply(naive, regenerated: false, draw: draw))
            return [
                "role": "assistant", "content": made.text, "draw": draw,
                "ended": made.finishReason.rawValue, "symbols": made.symbolCount,
            ]
        }
        try add(["role": "user", "content": "who pays?"])
        try add(answer(0))
        try add(["role": "user", "content": "who is kind?"])
        var last = try answer(1)
        last["event"] = "regenerate"
        foreign.add(last)
        let error = #expect(throws: TranscriptError.self) {
            try Transcript(foreign.bytes, path: "f")
        }
        #expect(error?.description.contains("line 5") == true)
        #expect(error?.description.contains("waits for an answer") == true)
    }

    @Test(
        "a field that stands twice is refused, however it is spelled",
        arguments: [
            #"{"content":"a","content":"b","previous":"P","role":"user"}"#,
            #"{"content":"a","con\u0074ent":"b","previous":"P","role":"user"}"#,
            #"{"event":"fork","parent":{"hash":"P","name":"a","name":"b","turn":0},"previous":"P"}"#,
        ])
    func duplicateKeys(_ line: String) throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        let header = foreign.bytes.dropLast()
        let hash = Transcript.hash(ofLine: Data(header))
        foreign.add(line: Data(line.replacing("P", with: hash).utf8))
        let error = #expect(throws: TranscriptError.self) {
            try Transcript(foreign.bytes, path: "f")
        }
        #expect(error?.description.contains("twice") == true)
        #expect(throws: CorpusError.self) { try training(foreign.bytes) }
    }

    @Test("a fork that names another line or turn is refused")
    func falseForks() throws {
        for parent in [
            ["hash": "0", "name": "a", "turn": 0], ["hash": "P", "name": "a", "turn": 1],
        ] as [[String: Any]] {
            var foreign = ForeignTranscript(model: generator.model, settings: settings)
            let hash = Transcript.hash(ofLine: Data(foreign.bytes.dropLast()))
            var parent = parent
            if parent["hash"] as? String == "P" { parent["hash"] = hash }
            foreign.add(["event": "fork", "parent": parent])
            let error = #expect(throws: TranscriptError.self) {
                try Transcript(foreign.bytes, path: "f")
            }
            #expect(error?.description.contains("it forks after") == true)
        }
    }

    @Test("a session that was left is sealed, and a cut tail is seen")
    func seal() throws {
        let session = try places.store.create("a", generator: generator, settings: settings)
        try session.say("one")
        try session.say("two")
        session.close()
        let url = try places.store.url("a")
        let whole = try Data(contentsOf: url)
        let report = try Replay.verify(try Transcript(url), generator: generator)
        #expect(report.isClosed && report.verified == 2)
        let lines = whole.split(separator: UInt8(ascii: "\n"))
        for kept in 1..<lines.count {
            let cut =
                Data(lines.prefix(kept).joined(separator: [UInt8(ascii: "\n")])) + Data("\n".utf8)
            #expect(try !Replay.verify(Transcript(cut, path: "f"), generator: generator).isClosed)
        }
        // Looking adds nothing, going on adds another seal.
        try places.store.open("a", generator: generator).close()
        #expect(try Data(contentsOf: url) == whole)
        let again = try places.store.open("a", generator: generator)
        try again.say("three")
        try again.fork(as: "b").close()
        again.close()
        for name in ["a", "b"] { #expect(try places.store.transcript(name).isClosed) }
    }

    @Test("random streams that were left out are told")
    func skippedDraws() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        var naive = NaiveConversation(settings)
        for draw: UInt64 in [0, 3] {
            let said: [String: Any] = ["role": "user", "content": "hi"]
            foreign.add(said)
            try naive.apply(said)
            let made = try #require(reply(naive, regenerated: false, draw: draw))
            let line: [String: Any] = [
                "role": "assistant", "content": made.text, "draw": draw,
                "ended": made.finishReason.rawValue, "symbols": made.symbolCount,
            ]
            foreign.add(line)
            try naive.apply(line)
        }
        let report = try Replay.verify(
            Transcript(foreign.bytes, path: "f"), generator: generator)
        #expect(report.isExact && report.skippedDraws == [5])
    }

    @Test("nothing is proved where no reply was generated")
    func nothing() throws {
        var foreign = ForeignTranscript(model: generator.model, settings: settings)
        func report() throws -> Replay.Report {
            try Replay.verify(Transcript(foreign.bytes, path: "f"), generator: generator)
        }
        #expect(try !report().provesSomething)
        foreign.add(["role": "user", "content": "hi"])
        foreign.add(["role": "assistant", "content": "ho", "origin": "imported"])
        #expect(try !report().provesSomething)
    }
}
