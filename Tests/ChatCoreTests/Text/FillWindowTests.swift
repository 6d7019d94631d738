import ChatCore
import ChatCorpus
import ChatTraining
import Testing

/// Windows of which some lanes learn to fill a gap.
@Suite struct FillWindowTests {
    private static let text =
        String((0..<600).map { Character(["a", "b", "c", " "][$0 * $0 % 4]) })
        + String((0..<600).map { Character("\($0 % 10)") })

    private func corpus() -> EncodedCorpus {
        EncodedCorpus(text: Self.text, alphabet: Alphabet(scalars: Self.text.unicodeScalars))
    }

    /// What one lane reads over several windows.
    private func lane(
        _ index: Int, of source: inout FillWindows, windows: Int
    ) throws -> [(input: Int32, target: Int32, weight: Float, reset: Bool)] {
        var read: [(input: Int32, target: Int32, weight: Float, reset: Bool)] = []
        var window = TrainingWindow(batch: source.batch, time: source.time)
        for _ in 0..<windows {
            try source.next(into: &window)
            for t in 0..<source.time {
                let i = t * source.batch + index
                read.append(
                    (window.inputs[i], window.targets[i], window.weights[i], window.resets[i]))
            }
        }
        return read
    }

    @Test func aPieceIsReadWithItsEndFirstAndOnlyTheRestCounts() throws {
        let corpus = corpus()
        var source = try FillWindows(corpus: corpus, batch: 4, time: 64, seed: 1, share: 0.25)
        let read = try lane(3, of: &source, windows: 40)
        #expect(read[0].reset && read[0].input == Int32(Alphabet.userMark))
        // Whole pieces: from one reset to the next.
        let starts = read.indices.filter { read[$0].reset }
        #expect(starts.count > 5)
        for (start, end) in zip(starts, starts.dropFirst()) {
            let symbols = read[start..<end].map { Symbol($0.input) }
            #expect(read[end - 1].target == Int32(Alphabet.endMark))
            let middle = try #require(symbols.firstIndex(of: Alphabet.assistantMark))
            let after = corpus.alphabet.decode(Array(symbols[1..<middle]))
            let before = corpus.alphabet.decode(Array(symbols[(middle + 1)...]))
            #expect(Self.text.contains(before + after), "a piece of the text, cut in two")
            for i in start..<end {
                #expect(read[i].weight == (i - start < middle ? 0 : 1))
                if i + 1 < end { #expect(read[i].target == read[i + 1].input) }
            }
        }
    }

    @Test func theOtherLanesReadTheTextAsEver() throws {
        let corpus = corpus()
        var source = try FillWindows(corpus: corpus, batch: 4, time: 16, seed: 1, share: 0.25)
        var plain = try TextWindows(corpus: corpus, batch: 3, time: 16)
        var window = TrainingWindow(batch: 4, time: 16)
        var expected = TrainingWindow(batch: 3, time: 16)
        for _ in 0..<30 {
            try source.next(into: &window)
            try plain.next(into: &expected)
            for t in 0..<16 {
                for lane in 0..<3 {
                    #expect(window.inputs[t * 4 + lane] == expected.inputs[t * 3 + lane])
                    #expect(window.targets[t * 4 + lane] == expected.targets[t * 3 + lane])
                    #expect(window.resets[t * 4 + lane] == expected.resets[t * 3 + lane])
                }
            }
        }
    }

    @Test func itGoesOnWhereItStopped() throws {
        var source = try FillWindows(corpus: corpus(), batch: 4, time: 50, seed: 3, share: 0.5)
        var window = TrainingWindow(batch: 4, time: 50)
        for _ in 0..<7 { try source.next(into: &window) }
        var again = try FillWindows(corpus: corpus(), batch: 4, time: 50, seed: 3, share: 0.5)
        try again.restore(source.position)
        var other = window
        for _ in 0..<7 {
            try source.next(into: &window)
            try again.next(into: &other)
            #expect(window == other)
        }
        var text = try TextWindows(corpus: corpus(), batch: 4, time: 50)
        #expect(throws: CorpusError.self) { try text.restore(source.position) }
        #expect(throws: CorpusError.self) { try again.restore(text.position) }
    }

    @Test func aTextThatIsNoLongerThanAPieceIsRefused() {
        let short = String(Self.text.prefix(256))
        #expect(throws: CorpusError.self) {
            try FillWindows(
                corpus: EncodedCorpus(
                    text: short, alphabet: Alphabet(scalars: short.unicodeScalars)), batch: 2,
                time: 16, seed: 1, share: 0.5)
        }
    }
}
