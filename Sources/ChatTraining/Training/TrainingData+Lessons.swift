import ChatCore
import ChatCorpus

extension TrainingData {
    /// Dialogues that one evaluation reads, with names that are kept out of training.
    private static let evaluationDialogues = 48

    /// Dialogues over which lessons grow from drills in telling and asking back to everything.
    private static let rampDialogues: UInt64 = 20_000

    /// The endless stream of a folder of lessons. Validation reads dialogues with held-out names.
    /// - Parameter taught: the alphabet of a model that goes on learning: no drills at the beginning. Nil
    ///   for a new model.
    public init(lessons: LessonFolder, name: String, taught: Alphabet? = nil) {
        var counts = ScalarCounts()
        for text in lessons.alphabetTexts { counts.add(text) }
        let alphabet = taught ?? counts.alphabet(alwaysKept: 4096)
        var heldOut = LessonSource(lessons, seed: 0x5EED, split: .heldOutNames)
        let validation = (0..<Self.evaluationDialogues).compactMap { _ in heldOut.next() }
        self.init(
            alphabet: alphabet, hash: lessons.hash, fileNames: [name], validation: validation,
            source: {
                LessonSource(lessons, seed: $0, ramp: taught == nil ? Self.rampDialogues : 0)
            })
    }
}
