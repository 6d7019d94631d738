import ChatCore

/// Windows for evaluation: every symbol counts once, lanes side by side for speed.
package enum EvaluationWindows {
    static let time = 128
    static let lanes = 16
    /// Symbols that a lane reads before those that count, so that it does not start from nothing.
    static let burnIn = 256

    /// Running text in up to 16 lanes. The first starts fresh at the start of a line, as `TextEvaluation`
    /// does, so that every character counts; the others read about 256 symbols before their part first.
    package static func text(_ text: [Symbol], alphabet: Alphabet) -> [TrainingWindow] {
        let opening = alphabet.encode("\n")
        let symbols = opening + text
        let pairs = symbols.count - 1
        guard !text.isEmpty else { return [] }
        let count = max(1, min(lanes, pairs / (4 * burnIn)))
        let leads = beginnings(symbols, alphabet)
        var columns = [Lane](repeating: Lane(), count: count)
        for index in 0..<count {
            let start = pairs * index / count
            let end = pairs * (index + 1) / count
            // The first symbol to be predicted that counts: none of the line end before the text.
            let first = max(start, opening.count - 1)
            let lead = index == 0 ? 0 : leads[start - burnIn]
            for i in lead..<end {
                columns[index].append(
                    symbols[i], symbols[i + 1], weight: i < first ? 0 : 1, reset: i == lead)
            }
        }
        return windows(columns)
    }

    /// For each place the last one up to it before which no character is spelled by half.
    private static func beginnings(_ symbols: [Symbol], _ alphabet: Alphabet) -> [Int] {
        var counter = CharacterCounter()
        var latest = 0
        return symbols.enumerated().map { place, symbol in
            if counter.isWhole { latest = place }
            counter.counts(symbol, in: alphabet)
            return latest
        }
    }

    /// Dialogues, each from a fresh state; only what the model itself says counts.
    package static func dialogues(_ dialogues: [[Symbol]]) -> [TrainingWindow] {
        let count = max(1, min(lanes, dialogues.count))
        var columns = [Lane](repeating: Lane(), count: count)
        for (index, symbols) in dialogues.enumerated() where symbols.count > 1 {
            let lane = index % count
            var replying = false
            for i in 0..<symbols.count - 1 {
                if symbols[i] == Alphabet.assistantMark { replying = true }
                if symbols[i] == Alphabet.endMark { replying = false }
                columns[lane].append(
                    symbols[i], symbols[i + 1], weight: replying ? 1 : 0, reset: i == 0)
            }
        }
        return windows(columns)
    }

    private struct Lane {
        var inputs: [Int32] = []
        var targets: [Int32] = []
        var weights: [Float] = []
        var resets: [Bool] = []

        mutating func append(_ input: Symbol, _ target: Symbol, weight: Float, reset: Bool) {
            inputs.append(Int32(input))
            targets.append(Int32(target))
            weights.append(weight)
            resets.append(reset)
        }
    }

    private static func windows(_ lanes: [Lane]) -> [TrainingWindow] {
        let length = lanes.map(\.inputs.count).max() ?? 0
        return stride(from: 0, to: length, by: time).map { start in
            var window = TrainingWindow(batch: lanes.count, time: time)
            for t in 0..<time {
                for (lane, data) in lanes.enumerated() where start + t < data.inputs.count {
                    let at = t * lanes.count + lane
                    window.inputs[at] = data.inputs[start + t]
                    window.targets[at] = data.targets[start + t]
                    window.weights[at] = data.weights[start + t]
                    window.resets[at] = data.resets[start + t]
                }
            }
            return window
        }
    }
}
