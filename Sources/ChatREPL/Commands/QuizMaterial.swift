import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatSearch
import ChatTraining
import Foundation

/// What a quiz asks about: lines that the model never read, and those that it did.
struct QuizMaterial {
    var passages: [Quiz.Passage] = []
    /// Lines that it was trained on, as far as they are there.
    var trained: Set<String> = []
    /// What about them has to be told.
    var notice: String?

    /// Replies to held-out names that came with charchat.
    static let shippedName = "quiz.tsv"
    /// Dialogues that are drawn of lessons: those that were held out, and as a sample those trained on.
    private static let (heldOutDialogues, trainedDialogues) = (1_500, 3_000)
    /// Characters of the lines that stand before one.
    private static let contextLength = 240

    /// - Parameters:
    ///   - file: a text; that which the model was trained on is known by its hash, and then only what was held
    ///     out of training is asked about. Nil: what came with charchat.
    ///   - validation: the share that was held out.
    static func open(
        _ file: String?, model: ChatModel, reading: CorpusOptions, validation: Double?,
        heldOut: EncodedCorpus.HeldOut
    ) throws -> QuizMaterial {
        guard let file else { return try shipped(model) }
        let url = URL(fileURLWithPath: file)
        if url.isFolder, CorpusFolder.holdsLessons(url) {
            return lessons(try LessonFolder.load(url), model)
        }
        var reading = reading
        func hash() throws -> String { try CorpusReader([url], options: reading).hash() }
        var isTrainedOn = try hash() == model.training?.corpusHash
        if !isTrainedOn {
            reading.removesSpaces = try CorpusReader([url], options: reading).format == .text
            isTrainedOn = try reading.removesSpaces && hash() == model.training?.corpusHash
            reading.removesSpaces = isTrainedOn
        }
        let corpus = try EncodedCorpus.open(
            files: [url], options: reading, alphabet: model.alphabet)
        guard corpus.format == model.format else {
            let shown = VisibleText.oneLine(file)
            throw CommandFailure(
                model.format == .text
                    ? phrase(
                        "the model was taught text, and %@ holds dialogues; name another text",
                        shown)
                    : phrase(
                        "the model was taught dialogues, and %@ holds text; name another text",
                        shown)
            )
        }
        let record = model.training
        guard let record, isTrainedOn else {
            var material = QuizMaterial(passages: try passages(corpus, all: nil))
            material.notice = phrase(
                "By its record the model was not trained on %@: all of it is asked about. What it was trained on is not here, so a line that it wrote may stand there.",
                VisibleText.oneLine(file))
            return material
        }
        let isWhole = try validation == nil && corpus.format == .dialogue && corpus.isOfPairs()
        let share = isWhole ? 0 : validation ?? 0.1
        guard share > 0 else {
            throw CommandFailure(
                phrase(
                    "nothing of %@ was held out of training; name a text that the model never read",
                    VisibleText.oneLine(file))
            )
        }
        let split = try corpus.split(validation: share, from: heldOut, seed: record.seed)
        return QuizMaterial(
            passages: try passages(split.validation, all: Set(lines(corpus))),
            trained: Set(try lines(split.training)))
    }

    private static func shipped(_ model: ChatModel) throws -> QuizMaterial {
        let isShipped = try ChatModel.shippedURL.map { try ModelFile.load($0).hash } == model.hash
        guard isShipped, let url = ShippedFiles.url(shippedName) else {
            let corpus = model.training?.corpus.joined(separator: ", ") ?? ""
            let named = corpus.isEmpty ? "" : " (\(VisibleText.oneLine(corpus)))"
            throw CommandFailure(
                phrase(
                    "name with --text what the model was trained on%@, of which the held-out part is asked about, or a text that it never read",
                    named)
            )
        }
        let corpus = try EncodedCorpus.open(files: [url], alphabet: model.alphabet)
        var material = QuizMaterial(passages: try passages(corpus, all: nil))
        if let world = ShippedFiles.url(SearchOpener.worldName) {
            material.trained = Set(try WorldEntries(file: world).entries.compactMap(\.answer))
        }
        return material
    }

    private static func lessons(_ lessons: LessonFolder, _ model: ChatModel) -> QuizMaterial {
        var heldOut = LessonSource(lessons, seed: 0x9012, split: .heldOutNames)
        var training = LessonSource(lessons, seed: model.training?.seed ?? 1)
        var material = QuizMaterial()
        for _ in 0..<heldOutDialogues {
            guard let first = heldOut.nextAnnotated().turns.first else { continue }
            material.passages.append(Quiz.Passage(before: first.user, line: first.reply))
        }
        for _ in 0..<trainedDialogues {
            material.trained.formUnion(training.nextAnnotated().turns.map(\.reply))
        }
        material.notice = phrase(
            "Lessons have no end: of what the model was trained on %@ replies are known here, and none of these is shown.",
            ModelText.grouped(material.trained.count))
        return material
    }

    /// Lines of a text with what stands before them, or replies that begin a dialogue.
    /// - Parameter all: the lines of the whole text; what is none of them was cut at the edge of a part.
    private static func passages(
        _ corpus: EncodedCorpus, all: Set<String>?
    ) throws -> [Quiz.Passage] {
        guard corpus.format == .text else {
            return try corpus.dialogueStarts.indices.compactMap { index in
                try exchanges(corpus, index).first.map {
                    Quiz.Passage(before: $0.user, line: $0.reply)
                }
            }
        }
        var passages: [Quiz.Passage] = []
        var before: [String] = []
        for line in try lines(corpus) {
            guard all?.contains(line) ?? true else {
                before = []
                continue
            }
            if !before.isEmpty {
                passages.append(Quiz.Passage(before: before.joined(separator: "\n"), line: line))
            }
            before.append(line)
            while before.count > 1, before.reduce(0, { $0 + $1.count }) > contextLength {
                before.removeFirst()
            }
        }
        return passages
    }

    /// The lines of a text, or the replies of dialogues.
    private static func lines(_ corpus: EncodedCorpus) throws -> [String] {
        switch corpus.format {
        case .text:
            corpus.alphabet.decode(try corpus.symbols(in: 0..<corpus.count))
                .split(separator: "\n").map(String.init)
        case .dialogue:
            try corpus.dialogueStarts.indices.flatMap { try exchanges(corpus, $0).map(\.reply) }
        }
    }

    private static func exchanges(
        _ corpus: EncodedCorpus, _ index: Int
    ) throws -> [(user: String, reply: String)] {
        try corpus.dialogue(index).split(separator: Alphabet.endMark).compactMap { exchange in
            let sides = exchange.split(separator: Alphabet.assistantMark)
            guard sides.count == 2 else { return nil }
            return (corpus.alphabet.decode(sides[0]), corpus.alphabet.decode(sides[1]))
        }
    }
}
