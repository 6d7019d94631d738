import ChatCore
import ChatCorpus
import ChatEvaluation
import Testing

@Suite struct TextSegmentationTests {
    /// The stream that infants heard (Saffran, Aslin and Newport 1996): four words of three syllables in
    /// any order, here with spaces.
    static func stream(
        of words: [String] = ["tupiro", "golabu", "bidaku", "padoti"], lines: Int,
        wordsInALine: Int, seed: UInt64
    ) -> [String] {
        var random = RandomStream(seed: seed)
        return (0..<lines).map { _ in
            (0..<wordsInALine).map { _ in words[random.index(below: words.count)] }
                .joined(separator: " ")
        }
    }

    @Test func aLineWithoutSpacesRemembersWhereTheyStood() {
        let line = SpacelessLine("  the dog\u{3000}and 개가  ")
        #expect(line.text == "thedogand개가" && line.wordStarts == [3, 6, 9])
        #expect(SpacelessLine(" \t").characters.isEmpty && SpacelessLine("").wordStarts.isEmpty)
        #expect(SpacelessLine("\u{1112}\u{1161}\u{11AB} a").text == "한a")
    }

    @Test func cutsAreMadeAtPeaksAndWhereValuesRise() {
        let line = Array("abcdefg")
        #expect(WordCuts.peaks([9, 1, 4, 1, 2, 1, 5], in: line) == [2, 4, 6])
        #expect(WordCuts.rises([9, 1, 4, 1, 2, 1, 5], by: 1, in: line) == [2, 6])
        #expect(WordCuts.peaks([9, 1, 4, 4, 1], in: Array("abcde")) == [2])
        // Rising all the way there is one peak, and the first character is never cut off.
        #expect(WordCuts.peaks([1, 2, 3, 4], in: Array("abcd")) == [3])
        #expect(WordCuts.rises([1, 2, 3, 4], by: 0.5, in: Array("abcd")) == [1, 2, 3])
        #expect(WordCuts.peaks([1, 5, 1, 5], in: Array("a.(b")) == [3])
        for values in [[], [5], [.nan, .nan, .nan]] as [[Double]] {
            let line = values.map { _ in Character("x") }
            #expect(WordCuts.peaks(values, in: line).isEmpty)
            #expect(WordCuts.rises(values, by: 0, in: line).isEmpty)
        }
    }

    @Test func theScoreIsThatOfTheBoundaries() {
        var score = CutScore()
        #expect(score.precision == 0 && score.recall == 0 && score.f1 == 0)
        score.add(cuts: [1, 2, 3, 4], spaces: [2, 9])
        score.add(cuts: [], spaces: [5])
        #expect(score.precision == 0.25 && score.recall == 1 / 3.0)
        let harmonic =
            2 * score.precision * score.recall / (score.precision + score.recall)
        #expect(abs(score.f1 - harmonic) < 1e-12)
    }

    @Test func transitionProbabilitiesFindTheWordsThatInfantsFind() throws {
        // A syllable is one character here.
        let lines = Self.stream(
            of: ["투피로", "골라부", "비다쿠", "파도티"], lines: 40, wordsInALine: 8, seed: 1
        ).map(SpacelessLine.init)
        let none = lines.map { line in
            let zeros = line.characters.map { _ in 0.0 }
            return TextSegmentation.Costs(bits: zeros, entropy: zeros)
        }
        let segmentation = TextSegmentation(lines, costs: none, pairsOf: lines)
        #expect(segmentation.transitions.recall > 0.95, "\(segmentation.transitions)")
        #expect(segmentation.transitions.f1 > 0.9)
        // A model that is surprised by nothing cuts nothing.
        #expect(segmentation.model.cuts == 0 && segmentation.chance.cuts == 0)
        #expect(segmentation.lines[0].words == [lines[0].text])
    }

    @Test func asManyCutsAtRandomAreMadeAsTheModelMakes() {
        let lines = Self.stream(lines: 60, wordsInALine: 8, seed: 2).map(SpacelessLine.init)
        let sure = lines.map { line in
            let bits = line.characters.indices.map { line.wordStarts.contains($0) ? 5.0 : 0.5 }
            return TextSegmentation.Costs(bits: bits, entropy: bits)
        }
        let segmentation = TextSegmentation(lines, costs: sure, pairsOf: lines)
        #expect(segmentation.model.f1 == 1)
        #expect(segmentation.lines[0].words.joined(separator: " ").count == 8 * 7 - 1)
        let cuts = segmentation.chance.cuts / Double(TextSegmentation.chanceSeeds)
        #expect(abs(cuts / segmentation.model.cuts - 1) < 0.1)
        // Seven spaces to 47 places.
        #expect(abs(segmentation.chance.precision - 7 / 47.0) < 0.02)
    }

    @Test func readingCanBeStopped() throws {
        let lines = Self.stream(lines: 20, wordsInALine: 8, seed: 3).map(SpacelessLine.init)
        let alphabet = Alphabet(scalars: "abdgiklopRrtu\n".unicodeScalars)
        let model = try ChatModel(
            network: TinyModels.model("gru", symbolCount: alphabet.count), alphabet: alphabet,
            format: .text)
        #expect(TextSegmentation(lines, model: model) { _ in false } == nil)
        let whole = try #require(TextSegmentation(lines, model: model))
        #expect(whole.lines.map(\.bits.count) == lines.map(\.characters.count))
        #expect(whole.lines.allSatisfy { $0.bits.allSatisfy { $0 > 0 } })
    }
}
