/// Windows that go over a corpus once, for measuring a loss: every symbol that counts is a target
/// exactly once. `batch` lanes each read one stretch from its beginning, with a fresh state there and
/// at each dialogue; behind a lane's end weights are 0.
public struct CorpusSweep: Sendable {
    public let batch: Int
    public let time: Int
    private let corpus: EncodedCorpus
    private let userWeight: Float
    /// What each lane has yet to read; a target may lie one symbol behind the end.
    private var lanes: [Range<Int>]
    private var speakers: [Float]
    private var isFirst: [Bool]

    /// - Parameters:
    ///   - batch: 1 carries the state from the first character of a text to the last.
    ///   - userWeight: what the user's side of a dialogue counts.
    /// - Throws: `CorpusError.tooSmall` for a corpus without a pair of symbols.
    public init(corpus: EncodedCorpus, batch: Int, time: Int, userWeight: Float = 0) throws {
        guard corpus.count > 1 else {
            throw CorpusError.tooSmall(characters: corpus.count, needed: 2)
        }
        self.corpus = corpus
        self.batch = batch
        self.time = time
        self.userWeight = userWeight
        let pairs = corpus.count - 1
        var starts = (0...batch).map { $0 * pairs / batch }
        if corpus.format == .dialogue {
            // Each lane begins with the first dialogue that starts in its stretch.
            var next = 0
            starts = starts.map { place in
                while next < corpus.dialogueStarts.count, corpus.dialogueStarts[next] < place {
                    next += 1
                }
                return next < corpus.dialogueStarts.count ? corpus.dialogueStarts[next] : pairs
            }
            starts[0] = 0
            starts[batch] = pairs
        }
        lanes = (0..<batch).map { starts[$0]..<starts[$0 + 1] }
        speakers = [Float](repeating: 0, count: batch)
        isFirst = [Bool](repeating: true, count: batch)
    }

    /// Fills `window`; false when everything has been given out.
    public mutating func next(into window: inout TrainingWindow) throws -> Bool {
        precondition(window.batch == batch && window.time == time, "a window of this sweep's shape")
        guard lanes.contains(where: { !$0.isEmpty }) else { return false }
        let isText = corpus.format == .text
        for b in 0..<batch {
            let run = min(time, lanes[b].count)
            let start = lanes[b].lowerBound
            let symbols = run > 0 ? try corpus.symbols(in: start..<start + run + 1) : []
            for t in 0..<time {
                let index = t * batch + b
                guard t < run else {
                    window.inputs[index] = 0
                    window.targets[index] = 0
                    window.weights[index] = 0
                    window.resets[index] = false
                    continue
                }
                let input = symbols[t]
                let target = symbols[t + 1]
                let opensDialogue =
                    !isText && input == Alphabet.userMark && isDialogueStart(start + t)
                if input == Alphabet.userMark { speakers[b] = userWeight }
                if input == Alphabet.assistantMark { speakers[b] = 1 }
                window.inputs[index] = Int32(input)
                window.targets[index] = Int32(target)
                window.weights[index] = isText ? 1 : target == Alphabet.userMark ? 0 : speakers[b]
                window.resets[index] = opensDialogue || (isFirst[b] && t == 0)
            }
            if run > 0 { isFirst[b] = false }
            lanes[b] = start + run..<lanes[b].upperBound
        }
        return true
    }

    private func isDialogueStart(_ place: Int) -> Bool {
        var low = 0
        var high = corpus.dialogueStarts.count
        while low < high {
            let middle = (low + high) / 2
            if corpus.dialogueStarts[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low < corpus.dialogueStarts.count && corpus.dialogueStarts[low] == place
    }
}
