import ChatCore

/// How many characters the targets of windows spell, so that losses and speeds can be told by the character,
/// as a reader counts them, where a network knows symbols only.
///
/// Windows come in their order: a character may be spelled across two of them.
package struct TargetCharacters: Sendable, Equatable, Codable {
    /// Symbols, and the characters they spell, each counting what it weighs in the loss.
    package private(set) var symbolWeight = 0.0
    package private(set) var characterWeight = 0.0
    /// Of each lane; empty before the first window.
    private var lanes: [CharacterCounter] = []

    package init() {}

    /// What a loss a symbol is multiplied by to be one a character; 1 where nothing counts.
    package var symbolsPerCharacter: Double {
        characterWeight > 0 ? symbolWeight / characterWeight : 1
    }

    /// Reads a window.
    /// - Returns: for each target whether a character is counted with it, whatever it weighs.
    @discardableResult
    package mutating func add(_ window: TrainingWindow, in alphabet: Alphabet) -> [Bool] {
        let isFirst = lanes.count != window.batch
        if isFirst { lanes = Array(repeating: CharacterCounter(), count: window.batch) }
        var counts = [Bool](repeating: false, count: window.targets.count)
        for t in 0..<window.time {
            for lane in 0..<window.batch {
                let index = t * window.batch + lane
                if window.resets[index] || (isFirst && t == 0) {
                    lanes[lane] = CharacterCounter()
                    lanes[lane].counts(
                        Symbol(truncatingIfNeeded: window.inputs[index]), in: alphabet)
                }
                let target = Symbol(truncatingIfNeeded: window.targets[index])
                let weight = Double(window.weights[index])
                symbolWeight += weight
                if lanes[lane].counts(target, in: alphabet) {
                    characterWeight += weight
                    counts[index] = true
                }
            }
        }
        return counts
    }

    /// Forgets the weights, but not where each lane stands.
    package mutating func clear() { (symbolWeight, characterWeight) = (0, 0) }

    /// False for what no run has; a file may say anything.
    var isPossible: Bool {
        (0...1e15).contains(symbolWeight) && (0...symbolWeight).contains(characterWeight)
            && lanes.allSatisfy(\.isPossible)
    }
}
