import ChatCore
import ChatCorpus
import Foundation

/// What a run reads: endless training windows, and a fixed set to evaluate on.
public struct TrainingData: Sendable {
    /// How the corpus is spelled; the model gets as many symbols.
    public let alphabet: Alphabet
    /// Whether it is text or dialogues.
    public let format: CorpusFormat
    /// SHA-256 that names the corpus in records and checkpoints.
    public let hash: String
    /// The names of the files, for the record.
    public let fileNames: [String]
    /// Characters of the training part, the marks of dialogues among them; nil for an endless stream.
    public let characters: Int?
    /// Symbols of the training part: a Hangul syllable has two or three, a rare character up to eight.
    public let symbols: Int?
    /// What is held out to judge by, in one line for the person who trains; nil where nothing is to tell.
    public let heldOut: String?
    /// Whether the last weights are kept rather than those with the lowest loss.
    public let keepsLast: Bool
    /// Whether it is running text, of which a gap can be filled.
    public let canFill: Bool
    /// Whether it is single questions with their answers.
    public let isOfPairs: Bool
    /// What can be said to a model trained on it; nil where only the corpus could tell.
    public let topics: ModelTopics?
    let source: @Sendable (TrainingOptions) throws -> any WindowSource
    package let evaluation: @Sendable () throws -> [TrainingWindow]

    /// The most symbols that one evaluation reads.
    static let evaluationLimit = 262_144

    /// The most symbols of a corpus of pairs that is trained whole unless told otherwise.
    static let wholePairs = 4_000_000

    /// A corpus and its held-out part, which is never trained on and by which the weights are judged.
    ///
    /// A small corpus of pairs is used for training whole: a model of it is asked its own questions, and
    /// nobody could guess a held-out pair. It is judged by how well it is learned.
    /// - Parameters:
    ///   - validation: the share held out; 0 holds nothing out and keeps the last weights, nil takes what
    ///     suits.
    ///   - place: whether that is a sample over the whole corpus or its end.
    ///   - seed: of the sample.
    ///   - rehearsing: what a pretrained model knew before, mixed into dialogues.
    /// - Throws: `TrainingError.options` when what is held out of a text is less than two characters, and
    ///   what reading the corpus throws.
    public init(
        _ corpus: EncodedCorpus, validation: Double?, from place: EncodedCorpus.HeldOut = .spread,
        seed: UInt64 = 1, rehearsing: Rehearsal? = nil
    ) throws {
        let isOfPairs = corpus.format == .dialogue ? try corpus.isOfPairs() : false
        let isList = try LineWindows.isList(corpus)
        let learnsAll = validation == nil && isOfPairs && corpus.count <= Self.wholePairs
        let share = validation ?? (learnsAll ? 0 : 0.1)
        let split =
            share > 0
            ? try corpus.split(validation: share, from: place, seed: seed)
            : (training: corpus, validation: corpus)
        if corpus.format == .text, share > 0, split.validation.count < 2 {
            throw TrainingError.options(
                "what is held out of the text is less than two characters; give more text or hold out a larger part"
            )
        }
        let isShared =
            corpus.format == .dialogue
            && (split.training.dialogueStarts.isEmpty || split.validation.dialogueStarts.isEmpty)
        let parts = isShared ? (training: corpus, validation: corpus) : split
        keepsLast = validation == 0
        canFill = corpus.format == .text && !isList
        self.isOfPairs = isOfPairs
        topics = nil
        let count = try parts.training.characterCount()
        heldOut = Self.heldOut(
            corpus, parts.validation, share: share, place: place,
            characters: (held: try parts.validation.characterCount(), trained: count),
            kind: isShared ? .tooFew : learnsAll ? .learned : validation == 0 ? .nothing : .sample)
        alphabet = corpus.alphabet
        format = corpus.format
        hash =
            rehearsing.map { SHA256.hash(data: Data((corpus.hash + $0.hash).utf8)).hexadecimal }
            ?? corpus.hash
        fileNames = corpus.fileNames
        characters = count
        symbols = parts.training.count
        source = { options in
            switch corpus.format {
            case .text where isList:
                try LineWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength,
                    seed: options.seed)
            case .text where options.fill > 0:
                try FillWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength,
                    seed: options.seed, share: options.fill)
            case .text:
                try TextWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength)
            case .dialogue:
                try DialogueWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength,
                    seed: options.seed, userWeight: options.userWeight, joins: isOfPairs,
                    rehearsing: rehearsing)
            }
        }
        evaluation = {
            switch corpus.format {
            case .text:
                return EvaluationWindows.text(
                    try parts.validation.sample(limit: Self.evaluationLimit),
                    alphabet: corpus.alphabet)
            case .dialogue:
                var dialogues: [[Symbol]] = []
                var total = 0
                // Those of a corpus of pairs come in the order of the file: a sample over all of it.
                let starts = parts.validation.dialogueStarts
                let step = max(1, parts.validation.count / Self.evaluationLimit)
                for index in stride(from: 0, to: starts.count, by: step)
                where total < Self.evaluationLimit {
                    dialogues.append(try parts.validation.dialogue(index))
                    total += dialogues[dialogues.count - 1].count
                }
                return EvaluationWindows.dialogues(dialogues)
            }
        }
    }

    /// An endless source of dialogues, such as lessons.
    /// - Parameters:
    ///   - source: makes the training stream from the seed of a run, and what else it goes by.
    ///   - validation: dialogues to evaluate on.
    ///   - topics: what can be said to a model of it.
    package init(
        alphabet: Alphabet, hash: String, fileNames: [String], validation: [Dialogue],
        topics: ModelTopics? = nil,
        source: @escaping @Sendable (TrainingOptions) -> any DialogueSource
    ) {
        self.alphabet = alphabet
        format = .dialogue
        self.hash = hash
        self.fileNames = fileNames
        characters = nil
        symbols = nil
        heldOut = nil
        keepsLast = false
        canFill = false
        isOfPairs = false
        self.topics = topics
        self.source = { options in
            DialogueWindows(
                source: source(options), alphabet: alphabet, batch: options.batchSize,
                time: options.windowLength, userWeight: options.userWeight)
        }
        evaluation = {
            EvaluationWindows.dialogues(validation.map { $0.encoded(with: alphabet) })
        }
    }

    private enum Kind { case sample, learned, nothing, tooFew }

    private static func heldOut(
        _ corpus: EncodedCorpus, _ held: EncodedCorpus, share: Double,
        place: EncodedCorpus.HeldOut, characters: (held: Int, trained: Int), kind: Kind
    ) -> String {
        let dialogues = corpus.dialogueStarts.count
        switch kind {
        case .tooFew:
            return
                "There are too few dialogues to hold one out: the validation loss is that of the dialogues trained on."
        case .nothing:
            return
                "Nothing is held out: the validation loss is that of what is trained on, and the last weights are kept."
        case .learned:
            return
                "All \(dialogues) pairs are trained on; the validation loss tells how well they are learned, not how others would be answered."
        case .sample:
            // Whole sentences, for another language puts their parts in another order.
            let all = characters.held + characters.trained
            switch (corpus.format, place) {
            case (.text, .end):
                return
                    "Held out to judge by: \(characters.held) of \(all) characters, the last, and never trained on."
            case (.text, .spread):
                return
                    "Held out to judge by: \(characters.held) of \(all) characters, \(held.spanCount) spans over all of the text, and never trained on."
            case (.dialogue, .end):
                return
                    "Held out to judge by: \(held.dialogueStarts.count) of \(dialogues) dialogues, the last, and never trained on."
            case (.dialogue, .spread):
                return
                    "Held out to judge by: \(held.dialogueStarts.count) of \(dialogues) dialogues, drawn from all of them, and never trained on."
            }
        }
    }
}
