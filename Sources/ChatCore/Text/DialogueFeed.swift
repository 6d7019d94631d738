import Foundation

/// An endless run of encoded dialogues: those of a corpus, shuffled anew each epoch, or those of a
/// source.
struct DialogueFeed: Sendable {
    let alphabet: Alphabet
    private var origin: Origin

    private enum Origin: Sendable {
        case corpus(ShuffledDialogues)
        case source(RepeatedSource)
    }

    /// Dialogues beyond any run, far from overflow.
    static let most = 1 << 52

    struct Position: Codable {
        var epoch: Int
        var drawn: Int
        var source: Data?
    }

    /// - Parameter joins: puts dialogues together at random into longer ones; see `ShuffledDialogues`.
    init(corpus: EncodedCorpus, seed: UInt64, joins: Bool = false) {
        alphabet = corpus.alphabet
        origin = .corpus(ShuffledDialogues(corpus: corpus, seed: seed, joins: joins))
    }

    init(source: any DialogueSource, alphabet: Alphabet) {
        self.alphabet = alphabet
        origin = .source(RepeatedSource(source: source))
    }

    var charactersPerEpoch: Int? {
        switch origin {
        case .corpus(let dialogues): dialogues.corpus.count
        case .source: nil
        }
    }

    /// The next dialogue that has an exchange.
    mutating func next() throws -> [Symbol] {
        switch origin {
        case .corpus(var dialogues):
            origin = .source(RepeatedSource.none)
            defer { origin = .corpus(dialogues) }
            return try dialogues.next()
        case .source(var source):
            defer { origin = .source(source) }
            return try source.next(alphabet)
        }
    }

    var position: Position {
        switch origin {
        case .corpus(let dialogues): Position(epoch: dialogues.epoch, drawn: dialogues.drawn)
        case .source(let source):
            Position(epoch: source.epoch, drawn: source.drawn, source: source.source.position)
        }
    }

    mutating func restore(_ position: Position) throws {
        switch origin {
        case .corpus(var dialogues):
            try dialogues.restore(epoch: position.epoch, drawn: position.drawn)
            origin = .corpus(dialogues)
        case .source(var source):
            try source.restore(position)
            origin = .source(source)
        }
    }
}

/// The dialogues of a corpus; epoch `e` takes them in the order of random stream `(seed, e)`.
///
/// Where they are single exchanges, they may be joined: one third stay alone, the others become dialogues
/// of 2 to 12, so that the second question of a chat is answered as the first one is.
private struct ShuffledDialogues: Sendable {
    let corpus: EncodedCorpus
    let seed: UInt64
    let joins: Bool
    var epoch = 0
    var drawn = 0
    private var order: [UInt32] = []

    init(corpus: EncodedCorpus, seed: UInt64, joins: Bool) {
        self.corpus = corpus
        self.seed = seed
        self.joins = joins
        shuffle()
    }

    private mutating func shuffle() {
        order = (0..<corpus.dialogueStarts.count).map(UInt32.init)
        var random = RandomStream(seed: seed, branch: UInt64(epoch))
        random.shuffle(&order)
    }

    mutating func next() throws -> [Symbol] {
        if drawn == order.count {
            epoch += 1
            drawn = 0
            shuffle()
        }
        var symbols = try corpus.dialogue(Int(order[drawn]))
        drawn += 1
        guard joins else { return symbols }
        var random = RandomStream(
            seed: seed ^ 0x6A01_4E5D, branch: UInt64(epoch) << 32 | UInt64(drawn))
        let count = random.index(below: 3) == 0 ? 1 : 2 + random.index(below: 11)
        let end = min(order.count, drawn + count - 1)
        for index in drawn..<end { symbols += try corpus.dialogue(Int(order[index])) }
        drawn = end
        return symbols
    }

    mutating func restore(epoch: Int, drawn: Int) throws {
        guard (0...DialogueFeed.most).contains(epoch),
            (0...corpus.dialogueStarts.count).contains(drawn)
        else {
            throw CorpusError.position("it belongs to another corpus")
        }
        self.epoch = epoch
        self.drawn = drawn
        shuffle()
    }
}

/// A source that begins anew when it ends.
private struct RepeatedSource: Sendable {
    let beginning: any DialogueSource
    var source: any DialogueSource
    var epoch = 0
    var drawn = 0

    init(source: any DialogueSource) {
        beginning = source
        self.source = source
    }

    private struct Nothing: DialogueSource {
        mutating func next() -> Dialogue? { nil }
    }
    static let none = RepeatedSource(source: Nothing())

    mutating func next(_ alphabet: Alphabet) throws -> [Symbol] {
        var hasBegunAnew = false
        while true {
            guard let dialogue = try source.next() else {
                if hasBegunAnew { throw CorpusError.noDialogues(file: "the source of dialogues") }
                hasBegunAnew = true
                source = beginning
                epoch += 1
                drawn = 0
                continue
            }
            drawn += 1
            let symbols = dialogue.encoded(with: alphabet)
            if !symbols.isEmpty { return symbols }
        }
    }

    mutating func restore(_ position: DialogueFeed.Position) throws {
        guard (0...DialogueFeed.most).contains(position.epoch),
            (0...DialogueFeed.most).contains(position.drawn)
        else {
            throw CorpusError.position("its counts cannot be")
        }
        source = beginning
        if let place = position.source {
            try source.restore(place)
        } else {
            for _ in 0..<position.drawn where try source.next() == nil {
                throw CorpusError.position("the source of dialogues has become shorter")
            }
        }
        epoch = position.epoch
        drawn = position.drawn
    }
}
