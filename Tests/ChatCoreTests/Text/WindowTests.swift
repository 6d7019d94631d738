import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

@Suite struct WindowTests {
    static let alphabet = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz 0123456789".unicodeScalars)

    static func text(_ length: Int, seed: UInt64 = 1) -> String {
        var random = RandomStream(seed: seed)
        let letters = Array("abcdefghij ")
        return String((0..<length).map { _ in random.pick(letters) })
    }

    static func dialogues(_ count: Int) -> [Dialogue] {
        (0..<count).map { number in
            Dialogue(
                exchanges: (0...number % 3).map { turn in
                    (
                        text(3 + number % 7, seed: UInt64(number * 10 + turn)),
                        "reply \(number) \(turn)"
                    )
                })
        }
    }

    static func corpus() -> EncodedCorpus {
        EncodedCorpus(dialogues: dialogues(17), alphabet: alphabet)
    }

    static func windows(_ source: some WindowSource, _ count: Int) throws -> [TrainingWindow] {
        var source = source
        return try (0..<count).map { _ in
            var window = TrainingWindow(batch: source.batch, time: source.time)
            try source.next(into: &window)
            return window
        }
    }

    static func lane(_ windows: [TrainingWindow], _ b: Int) -> (
        inputs: [Int32], targets: [Int32], weights: [Float], resets: [Bool]
    ) {
        func pick<T>(_ path: (TrainingWindow) -> [T]) -> [T] {
            windows.flatMap { w in (0..<w.time).map { path(w)[$0 * w.batch + b] } }
        }
        return (pick(\.inputs), pick(\.targets), pick(\.weights), pick(\.resets))
    }

    @Test(arguments: [(1, 7), (3, 5), (4, 16)])
    func textLanesReadTheTextRoundAndRound(batch: Int, time: Int) throws {
        let corpus = EncodedCorpus(text: Self.text(101), alphabet: Self.alphabet)
        let symbols = try corpus.symbols(in: 0..<101).map(Int32.init)
        let source = try TextWindows(corpus: corpus, batch: batch, time: time)
        let windows = try Self.windows(source, 60)
        for b in 0..<batch {
            let lane = Self.lane(windows, b)
            var place = b * 100 / batch
            for i in lane.inputs.indices {
                #expect(lane.inputs[i] == symbols[place])
                #expect(lane.targets[i] == symbols[place + 1])
                #expect(lane.resets[i] == (i == 0 || place == 0))
                #expect(lane.weights[i] == 1)
                place = (place + 1) % 100
            }
        }
    }

    @Test func aTextSmallerThanOneWindowIsRefused() {
        let corpus = EncodedCorpus(text: "abcd", alphabet: Self.alphabet)
        #expect(throws: CorpusError.tooSmall(symbols: 4, needed: 5)) {
            try TextWindows(corpus: corpus, batch: 2, time: 4)
        }
    }

    @Test func dialogueLanesPackWholeDialoguesWithoutPadding() throws {
        let corpus = Self.corpus()
        let source = try DialogueWindows(corpus: corpus, batch: 3, time: 11, seed: 5)
        let windows = try Self.windows(source, 80)
        let all = try Set((0..<17).map { try corpus.dialogue($0).map(Int32.init) })
        var seen = Set<[Int32]>()
        for b in 0..<3 {
            let lane = Self.lane(windows, b)
            #expect(lane.resets[0])
            #expect(Array(lane.targets.dropLast()) == Array(lane.inputs.dropFirst()))
            let starts = lane.resets.indices.filter { lane.resets[$0] }
            for (start, end) in zip(starts, starts.dropFirst()) {
                let dialogue = Array(lane.inputs[start..<end])
                #expect(all.contains(dialogue))
                seen.insert(dialogue)
            }
            var weight: Float = 0
            for i in lane.targets.indices {
                if lane.inputs[i] == 0 { weight = 0.2 }
                if lane.inputs[i] == 1 { weight = 1 }
                if lane.inputs[i] == 2 { weight = 0 }
                #expect(lane.weights[i] == weight)
            }
        }
        #expect(seen == all)
    }

    @Test func whatWasKnownIsReadInTurnWithWhatIsNew() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", "[talk]\nold | older\n=> known")
        let rehearsal = Rehearsal(try LessonFolder.load(folder.url), share: 0.25)
        let source = try DialogueWindows(
            corpus: Self.corpus(), batch: 2, time: 50, seed: 4, rehearsing: rehearsal)
        let lane = Self.lane(try Self.windows(source, 400), 0)
        let starts = lane.resets.indices.filter { lane.resets[$0] }
        // Of the new dialogues' letters none is a k.
        let mark = Self.alphabet.symbol(of: "k").map(Int32.init)
        let old = zip(starts, starts.dropFirst()).count { start, end in
            lane.inputs[start..<end].contains { $0 == mark }
        }
        let share = Double(old) / Double(starts.count)
        #expect(starts.count > 300 && (0.18...0.32).contains(share), "\(share) of \(starts.count)")
        var other = try DialogueWindows(corpus: Self.corpus(), batch: 2, time: 50, seed: 4)
        #expect(throws: CorpusError.self) { try other.restore(source.position) }
    }

    @Test func anInterruptedSourceGoesOnExactly() throws {
        let text = EncodedCorpus(text: Self.text(300), alphabet: Self.alphabet)
        let dialogues = Self.corpus()
        let folder = try TemporaryFolder()
        try folder.write("a.txt", "[talk]\nold | older\n=> known")
        let rehearsal = Rehearsal(try LessonFolder.load(folder.url))
        let makers: [() throws -> any WindowSource] = [
            { try TextWindows(corpus: text, batch: 3, time: 8) },
            { try DialogueWindows(corpus: dialogues, batch: 3, time: 8, seed: 2) },
            {
                try DialogueWindows(
                    corpus: dialogues, batch: 3, time: 8, seed: 2, rehearsing: rehearsal)
            },
            {
                DialogueWindows(
                    source: CountingSource(canTell: true), alphabet: Self.alphabet, batch: 2,
                    time: 9)
            },
            {
                DialogueWindows(
                    source: CountingSource(canTell: false), alphabet: Self.alphabet, batch: 2,
                    time: 9)
            },
        ]
        for make in makers {
            for stop in [0, 1, 7, 40] {
                var source = try make()
                var window = TrainingWindow(batch: source.batch, time: source.time)
                for _ in 0..<stop { try source.next(into: &window) }
                var resumed = try make()
                try resumed.restore(source.position)
                #expect(resumed.position == source.position)
                for _ in 0..<60 {
                    var other = TrainingWindow(batch: source.batch, time: source.time)
                    try source.next(into: &window)
                    try resumed.next(into: &other)
                    #expect(window == other)
                }
            }
        }
    }

    @Test func aPositionThatDoesNotFitIsRefused() throws {
        let text = EncodedCorpus(text: Self.text(300), alphabet: Self.alphabet)
        var source = try TextWindows(corpus: text, batch: 3, time: 8)
        var packed = try DialogueWindows(corpus: Self.corpus(), batch: 3, time: 8, seed: 1)
        let other = try DialogueWindows(corpus: Self.corpus(), batch: 2, time: 8, seed: 1)
        var window = TrainingWindow(batch: 3, time: 8)
        try packed.next(into: &window)
        #expect(throws: CorpusError.self) { try source.restore(packed.position) }
        #expect(throws: CorpusError.self) { try packed.restore(source.position) }
        for bad in [Data(), Data("{}".utf8), Data([0xFF, 0x00])] {
            #expect(throws: CorpusError.self) { try source.restore(bad) }
            #expect(throws: CorpusError.self) { try packed.restore(bad) }
        }
        var warm = other
        var small = TrainingWindow(batch: 2, time: 8)
        try warm.next(into: &small)
        #expect(throws: CorpusError.self) { try packed.restore(warm.position) }
    }
}

/// Dialogues that count upwards, for ever.
struct CountingSource: DialogueSource {
    var canTell: Bool
    var number = 0

    mutating func next() -> Dialogue? {
        number += 1
        return Dialogue(exchanges: [("say \(number)", "it is \(number)")])
    }

    var position: Data? { canTell ? Data("\(number)".utf8) : nil }

    mutating func restore(_ position: Data) throws {
        number = Int(String(decoding: position, as: UTF8.self)) ?? 0
    }
}
