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
    public let characters: Int
    /// −Σ ln p(symbol | all before it) / characters, summed in 64-bit floats.
    public let natsPerCharacter: Double
    /// 95 % confidence interval of `natsPerCharacter`, from stretches of about a thousand symbols drawn
    /// with replacement; nil for a text of one stretch.
    public let natsInterval: Interval?
    /// How sure the model was of its likeliest next symbol, and how often that came.
    public let calibration: Calibration

    public var bitsPerCharacter: Double { natsPerCharacter / log(2) }
    public var perplexity: Double { exp(natsPerCharacter) }

    /// Evaluates a UTF-8 file of any size; it is read block by block, as training reads it.
    /// - Parameter progress: called now and then with the bytes read; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `CorpusError` for a file that is missing, no regular file, empty or not UTF-8.
    public init?(
        file: URL, model: ChatModel, progress: (Int) -> Bool = { _ in true }
    ) throws {
        var scorer = TextScorer(model: model)
        var bytesRead = 0
        var blocks = TextBlocks(try CorpusFile(file))
        while let block = try blocks.next() {
            bytesRead += block.utf8.count
            guard scorer.read(block, goOn: { progress(bytesRead) }) else { return nil }
        }
        guard scorer.characters > 0 else { throw CorpusError.empty(file: file.path) }
        self.init(scorer)
    }

    /// Evaluates a text in memory.
    /// - Returns: nil for an empty text.
    public init?(text: String, model: ChatModel) {
        var scorer = TextScorer(model: model)
        guard scorer.read(text, goOn: { true }), scorer.characters > 0 else { return nil }
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

    /// Reads a block; false when `goOn`, asked every 4,096 symbols, said to stop.
    mutating func read(_ text: String, goOn: () -> Bool) -> Bool {
        characters += Normalization.nfc(text).unicodeScalars.count
        for (index, symbol) in model.alphabet.encode(text).enumerated() {
            if index % 4096 == 4095, !goOn() { return false }
            count(symbol)
            engine.step(symbol, state: &state, logits: &logits)
        }
        return goOn()
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
