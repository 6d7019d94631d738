import ChatCore
import ChatCorpus
import Foundation

/// An endless run of encoded dialogues: those of a corpus, shuffled anew each epoch, or those of a
/// source.
struct DialogueFeed: Sendable {
    let alphabet: Alphabet
    private var origin: Origin
    private var rehearsal: Rehearsed?

    /// What a model knew before, among what it is to learn.
    private struct Rehearsed: Sendable {
        var source: RepeatedSource
        let share: Double
        let seed: UInt64
        /// Dialogues drawn from both.
        var drawn = 0
    }

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
        var rehearsal: Rehearsal?

        struct Rehearsal: Codable {
            var drawn: Int
            var epoch: Int
            var sourceDrawn: Int
            var source: Data?
        }
    }

    /// - Parameters:
    ///   - joins: puts dialogues together at random into longer ones; see `ShuffledDialogues`.
    ///   - rehearsing: what the model knew before, mixed in.
    init(
        corpus: EncodedCorpus, seed: UInt64, joins: Bool = false, rehearsing: Rehearsal? = nil
    ) {
        alphabet = corpus.alphabet
        origin = .corpus(ShuffledDialogues(corpus: corpus, seed: seed, joins: joins))
        rehearsal = rehearsing.map {
            Rehearsed(
                source: RepeatedSource(source: $0.source(seed)), share: $0.share,
                seed: seed ^ 0x5E_4EA2)
        }
    }

    init(source: any DialogueSource, alphabet: Alphabet) {
        self.alphabet = alphabet
        origin = .source(RepeatedSource(source: source))
    }

    var symbolsPerEpoch: Int? {
        switch origin {
        case .corpus(let dialogues): dialogues.corpus.count
        case .source: nil
        }
    }

    /// A dialogue, and what in it nobody should learn to say: what the user did not say like this, and slips.
    struct Fed: Sendable {
        var symbols: [Symbol]
        var spoiled: [Range<Int>] = []
    }

    /// The next dialogue that has an exchange.
    package mutating func next() throws -> Fed {
        if var mixed = rehearsal {
            var random = RandomStream(seed: mixed.seed, branch: UInt64(mixed.drawn))
            mixed.drawn += 1
            let isOld = random.uniform() < mixed.share
            let old = isOld ? try mixed.source.next(alphabet) : nil
            rehearsal = mixed
            if let old { return old }
        }
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
        var position =
            switch origin {
            case .corpus(let dialogues): Position(epoch: dialogues.epoch, drawn: dialogues.drawn)
            case .source(let source):
                Position(epoch: source.epoch, drawn: source.drawn, source: source.source.position)
            }
        position.rehearsal = rehearsal.map {
            .init(
                drawn: $0.drawn, epoch: $0.source.epoch, sourceDrawn: $0.source.drawn,
                source: $0.source.source.position)
        }
        return position
    }

    mutating func restore(_ position: Position) throws {
        guard (rehearsal == nil) == (position.rehearsal == nil) else {
            throw CorpusError.position("it was made with other lessons to rehearse")
        }
        if let saved = position.rehearsal, var mixed = rehearsal {
            guard (0...Self.most).contains(saved.drawn) else {
                throw CorpusError.position("its counts cannot be")
            }
            try mixed.source.restore(
                Position(epoch: saved.epoch, drawn: saved.sourceDrawn, source: saved.source))
            mixed.drawn = saved.drawn
            rehearsal = mixed
        }
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
/// of 2 to 12, so that the second question of a chat is answered as the first one is. Two questions in three
/// are then typed otherwise (`reworded`): what is asked in other words is known by those that it shares.
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

    mutating func next() throws -> DialogueFeed.Fed {
        if drawn == order.count {
            epoch += 1
            drawn = 0
            shuffle()
        }
        let first = try corpus.dialogue(Int(order[drawn]))
        drawn += 1
        guard joins else { return DialogueFeed.Fed(symbols: first) }
        var random = RandomStream(
            seed: seed ^ 0x6A01_4E5D, branch: UInt64(epoch) << 32 | UInt64(drawn))
        let count = random.index(below: 3) == 0 ? 1 : 2 + random.index(below: 11)
        let end = min(order.count, drawn + count - 1)
        var fed = DialogueFeed.Fed(symbols: [])
        append(first, to: &fed, &random)
        for index in drawn..<end {
            append(try corpus.dialogue(Int(order[index])), to: &fed, &random)
        }
        drawn = end
        return fed
    }

    private func append(
        _ dialogue: [Symbol], to fed: inout DialogueFeed.Fed, _ random: inout RandomStream
    ) {
        let isSpoiled = random.index(below: 3) > 0
        guard isSpoiled, let end = dialogue.firstIndex(of: Alphabet.assistantMark), end > 1 else {
            fed.symbols += dialogue
            return
        }
        let question = corpus.alphabet.decode(Array(dialogue[1..<end]))
        let spoiled = corpus.alphabet.encode(Self.reworded(question, &random))
        guard !spoiled.isEmpty else {
            fed.symbols += dialogue
            return
        }
        fed.symbols.append(Alphabet.userMark)
        let start = fed.symbols.count
        fed.symbols += spoiled
        fed.spoiled.append(start..<fed.symbols.count)
        fed.symbols += dialogue[end...]
    }

    /// A question as somebody else might type it: without marks and capitals, some words left out, or in
    /// another order. What is left of it are the words that the answer goes by.
    private static func reworded(_ question: String, _ random: inout RandomStream) -> String {
        var words = question.split(separator: " ").map(String.init)
        if random.index(below: 2) == 0 {
            words = words.map { $0.lowercased() }
            if let last = words.last {
                words[words.count - 1] = last.filter { !".?!".contains($0) }
            }
        }
        if words.count > 2 {
            let dropped = [0, 2, 4, 5][random.index(below: 4)]
            let kept = words.filter { _ in random.index(below: 10) >= dropped }
            if !kept.isEmpty { words = kept }
            if random.index(below: 3) == 0 { random.shuffle(&words) }
        }
        return words.filter { !$0.isEmpty }.joined(separator: " ")
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
