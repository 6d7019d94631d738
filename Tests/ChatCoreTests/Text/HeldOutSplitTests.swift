import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

/// What is held out of a corpus, how pairs are joined and lists shuffled.
@Suite struct HeldOutSplitTests {
    private func pairs(_ count: Int) -> EncodedCorpus {
        let dialogues = (0..<count).map {
            Dialogue(exchanges: [("question \($0)?", "answer \($0).")])
        }
        var counts = ScalarCounts()
        for dialogue in dialogues { counts.add(dialogue) }
        return EncodedCorpus(dialogues: dialogues, alphabet: counts.alphabet())
    }

    private func text(_ text: String) -> EncodedCorpus {
        var counts = ScalarCounts()
        counts.add(text)
        return EncodedCorpus(text: text, alphabet: counts.alphabet())
    }

    @Test func dialoguesHeldOutAreASampleThatTheSeedDraws() throws {
        let corpus = pairs(200)
        let split = try corpus.split(validation: 0.1, from: .spread, seed: 5)
        let held = try split.validation.exchanges().map { $0[0] }
        let trained = try split.training.exchanges().map { $0[0] }
        #expect(held.count == 20 && trained.count == 180)
        #expect(Set(held + trained).count == 200)
        #expect(held != (180..<200).map { "question \($0)?|answer \($0)." })
        #expect(
            try corpus.split(validation: 0.1, from: .spread, seed: 5).validation.exchanges().map {
                $0[0]
            } == held)
        #expect(
            try corpus.split(validation: 0.1, from: .spread, seed: 6).validation.exchanges().map {
                $0[0]
            } != held)
    }

    @Test func textHeldOutIsSpansOverAllOfItAndNothingIsLost() throws {
        let whole = (0..<30_000).map { "line \($0) 가나\n" }.joined()
        let corpus = text(whole)
        let split = try corpus.split(validation: 0.1, from: .spread, seed: 1)
        #expect(split.validation.spanCount == 16)
        #expect(split.training.count + split.validation.count == corpus.count)
        let held = try split.validation.text()
        #expect(!held.unicodeScalars.contains("\u{FFFD}"))
        let numbers = held.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(numbers.min().map { $0 < 2_000 } == true)
        #expect(numbers.max().map { $0 > 28_000 } == true)
        let sampled = try #require(try? TrainingData(corpus, validation: 0.1).heldOut)
        #expect(sampled.contains("16 spans"))
        // A part of a part is still the text.
        let again = try split.training.split(validation: 0.5, from: .spread, seed: 2)
        #expect(again.training.count + again.validation.count == split.training.count)
    }

    @Test func aSmallCorpusOfPairsIsTrainedWholeUnlessTold() throws {
        #expect(
            try TrainingData(pairs(50), validation: nil).heldOut?.hasPrefix("All 50 pairs") == true)
        let none = try TrainingData(pairs(50), validation: 0)
        #expect(none.keepsLast && none.heldOut?.contains("last weights") == true)
        let some = try TrainingData(pairs(50), validation: 0.1)
        #expect(some.heldOut?.contains("5 of 50 dialogues") == true)
    }

    @Test func joinedPairsAreEachReadOnceAnEpochAndGoOnWhereTheyWere() throws {
        let corpus = pairs(40)
        func read(_ windows: inout DialogueWindows, _ count: Int) throws -> [Int32] {
            var window = TrainingWindow(batch: 1, time: 50)
            var inputs: [Int32] = []
            for _ in 0..<count {
                try windows.next(into: &window)
                inputs += window.inputs
            }
            return inputs
        }
        var windows = try DialogueWindows(corpus: corpus, batch: 1, time: 50, seed: 3, joins: true)
        let epoch = try read(&windows, corpus.count / 50 + 1).prefix(corpus.count)
        let said = corpus.alphabet.decode(epoch.map { Symbol($0) })
        for number in 0..<40 { #expect(said.contains("answer \(number).")) }
        // Some questions are read as written, others as somebody else might type them.
        let written = (0..<40).count { said.contains("question \($0)?") }
        #expect((5...35).contains(written), "\(written)")
        let place = windows.position
        let next = try read(&windows, 20)
        var other = try DialogueWindows(corpus: corpus, batch: 1, time: 50, seed: 3, joins: true)
        try other.restore(place)
        #expect(try read(&other, 20) == next)
    }

    @Test func aListIsReadInNewOrdersAndGoesOnWhereItWas() throws {
        let names = (0..<100).map { "Name\($0)x" }
        let corpus = text(names.joined(separator: "\n") + "\n")
        #expect(try LineWindows.isList(corpus))
        #expect(
            try !LineWindows.isList(
                text(String(repeating: "It was a long day. And so on.\n\n", count: 80))))
        var windows = try LineWindows(corpus: corpus, batch: 2, time: 40, seed: 1)
        var window = TrainingWindow(batch: 2, time: 40)
        var read: [[Symbol]] = [[], []]
        for _ in 0..<(corpus.count / 40 + 1) {
            try windows.next(into: &window)
            for lane in 0..<2 {
                read[lane] += (0..<40).map { Symbol(window.targets[$0 * 2 + lane]) }
            }
        }
        let lanes = read.map {
            corpus.alphabet.decode($0.prefix(corpus.count)).split(separator: "\n")
        }
        for lane in lanes {
            #expect(Set(lane.map(String.init)) == Set(names))
            #expect(lane.map(String.init) != names)
        }
        #expect(lanes[0] != lanes[1])
        let place = windows.position
        try windows.next(into: &window)
        var other = try LineWindows(corpus: corpus, batch: 2, time: 40, seed: 1)
        try other.restore(place)
        var same = TrainingWindow(batch: 2, time: 40)
        try other.next(into: &same)
        #expect(same == window)
    }
}
