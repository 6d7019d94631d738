import ChatCore
import ChatCorpus

extension TrainingData {
    /// Dialogues that one evaluation reads, with names that are kept out of training.
    private static let evaluationDialogues = 48

    /// Dialogues over which lessons grow from drills in telling and asking back to everything: a third of
    /// a run, and no more than a long one needs.
    static func rampDialogues(_ options: TrainingOptions) -> UInt64 {
        let symbols: Double =
            switch options.budget {
            // What a small model reads on two cores of 2023.
            case .minutes(let minutes): minutes * 60 * 16_000
            case .steps(let steps): Double(steps * options.batchSize * options.windowLength)
            case .epochs: .infinity
            }
        return UInt64(min(Double(longestRamp), symbols / 3 / symbolsOfDialogue))
    }

    private static let (longestRamp, symbolsOfDialogue): (UInt64, Double) = (20_000, 500)

    /// The endless stream of a folder of lessons. Validation reads dialogues with held-out names.
    /// - Parameter pretrained: the alphabet of a pretrained model that goes on learning, which needs no drills at
    ///   the beginning; nil for a new model.
    public init(lessons: LessonFolder, name: String, pretrained: Alphabet? = nil) {
        var counts = ScalarCounts()
        for text in lessons.alphabetTexts { counts.add(text) }
        let alphabet = pretrained ?? counts.alphabet(alwaysKept: 4096)
        var heldOut = LessonSource(lessons, seed: 0x5EED, split: .heldOutNames)
        let validation = (0..<Self.evaluationDialogues).compactMap { _ in heldOut.next() }
        self.init(
            alphabet: alphabet, hash: lessons.hash, fileNames: [name], validation: validation,
            topics: lessons.topics,
            source: {
                LessonSource(
                    lessons, seed: $0.seed, ramp: pretrained == nil ? Self.rampDialogues($0) : 0)
            })
    }
}
