import ChatCore
import Foundation
import Testing

@Suite("Replies that end before a text")
struct StoppedReplyTests {
    /// The first place of one text in another, in scalars.
    private func place(_ text: [Unicode.Scalar], in whole: [Unicode.Scalar]) -> Int? {
        whole.indices.first { whole[$0...].starts(with: text) }
    }

    private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    @Test(
        "what comes before it is shown, kept and proved, and nothing else",
        arguments: [CorpusFormat.dialogue, .text])
    func anyPlace(format: CorpusFormat) throws {
        for seed in UInt64(1)...4 {
            let generator = try TinyModel.generator(format: format, seed: seed)
            let usual = try Session(generator: generator, settings: quickSettings)
            let whole = Array(try usual.say("hello")?.reply.unicodeScalars ?? "".unicodeScalars)
            for start in whole.indices {
                let stop = Array(whole[start..<min(start + 2, whole.count)])
                let end = try #require(place(stop, in: whole))
                let session = try Session(generator: generator, settings: quickSettings)
                session.stops = ["never in it", string(stop)]
                var shown = ""
                let turn = try session.say("hello") { piece in
                    shown += piece
                    return true
                }
                let expected = string(whole[..<end])
                #expect(shown == expected)
                guard end > 0 else {
                    #expect(turn == nil && session.unanswered == "hello")
                    continue
                }
                #expect(turn?.reply == expected && turn?.finishReason == .interrupted)
                #expect(turn?.endedByStop == true)
                let transcript = try #require(try session.transcript())
                let report = try Replay.verify(transcript, generator: generator)
                #expect(report.isExact && report.verified == 1 && report.interrupted == 1)
                var state = generator.freshState
                generator.read(user: "hello", reply: expected, state: &state)
                #expect(session.state == state)
            }
        }
    }

    @Test("a reply that was stopped goes on, and what only looks like a stop is shown")
    func goesOn() throws {
        let generator = try TinyModel.generator()
        let usual = try Session(generator: generator, settings: quickSettings)
        let whole = try #require(try usual.say("hello")?.reply)
        let session = try Session(generator: generator, settings: quickSettings)
        session.stops = [whole + "more"]
        var shown = ""
        let turn = try session.say("hello") { piece in
            shown += piece
            return true
        }
        #expect(turn == usual.lastTurn && shown == whole)
        let broken = try Session(generator: generator, settings: quickSettings)
        let cut = try broken.say("hello") { $0.isEmpty }
        #expect(cut?.endedByStop != true)
        session.stops = [String(whole.suffix(1))]
        guard let stopped = try session.regenerate(), stopped.finishReason == .interrupted else {
            return
        }
        session.stops = []
        let rest = try #require(try session.continueReply())
        #expect(rest.reply.hasPrefix(stopped.reply))
        let transcript = try #require(try session.transcript())
        #expect(try Replay.verify(transcript, generator: generator).isExact)
    }

    @Test("a reply that was stopped at a character of it begins with what was said before")
    func continuing() throws {
        let generator = try TinyModel.generator()
        let usual = try Session(generator: generator, settings: quickSettings)
        let whole = Array(try #require(try usual.say("hello")?.reply).unicodeScalars)
        // One that stands for itself and is not the first.
        let stop = try #require(whole.first { $0 != whole.first && Normalization.isInert($0) })
        let session = try Session(generator: generator, settings: quickSettings)
        session.stops = [string([stop])]
        let stopped = try #require(try session.say("hello"))
        #expect(stopped.finishReason == .interrupted)
        let said = Array(stopped.reply.unicodeScalars)
        #expect(said == Array(whole.prefix { $0 != stop }))
        session.stops = []
        let rest = try #require(try session.continueReply())
        #expect(rest.reply.unicodeScalars.starts(with: said))
        #expect(rest.reply.unicodeScalars.count > said.count)
        let transcript = try #require(try session.transcript())
        #expect(try Replay.verify(transcript, generator: generator).isExact)
    }
}
