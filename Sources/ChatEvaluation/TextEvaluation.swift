import ChatCore
import ChatCorpus
import Foundation

/// How well a model predicts a text: the mean loss over its characters, the state carried from the
/// first to the last, the parameters left as they are (no dynamic evaluation).
///
/// A character is one Unicode scalar of the text in NFC. One that the model spells in several
/// symbols, such as a Hangul syllable, costs the sum of their losses. The first is predicted from the
/// start of a line, so that every character counts.
public struct TextEvaluation: Sendable, Equatable {
    /// Characters that count.
    public let characters: Int
    /// −Σ ln p(symbol | all before it) / characters, summed in 64-bit floats.
    public let natsPerCharacter: Double
    /// 95 % confidence interval of `natsPerCharacter`, from stretches of about a thousand symbols drawn
    /// with replacement; nil for a text of one stretch.
    public let natsInterval: Interval?
    /// How sure the model was of its likeliest next symbol, and how often that came.
    package let calibration: Calibration

    /// `natsPerCharacter` / ln 2.
    public var bitsPerCharacter: Double { natsPerCharacter / log(2) }
    /// e to the power of `natsPerCharacter`.
    public var perplexity: Double { exp(natsPerCharacter) }

    /// What one line, or one exchange of a dialogue, cost.
    public struct Line: Sendable, Equatable {
        /// The line without its end, or the reply.
        public var text: String
        /// Characters of it that count.
        public var characters: Int
        /// Of all of it, not a character.
        public var nats: Double
    }

    /// Evaluates a file of any size and form; it is read block by block, as training reads it.
    ///
    /// Of dialogues only the replies and their ends count for a model of dialogues, each dialogue from a
    /// fresh state; a model of text reads them as its chat does, line by line, and all of it counts.
    /// - Parameters:
    ///   - options: how the file is read.
    ///   - progress: called now and then with the bytes read; false stops.
    ///   - onLine: given each line of a text, or exchange of a dialogue, with its loss.
    /// - Returns: nil when stopped.
    /// - Throws: `CorpusError` for a file that is missing, empty or of no form that is read.
    public init?(
        file: URL, model: ChatModel, options: CorpusOptions = CorpusOptions(),
        progress: (Int) -> Bool = { _ in true }, onLine: ((Line) throws -> Void)? = nil
    ) throws {
        if CorpusOpener.isFolder(file) { throw CorpusError.directory(file: file.relativePath) }
        var scorer = TextScorer(model: model)
        var bytesRead = 0
        for part in try CorpusOpener([file], options: options).parts {
            if part.format == .dialogue {
                var reader = try part.dialogues()
                while let dialogue = try reader.next() {
                    guard
                        try scorer.read(
                            dialogue, onLine: onLine, shouldContinue: { progress(bytesRead) })
                    else { return nil }
                    bytesRead += dialogue.messages.reduce(0) { $0 + $1.content.utf8.count }
                }
                continue
            }
            var blocks = try part.blocks()
            while let block = try blocks.next() {
                bytesRead += block.utf8.count
                guard
                    try scorer.read(block, onLine: onLine, shouldContinue: { progress(bytesRead) })
                else {
                    return nil
                }
            }
            if let onLine { try scorer.endLine(onLine) }
        }
        guard scorer.characters > 0 else { throw CorpusError.empty(file: file.relativePath) }
        self.init(scorer)
    }

    /// Evaluates a text in memory.
    /// - Returns: nil for an empty text.
    public init?(text: String, model: ChatModel) {
        var scorer = TextScorer(model: model)
        guard (try? scorer.read(text, onLine: nil, shouldContinue: { true })) == true,
            scorer.characters > 0
        else { return nil }
        self.init(scorer)
    }

    private init(_ scorer: TextScorer) {
        characters = scorer.characters
        natsPerCharacter = scorer.nats / Double(scorer.characters)
        let scale = Double(scorer.symbols) / Double(scorer.characters)
        natsInterval = Bootstrap.interval(of: scorer.stretches).map {
            Interval(low: $0.low * scale, high: $0.high * scale)
        }
        calibration = scorer.calibration
    }

    /// The contract's JSON object, on one line, with the interval, the accuracy of the likeliest
    /// symbol, the expected calibration error and its bins beside it.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(Report(self)), as: UTF8.self)
        }
    }

    private struct Report: Encodable {
        let characters: Int
        let nats_per_character: Double
        let nats_per_character_95: Interval?
        let bits_per_character: Double
        let perplexity: Double
        let accuracy: Double
        let expected_calibration_error: Double
        let reliability: [Calibration.Bin]

        init(_ evaluation: TextEvaluation) {
            characters = evaluation.characters
            nats_per_character = evaluation.natsPerCharacter
            nats_per_character_95 = evaluation.natsInterval
            bits_per_character = evaluation.bitsPerCharacter
            perplexity = evaluation.perplexity
            accuracy = evaluation.calibration.accuracy
            expected_calibration_error = evaluation.calibration.expectedError
            reliability = evaluation.calibration.bins
        }
    }
}

/// Sums losses while reading text, block after block.
private struct TextScorer {
    private let model: ChatModel
    private let engine: StepEngine
    private var state: RecurrentState
    private var logits: [Float] = []
    private(set) var nats = 0.0
    private(set) var characters = 0
    private(set) var symbols = 0
    private(set) var calibration = Calibration()
    /// Nats and symbols of stretches in a row. When they are many, two become one, and the next ones
    /// are as long.
    private(set) var stretches: [Bootstrap.Group] = []
    private var stretchLength = 1_024.0

    init(model: ChatModel) {
        self.model = model
        engine = StepEngine(model.network)
        state = model.network.freshState
        for symbol in model.alphabet.encode("\n") {
            engine.step(symbol, state: &state, logits: &logits)
        }
    }

    /// The line that is being read, where lines are told.
    private var line: [Symbol] = []
    private var lineNats = 0.0

    /// Reads a block; false when `shouldContinue`, asked every 4,096 symbols, said to stop.
    mutating func read(
        _ text: String, onLine: ((TextEvaluation.Line) throws -> Void)?, shouldContinue: () -> Bool
    ) throws -> Bool {
        characters += Normalization.nfc(text).unicodeScalars.count
        let lineFeed = model.alphabet.symbol(of: "\n")
        for (index, symbol) in model.alphabet.encode(text).enumerated() {
            if index % 4096 == 4095, !shouldContinue() { return false }
            let before = nats
            count(symbol)
            engine.step(symbol, state: &state, logits: &logits)
            guard let onLine else { continue }
            lineNats += nats - before
            if symbol == lineFeed { try endLine(onLine) } else { line.append(symbol) }
        }
        return shouldContinue()
    }

    /// Tells of the line that was read.
    mutating func endLine(_ onLine: (TextEvaluation.Line) throws -> Void) throws {
        let text = model.alphabet.decode(line)
        if !text.isEmpty {
            try onLine(
                TextEvaluation.Line(
                    text: text, characters: text.unicodeScalars.count + 1, nats: lineNats))
        }
        (line, lineNats) = ([], 0)
    }

    /// Reads a dialogue from a fresh state; false when `shouldContinue`, asked each exchange, said to stop.
    mutating func read(
        _ dialogue: Dialogue, onLine: ((TextEvaluation.Line) throws -> Void)?,
        shouldContinue: () -> Bool
    ) throws -> Bool {
        let generator = ReplyGenerator(model: model, engine: engine)
        if model.format == .dialogue { state = model.network.freshState }
        for (user, reply) in dialogue.exchanges {
            let before = nats
            var read = 0
            for symbol in generator.opening(user) {
                if model.format == .text { count(symbol) }
                engine.step(symbol, state: &state, logits: &logits)
            }
            if model.format == .text { read += Normalization.nfc(user).unicodeScalars.count + 1 }
            for symbol in model.alphabet.encode(reply) + generator.closing {
                count(symbol)
                engine.step(symbol, state: &state, logits: &logits)
            }
            // The end of a reply is a character to be predicted like any.
            read += Normalization.nfc(reply).unicodeScalars.count + 1
            characters += read
            try onLine?(
                TextEvaluation.Line(
                    text: "\(user)\t\(reply)", characters: read, nats: nats - before))
            guard shouldContinue() else { return false }
        }
        return true
    }

    /// Counts −ln softmax(logits)[symbol], in 64-bit floats, the largest logit taken out first.
    private mutating func count(_ symbol: Symbol) {
        let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
        let largest = Double(logits[best])
        let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
        let loss = log(sum) + largest - Double(logits[Int(symbol)])
        nats += loss
        symbols += 1
        calibration.add(confidence: 1 / sum, isRight: best == Int(symbol))
        if stretches.last.map({ $0.count >= stretchLength }) ?? true {
            if stretches.count == 2_000 { joinStretches() }
            stretches.append(Bootstrap.Group(sum: 0, count: 0))
        }
        stretches[stretches.count - 1].sum += loss
        stretches[stretches.count - 1].count += 1
    }

    private mutating func joinStretches() {
        stretches = stride(from: 0, to: stretches.count, by: 2).map { first in
            let pair = stretches[first..<min(first + 2, stretches.count)]
            return Bootstrap.Group(
                sum: pair.reduce(0) { $0 + $1.sum }, count: pair.reduce(0) { $0 + $1.count })
        }
        stretchLength *= 2
    }
}
