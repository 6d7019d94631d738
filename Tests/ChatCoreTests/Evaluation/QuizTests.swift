import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation
import Testing

@Suite struct QuizTests {
    private let passages = (0..<40).map {
        Quiz.Passage(before: "line before \($0)", line: "a real line of number \($0)")
    }

    private func quiz(trained: Set<String> = [], seed: UInt64 = 1) throws -> Quiz {
        var sampling = SamplingSettings.text
        sampling.temperature = 1
        return Quiz(
            try TinyModel.generator(format: .text), passages: passages, trained: trained,
            settings: sampling, seed: seed)
    }

    @Test func everyPairHasALineOfEachAndTheSameSeedTheSamePairs() throws {
        var (first, second) = (try quiz(), try quiz())
        var seen: Set<String> = []
        var sides: Set<Bool> = []
        for _ in 0..<20 {
            let made = first.next()
            let pair = try #require(made)
            let same = second.next()
            #expect(pair == same)
            #expect(passages.contains(Quiz.Passage(before: pair.before, line: pair.real)))
            #expect(seen.insert(pair.real).inserted && !passages.map(\.line).contains(pair.fake))
            #expect(Quiz.lengths.contains(pair.fake.count) && pair.realBits > 0)
            sides.insert(pair.realIsFirst)
        }
        #expect(sides.count == 2)
        #expect(try quiz(seed: 2).passageCount == 40)
    }

    @Test func nothingThatTheModelReadIsShown() throws {
        var free = try quiz()
        let made = free.next()
        let pair = try #require(made)
        // What was shown before stands in the training text now.
        var held = try quiz(trained: [pair.fake, passages[3].line])
        #expect(held.passageCount == 39)
        while let next = held.next() {
            #expect(next.fake != pair.fake && next.real != passages[3].line)
        }
        var stopped = try quiz()
        #expect(stopped.next(while: { false }) == nil)
    }

    @Test func theJudgeTakesForTheModelsWhatItFindsLikelier() {
        func pair(_ realBits: Double, _ fakeBits: Double) -> Quiz.Pair {
            Quiz.Pair(
                before: "", real: "four", fake: "eight to", realBits: realBits,
                fakeBits: fakeBits, realIsFirst: true)
        }
        // Per character: 5 and 9 of them, the end counted.
        #expect(pair(11, 18).isRightByOdds && !pair(9, 18).isRightByOdds)
    }

    @Test func aChainWritesOnlyPairsThatItRead() throws {
        let lines = ["the dog", "the cat", "a dot"]
        let pairs = Set(
            lines.flatMap { zip("^" + $0, $0 + "$").map { "\($0)\($1)" } })
        let chain = CharacterChain(lines)
        var random = RandomStream(seed: 3)
        var drawn: Set<String> = []
        for _ in 0..<200 {
            let line = chain.line(limit: 40, random: &random)
            drawn.insert(line)
            if line.count < 40 {
                #expect(zip("^" + line, line + "$").allSatisfy { pairs.contains("\($0)\($1)") })
            }
        }
        #expect(drawn.count > 10)
        #expect(CharacterChain([String]()).line(limit: 9, random: &random).isEmpty)
    }

    @Test(arguments: [(7, 10, 0.397, 0.892), (0, 10, 0, 0.278), (10, 10, 0.722, 1)])
    func theIntervalIsWilsons(right: Int, of: Int, low: Double, high: Double) throws {
        let interval = try #require(Interval.ofShare(.init(right: right, of: of)))
        #expect(abs(interval.low - low) < 1e-3 && abs(interval.high - high) < 1e-3)
        #expect(Interval.ofShare(.init()) == nil)
    }

    // MARK: - What comes with charchat

    private static let file = ShippedLessons.folder.deletingLastPathComponent()
        .appendingPathComponent("Sources/ChatREPL/Resources/quiz.tsv")

    /// Replies that begin dialogues, with what was said before.
    private func firsts(
        _ lessons: LessonFolder, _ split: LessonSplit, _ count: Int, seed: UInt64
    ) -> [Quiz.Passage] {
        var source = LessonSource(lessons, seed: seed, split: split)
        return (0..<count).compactMap { _ in
            source.nextAnnotated().turns.first.map {
                Quiz.Passage(before: $0.user, line: $0.reply)
            }
        }
    }

    @Test(
        "the shipped pairs are of names that training does not have (RECORD_GOLDENS=1 draws them)")
    func shippedPairs() throws {
        let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"
        let lessons = try ShippedLessons.load()
        var training = LessonSource(lessons, seed: 1)
        var known: Set<String> = []
        for _ in 0..<(isRecording ? 20_000 : 500) {
            known.formUnion(training.nextAnnotated().turns.map(\.reply))
        }
        if isRecording {
            var kept: [Quiz.Passage] = []
            for inKorean in [false, true] {
                var seen: Set<String> = []
                kept += firsts(lessons, .heldOutNames, 8_000, seed: 0x9012).filter { passage in
                    Hangul.occurs(in: passage.line) == inKorean
                        && Quiz.lengths.contains(passage.line.count)
                        && !known.contains(passage.line) && seen.insert(passage.line).inserted
                        && !"\(passage)".contains("\t")
                }.prefix(150)
            }
            let text = kept.map { "\($0.before)\t\($0.line)\n" }.joined()
            try Data(text.utf8).write(to: Self.file)
        }
        let pairs = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t").map(String.init) }
        #expect(pairs.count >= 200 && pairs.allSatisfy { $0.count == 2 })
        #expect(pairs.allSatisfy { $0.count == 2 && Quiz.lengths.contains($0[1].count) })
        #expect(known.isDisjoint(with: pairs.map { $0[1] }))
    }
}
