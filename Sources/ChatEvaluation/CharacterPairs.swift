import Foundation

/// How often one character follows another: what is left of a language model when it remembers one character.
package struct CharacterPairs: Sendable {
    private var pairs: [Character: [Character: Int]] = [:]
    /// Of each character as the first of a pair.
    private var counts: [Character: Int] = [:]
    private var kinds: Set<Character> = []

    package init() {}

    /// Counts the pairs of a line.
    package mutating func add(_ line: [Character]) {
        kinds.formUnion(line)
        for (first, second) in zip(line, line.dropFirst()) {
            pairs[first, default: [:]][second, default: 0] += 1
            counts[first, default: 0] += 1
        }
    }

    /// −log₂ of the transition probability into each character of a line, p(b | a) = (n(ab) + ½) / (n(a) + ½ V)
    /// with V kinds of character; 0 for the first.
    package func bits(_ line: [Character]) -> [Double] {
        let half = 0.5 * Double(kinds.count + 1)
        return line.indices.map { place in
            guard place > 0 else { return 0 }
            let (first, second) = (line[place - 1], line[place])
            let count = Double(pairs[first]?[second] ?? 0) + 0.5
            return -log2(count / (Double(counts[first] ?? 0) + half))
        }
    }
}
