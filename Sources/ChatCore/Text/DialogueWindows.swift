import Foundation

/// Training windows over dialogues: each lane reads whole dialogues in a row, without padding.
///
/// A dialogue's first symbol starts from a fresh state, save that with `carryProbability` the state of
/// the dialogue before it is carried on. What counts in the loss: 1 for each symbol of a reply and the
/// `endMark` that closes it, `userWeight` for what the user says and the `assistantMark` after it,
/// nothing for the `userMark`.
public struct DialogueWindows: WindowSource {
    public let batch: Int
    public let time: Int
    private let userWeight: Float
    private let carryProbability: Double
    private var feed: DialogueFeed
    private var random: RandomStream
    /// Empty until the first window is asked for.
    private var lanes: [Lane] = []

    /// What one lane is reading: symbols, and what each counts as a target.
    private struct Lane: Codable {
        var symbols: [Symbol]
        var weights: [Float]
        var offset = 0
        var isCarried: Bool
    }

    /// Windows over the dialogues of `corpus`, in a new order each epoch.
    /// - Throws: `CorpusError.noDialogues` when there is none.
    public init(
        corpus: EncodedCorpus, batch: Int, time: Int, seed: UInt64, userWeight: Float = 0.2,
        carryProbability: Double = 0
    ) throws {
        guard !corpus.dialogueStarts.isEmpty else {
            throw CorpusError.noDialogues(file: corpus.fileNames.first ?? "the corpus")
        }
        self.init(
            feed: DialogueFeed(corpus: corpus, seed: seed), batch: batch, time: time, seed: seed,
            userWeight: userWeight, carryProbability: carryProbability)
    }

    /// Windows over what `source` gives; should it end, it begins anew.
    public init(
        source: any DialogueSource, alphabet: Alphabet, batch: Int, time: Int, seed: UInt64,
        userWeight: Float = 0.2, carryProbability: Double = 0
    ) {
        self.init(
            feed: DialogueFeed(source: source, alphabet: alphabet), batch: batch, time: time,
            seed: seed, userWeight: userWeight, carryProbability: carryProbability)
    }

    private init(
        feed: DialogueFeed, batch: Int, time: Int, seed: UInt64, userWeight: Float,
        carryProbability: Double
    ) {
        self.feed = feed
        self.batch = batch
        self.time = time
        self.userWeight = userWeight
        self.carryProbability = carryProbability
        random = RandomStream(seed: seed, branch: 0xD1A1)
    }

    public var charactersPerEpoch: Int? { feed.charactersPerEpoch }

    public mutating func next(into window: inout TrainingWindow) throws {
        precondition(
            window.batch == batch && window.time == time, "a window of this source's shape")
        if lanes.isEmpty {
            var fresh: [Lane] = []
            for _ in 0..<batch { fresh.append(try nextLane(isFirst: true)) }
            lanes = fresh
        }
        for b in 0..<batch {
            for t in 0..<time {
                let index = t * batch + b
                window.inputs[index] = Int32(lanes[b].symbols[lanes[b].offset])
                window.resets[index] = lanes[b].offset == 0 && !lanes[b].isCarried
                lanes[b].offset += 1
                if lanes[b].offset == lanes[b].symbols.count {
                    lanes[b] = try nextLane(isFirst: false)
                }
                window.targets[index] = Int32(lanes[b].symbols[lanes[b].offset])
                window.weights[index] = lanes[b].weights[lanes[b].offset]
            }
        }
    }

    private mutating func nextLane(isFirst: Bool) throws -> Lane {
        let symbols = try feed.next()
        let isCarried =
            !isFirst && carryProbability > 0 && random.uniform() < carryProbability
        return Lane(symbols: symbols, weights: targetWeights(symbols), isCarried: isCarried)
    }

    /// What each symbol of an encoded dialogue counts when it is the target.
    private func targetWeights(_ symbols: [Symbol]) -> [Float] {
        var weight: Float = 0
        return symbols.map { symbol in
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
    }

    private struct Position: Codable {
        var kind = "dialogues"
        var batch: Int
        var random: RandomStream
        var feed: DialogueFeed.Position
        var lanes: [LanePosition]
    }

    private struct LanePosition: Codable {
        var symbols: [Symbol]
        var offset: Int
        var isCarried: Bool
    }

    public var position: Data {
        Positions.encode(
            Position(
                batch: batch, random: random, feed: feed.position,
                lanes: lanes.map {
                    LanePosition(symbols: $0.symbols, offset: $0.offset, isCarried: $0.isCarried)
                }))
    }

    public mutating func restore(_ position: Data) throws {
        let saved = try Positions.decode(Position.self, from: position)
        guard saved.kind == "dialogues", saved.batch == batch,
            saved.lanes.isEmpty || saved.lanes.count == batch,
            saved.lanes.allSatisfy({ lane in
                lane.symbols.indices.contains(lane.offset)
                    && lane.symbols.allSatisfy { Int($0) < feed.alphabet.count }
            })
        else { throw CorpusError.position("it belongs to another corpus or batch size") }
        try feed.restore(saved.feed)
        random = saved.random
        lanes = saved.lanes.map {
            Lane(
                symbols: $0.symbols, weights: targetWeights($0.symbols), offset: $0.offset,
                isCarried: $0.isCarried)
        }
    }
}
