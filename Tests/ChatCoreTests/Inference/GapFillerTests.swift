import ChatCore
import Testing

@Suite struct GapFillerTests {
    @Test(
        arguments: [
            ("one ____ three", ["one ", " three"]), ("____", ["", ""]), ("a __ b", ["a __ b"]),
            ("a ______ b ____", ["a ", " b ", ""]), ("", [""]), ("___", ["___"]),
        ])
    func fourUnderscoresAreAGap(text: String, parts: [String]) {
        #expect(GapFiller.parts(of: text) == parts)
    }

    /// A tiny model of text with random weights, which learned nothing and fills as it can.
    private func filler(limit: Int) throws -> GapFiller {
        let model = try TinyModel.make(format: .text, cell: .gru)
        return GapFiller(model: model, settings: .text, limit: limit)
    }

    @Test func whatIsGivenStaysAndGapsAreFilledWithinTheLimit() throws {
        let filler = try filler(limit: 20)
        let text = "ab____ba____a"
        let pieces = filler.fill(text, seed: 5) { _ in true }
        #expect(pieces.filter { !$0.isMade }.map(\.text) == ["ab", "ba", "a"])
        for piece in pieces where piece.isMade { #expect(piece.text.unicodeScalars.count <= 20) }
        #expect(pieces == filler.fill(text, seed: 5) { _ in true }, "the same seed, the same text")
        var heard = ""
        _ = filler.fill(text, seed: 5) {
            heard += $0.text
            return true
        }
        #expect(heard == pieces.map(\.text).joined())
    }

    @Test func aTextWithoutAGapGoesOnAtBothEnds() throws {
        let pieces = try filler(limit: 10).fill("abba", seed: 1) { _ in true }
        #expect(pieces.contains(GapFiller.Piece(text: "abba", isMade: false)))
        #expect(pieces.last?.isMade == true)
    }

    @Test func itStopsWhenItIsTold() throws {
        var count = 0
        let pieces = try filler(limit: 1_000).fill("ab____", seed: 1) { _ in
            count += 1
            return count < 3
        }
        #expect(count == 3 && pieces.count == 2)
    }

    @Test func onlyAModelThatLearnedItKnowsHow() throws {
        let plain = try TinyModel.make(format: .text, cell: .gru)
        #expect(!TextFill.isKnown(to: plain))
        var record = TrainingRecord()
        record.fill = 0.25
        let taught = try ChatModel(
            network: plain.network, alphabet: plain.alphabet, format: .text, training: record)
        #expect(TextFill.isKnown(to: taught))
    }
}
