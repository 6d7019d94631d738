import ChatCore
import ChatCorpus
import Foundation

/// Training windows over running text of which some lanes learn to fill a gap (fill-in-the-middle, Bavarian et
/// al. 2022): pieces of the text are cut in two and read with the second part first, so that what comes before
/// a gap stands right before what is to be made, and what follows it is known.
///
/// A piece is `userMark`, the second part, `assistantMark`, the first part, `endMark`, from a fresh state, as
/// `TextFill` reads it. Wherever the first part is taken to break off, the rest of it is what fills the gap, so
/// all of it counts in the loss, with the `endMark`; the second part counts nothing. The other lanes read the
/// text as `TextWindows` do.
package struct FillWindows: WindowSource {
    package let batch: Int
    package let time: Int
    private let corpus: EncodedCorpus
    private let seed: UInt64
    private var text: TextWindows
    private var plain: TrainingWindow
    private var lanes: [Lane]

    /// The symbols of a piece, its marks not counted.
    private static let pieces = 24...256

    private struct Lane {
        /// Pieces begun, and symbols read of the latest one.
        var drawn = 0
        var offset = 0
        var symbols: [Symbol] = []
        var weights: [Float] = []
    }

    /// How many of `batch` lanes fill: at least one, and one reads the text.
    static func laneCount(share: Double, batch: Int) -> Int {
        min(batch - 1, max(1, Int((share * Double(batch)).rounded())))
    }

    /// - Parameter share: the part of the lanes that fill, more than 0 and less than 1; the batch has two
    ///   lanes at least.
    /// - Throws: `CorpusError.tooSmall` when the text does not fill one window of one lane or is no longer
    ///   than a piece; what reading the corpus throws.
    package init(corpus: EncodedCorpus, batch: Int, time: Int, seed: UInt64, share: Double) throws {
        guard corpus.count > Self.pieces.upperBound else {
            throw CorpusError.tooSmall(
                symbols: corpus.count, needed: Self.pieces.upperBound + 1)
        }
        let count = Self.laneCount(share: share, batch: batch)
        text = try TextWindows(corpus: corpus, batch: batch - count, time: time)
        plain = TrainingWindow(batch: batch - count, time: time)
        lanes = Array(repeating: Lane(), count: count)
        self.corpus = corpus
        self.batch = batch
        self.time = time
        self.seed = seed
    }

    package var symbolsPerEpoch: Int? { text.symbolsPerEpoch }

    package mutating func next(into window: inout TrainingWindow) throws {
        precondition(
            window.batch == batch && window.time == time, "a window of this source's shape")
        try text.next(into: &plain)
        for t in 0..<time {
            for lane in 0..<plain.batch {
                let (from, to) = (t * plain.batch + lane, t * batch + lane)
                window.inputs[to] = plain.inputs[from]
                window.targets[to] = plain.targets[from]
                window.weights[to] = plain.weights[from]
                window.resets[to] = plain.resets[from]
            }
        }
        for index in lanes.indices {
            for t in 0..<time {
                if lanes[index].offset + 1 >= lanes[index].symbols.count { try begin(index) }
                let place = lanes[index].offset
                let to = t * batch + plain.batch + index
                window.inputs[to] = Int32(lanes[index].symbols[place])
                window.targets[to] = Int32(lanes[index].symbols[place + 1])
                window.weights[to] = lanes[index].weights[place + 1]
                window.resets[to] = place == 0
                lanes[index].offset += 1
            }
        }
    }

    /// Draws the next piece of a lane.
    private mutating func begin(_ index: Int) throws {
        lanes[index].drawn += 1
        lanes[index].offset = 0
        try load(index)
    }

    private mutating func load(_ index: Int) throws {
        var random = RandomStream(
            seed: seed ^ 0xF1_11ED, branch: UInt64(index) << 40 | UInt64(lanes[index].drawn))
        let length = Self.pieces.lowerBound + random.index(below: Self.pieces.count)
        let start = random.index(below: corpus.count - length + 1)
        let piece = try corpus.symbols(in: start..<start + length)
        let cut = random.index(below: length + 1)
        var symbols: [Symbol] = [Alphabet.userMark]
        symbols += piece[cut...]
        symbols.append(Alphabet.assistantMark)
        let given = symbols.count
        symbols += piece[..<cut]
        symbols.append(Alphabet.endMark)
        lanes[index].symbols = symbols
        lanes[index].weights = symbols.indices.map { $0 < given ? 0 : 1 }
    }

    private struct Position: Codable {
        var kind = "fill"
        /// Of the lanes that read the text.
        var text: String
        /// Pieces begun and symbols read of each lane that fills.
        var lanes: [[Int]]
    }

    package var position: Data {
        Positions.encode(
            Position(
                text: String(decoding: text.position, as: UTF8.self),
                lanes: lanes.map { [$0.drawn, $0.offset] }))
    }

    package mutating func restore(_ position: Data) throws {
        let saved = try Positions.decode(Position.self, from: position)
        let wrong = CorpusError.position("it belongs to another corpus or batch size")
        guard saved.kind == "fill", saved.lanes.count == lanes.count else { throw wrong }
        try text.restore(Data(saved.text.utf8))
        for (index, numbers) in saved.lanes.enumerated() {
            guard numbers.count == 2, (0...1 << 38).contains(numbers[0]) else { throw wrong }
            lanes[index] = Lane(drawn: numbers[0])
            if numbers[0] > 0 { try load(index) }
            guard (0...lanes[index].symbols.count).contains(numbers[1]) else { throw wrong }
            lanes[index].offset = numbers[1]
        }
    }
}
