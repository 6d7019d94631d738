import ChatCore
import ChatEvaluation
import ChatSearch
import Foundation
import Testing

@Suite("A tour shows what the library computes")
struct TourTests {
    @Test(
        "the odds and the vectors are the model's, whatever its cells", arguments: CellKind.allCases
    )
    func numbers(cell: CellKind) throws {
        let generator = try TinyModel.generator(cell: cell)
        let model = generator.model
        let tour = try #require(try Tour("Hi there", generator: generator, search: nil))
        #expect(tour.character == "H" && tour.symbols == model.alphabet.encode("H"))
        var state = generator.freshState
        var logits: [Float] = []
        for symbol in [Alphabet.userMark] + tour.symbols {
            generator.engine.step(symbol, state: &state, logits: &logits)
        }
        let shares = Surprisal.probabilities(logits)
        #expect(tour.next.map(\.share) == Array(shares.sorted(by: >).prefix(5)))
        #expect(tour.next.allSatisfy { $0.share == shares[Int($0.symbol)] })
        let width = model.network.configuration.embeddingSize
        let table = try #require(model.network.parameters["embedding.weight"])
        let scale = model.network.configuration.embeddingScale
        let row = table.dropFirst(Int(tour.symbols[0]) * width).prefix(width).map { $0 * scale }
        #expect(tour.vectors == [row])
        #expect(tour.nearest.count == 3 && !tour.nearest.contains(tour.symbols[0]))
        #expect(tour.change.parts.count == 1 && tour.change.parts[0].difference > 0)
        #expect(tour.found == nil)
    }

    @Test("replies are those of sessions with the same seed and temperature")
    func drawings() throws {
        let generator = try TinyModel.generator()
        let tour = try #require(try Tour("Hi there", generator: generator, search: nil))
        #expect(tour.drawings.map(\.temperature) == [0, 0.2, 1, 1])
        for drawing in tour.drawings {
            let sampling = SamplingSettings(temperature: drawing.temperature)
            let session = try Session(
                generator: generator,
                settings: SessionSettings(sampling: sampling, seed: drawing.seed))
            #expect(try session.say("Hi there")?.reply == drawing.reply)
        }
        #expect(tour.written.map(\.character).joined() == tour.drawings[1].reply)
        #expect(tour.written.reduce(0) { $0 + $1.bits } < tour.writtenBits)
        let first = try #require(tour.beginnings.first)
        #expect(first.shares[0] == 1 && first.shares[1] >= first.shares[2])
        #expect(tour.beginnings.allSatisfy { generator.canBegin(with: $0.symbol) })
    }

    @Test("what is told and asked is a session that is proved")
    func conversation() throws {
        let generator = try TinyModel.generator()
        let tour = try #require(try Tour("Hi there", generator: generator, search: nil))
        let talk = tour.conversation
        let session = try Session(
            generator: generator, settings: SessionSettings(sampling: .greedy))
        #expect(try session.say("My name is Ada.")?.reply == talk.answer)
        var before = session.state
        #expect(try session.say("What is my name?")?.reply == talk.withSession)
        var fresh = generator.freshState
        func bits(_ state: inout RecurrentState) -> Double {
            Surprisal.reply(
                talk.withSession, to: talk.asked, state: &state, generator: generator
            ).bits
        }
        #expect(bits(&before) == talk.bitsWithSession && bits(&fresh) == talk.bitsFresh)
        #expect(tour.proof.report.isExact && tour.proof.report.verified == 2)
        #expect(tour.proof.lines == 5 && tour.proof.hash.count == 64)
        let korean = try #require(try Tour("안녕", generator: generator, search: nil))
        #expect(korean.conversation.asked == "제 이름이 뭐예요?")
    }

    @Test("a model of plain text is told nothing")
    func text() throws {
        let generator = try TinyModel.generator(format: .text)
        let tour = try #require(try Tour("Once", generator: generator, search: nil))
        #expect(tour.conversation.told == "Once" && tour.conversation.asked == "Once")
        #expect(tour.openingCount == 5)
        let line = try #require(generator.closing.first)
        #expect(!tour.beginnings.map(\.symbol).contains(line))
        #expect(tour.proof.report.isExact)
    }

    @Test("search finds the same before and after something was told")
    func search() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("pairs.tsv", "capital of Spain\tMadrid\n")
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        let generator = try TinyModel.generator()
        let tour = try #require(try Tour("capital of Spain", generator: generator, search: index))
        let found = try #require(tour.found)
        #expect(found.map(\.question) == ["capital of Spain", "What is my name?"])
        #expect(found[0].answer == "Madrid" && found[0].entry == "capital of Spain")
        #expect(found[1].entry == nil && found.allSatisfy { $0.isTheSameAfterTelling })
    }

    @Test("it stops when it is told to, and a character may be of many symbols")
    func ends() throws {
        let generator = try TinyModel.generator()
        for limit in [0.0, 0.3, 0.7, 0.95] {
            let tour = try Tour("Hi", generator: generator, search: nil) { $0 < limit }
            #expect(tour == nil)
        }
        #expect(try Tour("", generator: generator, search: nil) == nil)
        let family = try #require(try Tour("👩‍👧 ", generator: generator, search: nil))
        #expect(family.symbols.count > 8 && family.vectors.count == family.symbols.count)
        let korean = try TinyModel.make(letters: TinyModel.korean)
        #expect(Hangul.occurs(in: Tour.usualMessage(for: korean)))
        #expect(!Hangul.occurs(in: Tour.usualMessage(for: generator.model)))
    }
}
