import ChatCore
import ChatCorpus

/// A text without spaces cut into words where a model's surprise rises, and how well that agrees with the
/// spaces that it had, beside two who know less: chance, and the transition probabilities of character pairs.
///
/// How open a place is: what the character there cost (−log₂ p) over the mean cost, plus how unsure the model
/// was before it (the entropy of the next symbol) over the mean of that. A cut is made where this rises by
/// more than `rise`, to above half of what it is on average. Transition probabilities cut at their local minima, as Saffran et al. have it.
package struct TextSegmentation: Sendable {
    package struct Line: Sendable, Equatable {
        package let characters: [Character]
        /// What each character cost the model.
        package let bits: [Double]
        /// The characters before which it is cut, and those before which a space stood.
        package let cuts: [Int]
        package let spaces: [Int]

        /// The line in pieces.
        package var words: [String] {
            zip([0] + cuts, cuts + [characters.count]).map { String(characters[$0..<$1]) }
        }
    }

    /// What the characters of a line cost, and the entropy before each, in bits.
    package struct Costs: Sendable, Equatable {
        package var bits: [Double] = []
        package var entropy: [Double] = []

        package init(bits: [Double] = [], entropy: [Double] = []) {
            self.bits = bits
            self.entropy = entropy
        }
    }

    package let lines: [Line]
    /// Of the model's cuts, of those at minima of the transition probabilities, and of as many cuts as the
    /// model's at random places, averaged over `chanceSeeds` seeds.
    package let model: CutScore
    package let transitions: CutScore
    package let chance: CutScore

    package static let chanceSeeds = 20
    static let rise = 0.5

    /// Reads the lines one after another, the state carried on.
    /// - Parameters:
    ///   - learned: lines whose pairs are counted for the transition probabilities; nil: those that are cut.
    ///   - progress: asked every 256 characters with the lines done; false stops.
    /// - Returns: nil when stopped.
    package init?(
        _ lines: [SpacelessLine], model: ChatModel, pairsOf learned: [SpacelessLine]? = nil,
        progress: (Int) -> Bool = { _ in true }
    ) {
        guard let costs = Self.costs(lines, model: model, progress: progress) else { return nil }
        self.init(lines, costs: costs, pairsOf: learned ?? lines)
    }

    /// The same for costs that are known.
    package init(_ lines: [SpacelessLine], costs: [Costs], pairsOf learned: [SpacelessLine]) {
        let bitsMean = Self.mean(costs.map(\.bits))
        let entropyMean = Self.mean(costs.map(\.entropy))
        self.lines = zip(lines, costs).map { line, costs in
            let openness = zip(costs.bits, costs.entropy).map { $0 / bitsMean + $1 / entropyMean }
            return Line(
                characters: line.characters, bits: costs.bits,
                cuts: WordCuts.rises(openness, by: Self.rise, above: 1, in: line.characters),
                spaces: line.wordStarts)
        }
        var pairs = CharacterPairs()
        for line in learned { pairs.add(line.characters) }
        var (model, transitions, chance) = (CutScore(), CutScore(), CutScore())
        for line in self.lines {
            model.add(cuts: line.cuts, spaces: line.spaces)
            transitions.add(
                cuts: WordCuts.peaks(pairs.bits(line.characters), in: line.characters),
                spaces: line.spaces)
        }
        let places = lines.map { WordCuts.places(in: $0.characters) }
        let rate = model.cuts / Double(max(1, places.reduce(0) { $0 + $1.count }))
        for seed in 1...Self.chanceSeeds {
            var random = RandomStream(seed: UInt64(seed))
            for (line, places) in zip(lines, places) {
                chance.add(
                    cuts: places.filter { _ in random.uniform() < rate }, spaces: line.wordStarts)
            }
        }
        (self.model, self.transitions, self.chance) = (model, transitions, chance)
    }

    /// The mean of all but the first character of each line, which nobody cuts before; never 0.
    private static func mean(_ values: [[Double]]) -> Double {
        let sum = values.reduce(0) { $0 + $1.dropFirst().reduce(0, +) }
        let count = values.reduce(0) { $0 + max(0, $1.count - 1) }
        return max(sum / Double(max(1, count)), .leastNormalMagnitude)
    }

    /// What each character costs. One that is spelled in several symbols costs their sum.
    private static func costs(
        _ lines: [SpacelessLine], model: ChatModel, progress: (Int) -> Bool
    ) -> [Costs]? {
        let engine = StepEngine(model.network)
        let lineEnd = model.alphabet.encode("\n")
        var state = model.network.freshState
        var read = 0
        var result: [Costs] = []
        for line in lines {
            var (_, logits) = Surprisal.score(lineEnd, state: &state, engine)
            var costs = Costs()
            for character in line.characters {
                costs.entropy.append(Surprisal.entropy(Surprisal.probabilities(logits)))
                let symbols = model.alphabet.encode(String(character))
                let scored = Surprisal.score(symbols, after: logits, state: &state, engine)
                costs.bits.append(scored.bits.reduce(0, +))
                logits = scored.logits
                read += 1
                if read % 256 == 0, !progress(result.count) { return nil }
            }
            result.append(costs)
        }
        return result
    }
}
