import ChatCore
import ChatCorpus
import Foundation

/// Training windows over dialogues: each lane reads whole dialogues in a row, without padding.
///
/// A dialogue's first symbol starts from a fresh state. What counts in the loss: 1 for each symbol of a
/// reply and the `endMark` that closes it, `userWeight` for what the user says and the `assistantMark`
/// after it, nothing for the `userMark`.
package struct DialogueWindows: WindowSource {
    package let batch: Int
    package let time: Int
    private let userWeight: Float
    private var feed: DialogueFeed
    /// Empty until the first window is asked for.
    private var lanes: [Lane] = []

    /// What one lane is reading: symbols, and what each counts as a target.
    private struct Lane {
        var symbols: [Symbol]
        var weights: [Float]
        var spoiled: [Range<Int>] = []
        var offset = 0
    }

    /// Windows over the dialogues of `corpus`, in a new order each epoch.
    /// - Parameters:
    ///   - joins: puts dialogues together at random into longer ones, for corpora of pairs.
    ///   - rehearsing: what the model knew before, mixed in.
    /// - Throws: `CorpusError.noDialogues` when there is none.
    package init(
        corpus: EncodedCorpus, batch: Int, time: Int, seed: UInt64, userWeight: Float = 0.2,
        joins: Bool = false, rehearsing: Rehearsal? = nil
    ) throws {
        guard !corpus.dialogueStarts.isEmpty else {
            throw CorpusError.noDialogues(file: corpus.fileNames.first ?? "the corpus")
        }
        self.init(
            feed: DialogueFeed(corpus: corpus, seed: seed, joins: joins, rehearsing: rehearsing),
            batch: batch, time: time, userWeight: userWeight)
    }

    /// Windows over what `source` gives; should it end, it begins anew.
    package init(
        source: any DialogueSource, alphabet: Alphabet, batch: Int, time: Int,
        userWeight: Float = 0.2
    ) {
        self.init(
            feed: DialogueFeed(source: source, alphabet: alphabet), batch: batch, time: time,
            userWeight: userWeight)
    }

    private init(feed: DialogueFeed, batch: Int, time: Int, userWeight: Float) {
        self.feed = feed
        self.batch = batch
        self.time = time
        self.userWeight = userWeight
    }

    package var symbolsPerEpoch: Int? { feed.symbolsPerEpoch }

    package mutating func next(into window: inout TrainingWindow) throws {
        precondition(
            window.batch == batch && window.time == time, "a window of this source's shape")
        if lanes.isEmpty {
            var fresh: [Lane] = []
            for _ in 0..<batch { fresh.append(try nextLane()) }
            lanes = fresh
        }
        for b in 0..<batch {
            for t in 0..<time {
                let index = t * batch + b
                window.inputs[index] = Int32(lanes[b].symbols[lanes[b].offset])
                window.resets[index] = lanes[b].offset == 0
                lanes[b].offset += 1
                if lanes[b].offset == lanes[b].symbols.count {
                    lanes[b] = try nextLane()
                }
                window.targets[index] = Int32(lanes[b].symbols[lanes[b].offset])
                window.weights[index] = lanes[b].weights[lanes[b].offset]
            }
        }
    }

    private mutating func nextLane() throws -> Lane {
        let fed = try feed.next()
        return Lane(
            symbols: fed.symbols, weights: targetWeights(fed.symbols, spoiled: fed.spoiled),
            spoiled: fed.spoiled)
    }

    /// What each symbol of an encoded dialogue counts when it is the target.
    private func targetWeights(_ symbols: [Symbol], spoiled: [Range<Int>]) -> [Float] {
        var weight: Float = 0
        var weights = symbols.map { symbol -> Float in
            switch symbol {
            case Alphabet.userMark:
                weight = userWeight
                return 0
            case Alphabet.assistantMark:
                defer { weight = 1 }
                return weight
            default:
                return weight
            }
        }
        for range in spoiled { for index in range { weights[index] = 0 } }
        return weights
    }

    private struct Position: Codable {
        var kind = "dialogues"
        var batch: Int
        var feed: DialogueFeed.Position
        var lanes: [LanePosition]
    }

    private struct LanePosition: Codable {
        var symbols: [Symbol]
        var offset: Int
        /// Bounds of what is spoiled, two for each part.
        var spoiled: [Int]?
    }

    package var position: Data {
        Positions.encode(
            Position(
                batch: batch, feed: feed.position,
                lanes: lanes.map {
                    LanePosition(
                        symbols: $0.symbols, offset: $0.offset,
                        spoiled: $0.spoiled.isEmpty
                            ? nil : $0.spoiled.flatMap { [$0.lowerBound, $0.upperBound] })
                }))
    }

    package mutating func restore(_ position: Data) throws {
        let saved = try Positions.decode(Position.self, from: position)
        guard saved.kind == "dialogues", saved.batch == batch,
            saved.lanes.isEmpty || saved.lanes.count == batch,
            saved.lanes.allSatisfy({ lane in
                lane.symbols.indices.contains(lane.offset)
                    && lane.symbols.allSatisfy { Int($0) < feed.alphabet.count }
            })
        else { throw CorpusError.position("it belongs to another corpus or batch size") }
        try feed.restore(saved.feed)
        lanes = try saved.lanes.map { lane in
            let bounds = lane.spoiled ?? []
            let spoiled = try stride(from: 0, to: bounds.count - 1, by: 2).map { index in
                guard bounds[index] >= 0, bounds[index] <= bounds[index + 1],
                    bounds[index + 1] <= lane.symbols.count
                else { throw CorpusError.position("it belongs to another corpus or batch size") }
                return bounds[index]..<bounds[index + 1]
            }
            return Lane(
                symbols: lane.symbols, weights: targetWeights(lane.symbols, spoiled: spoiled),
                spoiled: spoiled, offset: lane.offset)
        }
    }
}
