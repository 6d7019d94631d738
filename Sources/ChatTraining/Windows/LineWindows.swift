import ChatCore
import ChatCorpus
import Foundation

/// Training windows over a list of lines, such as names: each lane reads all of them, in an order of its
/// own that is drawn anew each time round. A text's order of lines would be learned with it; a list has
/// none to learn.
///
/// One line in four begins from a fresh state, as a sample does.
package struct LineWindows: WindowSource {
    package let batch: Int
    package let time: Int
    private let corpus: EncodedCorpus
    private let seed: UInt64
    /// Each line with the line feed after it; the last may lack it.
    private let lines: [Range<Int>]
    private let lineFeed: Symbol
    private var lanes: [Lane] = []

    private struct Lane {
        var epoch = 0
        /// Lines begun in this epoch, and symbols read of the latest one.
        var drawn = 0
        var offset = 0
        var order: [UInt32] = []
        var symbols: [Symbol] = []
        var startsFresh = true
    }

    /// - Throws: `CorpusError.tooSmall` when the list does not fill one window of one lane; what reading the
    ///   corpus throws.
    package init(corpus: EncodedCorpus, batch: Int, time: Int, seed: UInt64) throws {
        guard corpus.count > time, let lineFeed = corpus.alphabet.symbol(of: "\n") else {
            throw CorpusError.tooSmall(symbols: corpus.count, needed: time + 1)
        }
        self.corpus = corpus
        self.batch = batch
        self.time = time
        self.seed = seed
        self.lineFeed = lineFeed
        var lines: [Range<Int>] = []
        var start = 0
        for block in stride(from: 0, to: corpus.count, by: 1 << 16) {
            let end = min(corpus.count, block + 1 << 16)
            for (index, symbol) in try corpus.symbols(in: block..<end).enumerated()
            where symbol == lineFeed {
                if block + index > start { lines.append(start..<block + index) }
                start = block + index + 1
            }
        }
        if start < corpus.count { lines.append(start..<corpus.count) }
        self.lines = lines
    }

    /// Whether a text is a list: many short lines, none empty, hardly any that ends as a sentence does.
    package static func isList(_ corpus: EncodedCorpus) throws -> Bool {
        guard corpus.format == .text else { return false }
        let text = corpus.alphabet.decode(try corpus.symbols(in: 0..<min(corpus.count, 1 << 16)))
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count >= 50 else { return false }
        let sentences = lines.count { line in line.last.map { ".,;:!?".contains($0) } ?? true }
        let long = lines.count { $0.count > 40 || $0.count { $0 == " " } > 4 }
        return (sentences + long) * 20 <= lines.count
    }

    package var symbolsPerEpoch: Int? { corpus.count }

    package mutating func next(into window: inout TrainingWindow) throws {
        precondition(
            window.batch == batch && window.time == time, "a window of this source's shape")
        if lanes.isEmpty {
            for index in 0..<batch {
                var lane = Lane()
                try begin(&lane, index)
                lanes.append(lane)
            }
        }
        for b in 0..<batch {
            for t in 0..<time {
                let index = t * batch + b
                // A line is read from the line feed before it.
                let input = lanes[b].offset == 0 ? lineFeed : lanes[b].symbols[lanes[b].offset - 1]
                window.inputs[index] = Int32(input)
                window.resets[index] = lanes[b].offset == 0 && lanes[b].startsFresh
                window.weights[index] = 1
                if lanes[b].offset < lanes[b].symbols.count {
                    window.targets[index] = Int32(lanes[b].symbols[lanes[b].offset])
                    lanes[b].offset += 1
                } else {
                    window.targets[index] = Int32(lineFeed)
                    try begin(&lanes[b], b)
                }
            }
        }
    }

    /// Takes the next line.
    private func begin(_ lane: inout Lane, _ index: Int) throws {
        if lane.drawn == lane.order.count {
            if !lane.order.isEmpty { lane.epoch += 1 }
            lane.order = order(index, lane.epoch)
            lane.drawn = 0
        }
        lane.drawn += 1
        lane.offset = 0
        try load(&lane, index)
    }

    private func order(_ lane: Int, _ epoch: Int) -> [UInt32] {
        var order = lines.indices.map(UInt32.init)
        var random = RandomStream(seed: seed, branch: UInt64(lane) << 40 | UInt64(epoch))
        random.shuffle(&order)
        return order
    }

    private func load(_ lane: inout Lane, _ index: Int) throws {
        lane.symbols = try corpus.symbols(in: lines[Int(lane.order[lane.drawn - 1])])
        let draw =
            lane.epoch == 0 && lane.drawn == 1
            ? 0 : lane.order[lane.drawn - 1] ^ UInt32(truncatingIfNeeded: lane.epoch)
        lane.startsFresh = draw % 4 == 0
    }

    private struct Position: Codable {
        var kind = "lines"
        var batch: Int
        var length: Int
        /// Epoch, lines begun and symbols read of each lane.
        var lanes: [[Int]]
    }

    package var position: Data {
        Positions.encode(
            Position(
                batch: batch, length: corpus.count,
                lanes: lanes.map { [$0.epoch, $0.drawn, $0.offset] }))
    }

    package mutating func restore(_ position: Data) throws {
        let saved = try Positions.decode(Position.self, from: position)
        let wrong = CorpusError.position("it belongs to another corpus or batch size")
        guard saved.kind == "lines", saved.batch == batch, saved.length == corpus.count,
            saved.lanes.isEmpty || saved.lanes.count == batch
        else { throw wrong }
        lanes = try saved.lanes.enumerated().map { index, numbers in
            guard numbers.count == 3, (0...1 << 38).contains(numbers[0]),
                (1...lines.count).contains(numbers[1])
            else { throw wrong }
            var lane = Lane(epoch: numbers[0], drawn: numbers[1])
            lane.order = order(index, lane.epoch)
            try load(&lane, index)
            guard (0...lane.symbols.count).contains(numbers[2]) else { throw wrong }
            lane.offset = numbers[2]
            return lane
        }
    }
}
