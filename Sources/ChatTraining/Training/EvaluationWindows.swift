import ChatCore

/// Windows for evaluation: every character counts once, lanes side by side for speed.
package enum EvaluationWindows {
    static let time = 128
    static let lanes = 16
    /// Characters that a lane reads before those that count, so that it does not start from nothing.
    static let burnIn = 256

    /// Running text in up to 16 lanes. The first starts fresh, as `evaluate text` does; the others read
    /// 256 characters before their part first.
    package static func text(_ symbols: [Symbol]) -> [TrainingWindow] {
        let pairs = symbols.count - 1
        guard pairs > 0 else { return [] }
        let count = max(1, min(lanes, pairs / (4 * burnIn)))
        var columns = [Lane](repeating: Lane(), count: count)
        for index in 0..<count {
            let start = pairs * index / count
            let end = pairs * (index + 1) / count
            let lead = index == 0 ? 0 : burnIn
            for i in start - lead..<end {
                columns[index].append(
                    symbols[i], symbols[i + 1], weight: i < start ? 0 : 1, reset: i == start - lead)
            }
        }
        return windows(columns)
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
