/// Which of the lines heard and said before the last one speaks of: told by the symbols alone.
///
/// A line is what stands between two marks of a dialogue. While it comes, every run of three symbols gives its weight
/// (`RunWeights`: much where it is rare) to all places where it was met before. Where the line ends, what each earlier
/// line has of that, over the most that any has and one more, stays with all of its symbols until the next line has
/// ended: 0 for nothing in common, near 1 for much, and more than others. All arrays go from the oldest symbol looked
/// back on to the newest, [reach].
package struct LineMatch {
    /// Symbols that must have come in a row.
    static let length: Float = 3
    /// Marks of a dialogue are the symbols below this.
    private static let firstThatIsNoMark = Float(Alphabet.endMark + 1)

    /// More than this in common says no more than this; nor does a run's weight.
    private static let most: Float = 8
    /// What a line may have in votes, whatever a state or a model holds.
    private static let limit: Float = 1e6

    private let reach: Int

    package init(reach: Int) { self.reach = reach }

    /// Takes in the newest symbol.
    /// - Parameters:
    ///   - symbols: those looked back on, the newest included; only the last `filled` count.
    ///   - weights: of runs, [runBuckets].
    ///   - lengths: how long a run ends at each symbol that is also the newest run; updated.
    ///   - votes: of the line that is coming; updated.
    ///   - matches: what this is for; updated.
    /// - Returns: where a line ended, the sum of the weights that the best line has in common with it, at most 8;
    ///   else nil.
    package func take(
        symbols: UnsafePointer<Float>, filled: Int, weights: UnsafePointer<Float>,
        lengths: UnsafeMutablePointer<Float>, votes: UnsafeMutablePointer<Float>,
        matches: UnsafeMutablePointer<Float>
    ) -> Float? {
        let newest = reach - 1
        let symbol = symbols[newest]
        for array in [votes, matches] {
            array.update(from: array + 1, count: newest)
            array[newest] = 0
        }
        let first = reach - filled
        let count = ExactVector.extendRuns(
            lengths, in: symbols, symbol: symbol, least: Self.length, from: first, n: newest)
        lengths[newest] = 0
        if count > 0, reach > 2 {
            let bucket = RunWeights.bucket(symbols[newest - 2], symbols[newest - 1], symbol)
            let vote = min(max(weights[bucket], 0), Self.most)
            for index in first..<newest where lengths[index] >= Self.length {
                votes[index] = votes[index] + vote
            }
        }
        guard symbol < Self.firstThatIsNoMark else { return nil }
        let best = endLine(symbols, first: first, votes: votes, matches: matches)
        votes.update(repeating: 0, count: reach)
        return best
    }

    /// Sums the votes line by line, the newest left out, and returns how much the best has.
    private func endLine(
        _ symbols: UnsafePointer<Float>, first: Int, votes: UnsafePointer<Float>,
        matches: UnsafeMutablePointer<Float>
    ) -> Float {
        matches.update(repeating: 0, count: reach)
        var best: Float = 0
        var (start, sum) = (first, Float(0))
        for index in first..<reach {
            sum = min(max(sum + votes[index], 0), Self.limit)
            guard symbols[index] < Self.firstThatIsNoMark else { continue }
            if index < reach - 1 {
                for place in start...index { matches[place] = sum }
                best = max(best, sum)
            }
            (start, sum) = (index + 1, 0)
        }
        let scale = 1 / (best + 1)
        for index in first..<reach { matches[index] = matches[index] * scale }
        return min(best, Self.most)
    }
}
