/// Why a reply ended.
public enum FinishReason: String, Sendable, Equatable, Codable {
    /// The model ended its turn: the end mark or, in a plain-text model, the line's end.
    case complete
    /// The length limit.
    case limit
    /// It went round in a circle (`Repetition`).
    case repetition
    /// Stopped from outside.
    case interrupted
}

/// What the model said, and how far it went.
public struct Reply: Sendable, Equatable {
    /// What it said, without a mark; in a plain-text model without the line's end.
    public var text: String
    /// Symbols generated, the end and what the reply began with not counted; with `finishReason` this is what
    /// makes an interrupted reply come out again exactly.
    public var symbolCount: Int
    /// Why it ended.
    public var finishReason: FinishReason
}

/// Turns a model into something that answers: text in, text out, the state carried in `RecurrentState`.
///
/// The state after a turn is defined by the turn's text alone: it is the state after reading the
/// canonical encoding of the exchange (user mark, text, assistant mark, reply, end mark; in a
/// plain-text model text, newline, reply, newline). When the model spelled its reply in some other way,
/// the state is recomputed from the text. So a transcript determines every state.
public struct ReplyGenerator {
    /// The model that answers.
    public let model: ChatModel
    /// What runs the model. It owns scratch memory, so copies of this value share it and belong to one task.
    public let engine: StepEngine
    /// At the beginning of a reply.
    private let spelling: ReplySpelling

    /// - Parameter engine: one that was made for this model; nil makes one, which packs the weights (a few
    ///   milliseconds for a million of them).
    public init(model: ChatModel, engine: StepEngine? = nil) {
        self.model = model
        self.engine = engine ?? StepEngine(model.network)
        spelling = ReplySpelling(model.alphabet)
    }

    /// The state that remembers nothing.
    public var freshState: RecurrentState { model.network.freshState }

    /// The likeliest reply, symbol by symbol, by the present rule; nil when `shouldContinue` stopped it.
    package func greedyReply(
        to text: String, state: inout RecurrentState, lengthLimit: Int, shouldContinue: () -> Bool
    ) -> String? {
        var random = RandomStream(seed: 0)
        let reply = reply(
            to: text, state: &state, random: &random, settings: .greedy, lengthLimit: lengthLimit,
            emit: { _ in shouldContinue() })
        return reply?.finishReason == .interrupted ? nil : reply?.text
    }

    /// Reads `text` and generates the answer.
    /// - Parameters:
    ///   - begun: how the reply begins; it goes on from there.
    ///   - state: before the turn; afterwards the state after the turn. Untouched when nil is returned.
    ///   - random: draws one number a symbol (none when greedy).
    ///   - lengthLimit: most symbols that are generated, the last guard against an endless reply.
    ///   - rule: of whole characters and repetition; another one than the present for old transcripts.
    ///   - stops: texts before which the reply ends, as if it had been interrupted right there.
    ///   - emit: given each piece of text as it becomes certain; false stops the reply. Also called
    ///     with an empty piece while a long `text` is read, so that an interrupt is seen.
    ///   - weigh: given the logits that each symbol is chosen from ([symbolCount]) and the symbol, its end
    ///     included, before its text is emitted.
    /// - Returns: The reply, or nil when `emit` stopped it before the text was read to its end, and when one
    ///   of `stops` is what it would begin with.
    public func reply(
        to text: String, after begun: String = "", state: inout RecurrentState,
        random: inout RandomStream, settings: SamplingSettings, lengthLimit: Int,
        rule: ReplyRule = .wellFormed, stops: [String] = [],
        emit: (String) -> Bool = { _ in true }, weigh: (([Float], Symbol) -> Void)? = nil
    ) -> Reply? {
        var logits: [Float] = []
        var working = state
        guard read(opening(text), &working, &logits, emit) else { return nil }
        let beforeReply = working
        var spelled = model.alphabet.encode(begun)
        let given = spelled.count
        guard given == 0 || read(spelled, &working, &logits, emit) else { return nil }
        var decoder = model.alphabet.makeDecoder()
        var spelling = rule == .wellFormed ? spelling : nil
        var repetition = Repetition()
        for symbol in spelled {
            spelling?.take(symbol)
            _ = repetition.take(symbol)
        }
        var said = spelled.reduce(into: "") { $0 += decoder.push($1) }
        // What the decoder holds back of the beginning, for a syllable may yet get a tail: it is known already.
        var known = String(Normalization.nfc(begun).dropFirst(said.count))
        var stop = StopStrings(stops)
        func tell(_ piece: String) -> Bool {
            guard !known.isEmpty, !piece.isEmpty else { return emit(stop.feed(piece)) }
            defer { known = "" }
            let isKnown = piece.hasPrefix(known)
            return emit(stop.feed(isKnown ? String(piece.dropFirst(known.count)) : piece))
        }
        var finishReason = FinishReason.limit
        generation: while spelled.count - given < lengthLimit {
            let symbol = Sampler.choose(
                logits: logits, settings: settings, random: &random,
                masked: mask(first: spelled.isEmpty, spelling))
            weigh?(logits, symbol)
            if symbol == end {
                finishReason = .complete
                break
            }
            spelled.append(symbol)
            spelling?.take(symbol)
            var piece = decoder.push(symbol)
            if model.format == .text, let newline = piece.unicodeScalars.firstIndex(of: "\n") {
                piece = String(piece.unicodeScalars[..<newline])
                finishReason = .complete
            }
            said += piece
            let shouldContinue = tell(piece)
            if stop.isMet || finishReason == .complete { break generation }
            engine.step(symbol, state: &working, logits: &logits)
            if repetition.take(symbol), rule == .wellFormed {
                finishReason = .repetition
                break generation
            }
            if !shouldContinue {
                finishReason = .interrupted
                break generation
            }
        }
        // What is cut off within a character ends before it.
        let isWhole = spelling?.isWhole ?? true
        let rest =
            finishReason == .complete && model.format == .text || !isWhole || stop.isMet
            ? "" : decoder.finish()
        if !rest.isEmpty {
            said += rest
            _ = tell(rest)
        }
        if stop.isMet {
            let before = said.unicodeScalars.dropLast(stop.heldCount)
            said = String(String.UnicodeScalarView(before))
            guard let count = symbolCount(of: said, in: spelled, rule: rule), count > given else {
                return nil
            }
            spelled.removeSubrange(count...)
            finishReason = .interrupted
        } else {
            let held = stop.rest()
            if !held.isEmpty { _ = emit(held) }
        }
        if stop.isMet || model.alphabet.encode(said) != spelled {
            working = beforeReply
            advance(model.alphabet.encode(said), &working)
        }
        advance(closing, &working)
        state = working
        return Reply(text: said, symbolCount: spelled.count - given, finishReason: finishReason)
    }

    /// The state after an exchange whose reply is already known.
    /// - Parameter shouldContinue: asked now and then; false stops.
    /// - Returns: false when stopped; `state` is then of no use.
    @discardableResult
    public func read(
        user text: String, reply: String, state: inout RecurrentState,
        while shouldContinue: () -> Bool = { true }
    ) -> Bool {
        for (index, symbol) in (opening(text) + model.alphabet.encode(reply) + closing).enumerated()
        {
            if index % 256 == 255, !shouldContinue() { return false }
            engine.advance(symbol, state: &state)
        }
        return true
    }

    /// How many of a reply's symbols have been generated when its text is `text` and nothing follows: the
    /// fewest, so that a reply that is ended there comes out again. Nil where no number of them is.
    private func symbolCount(of text: String, in symbols: [Symbol], rule: ReplyRule) -> Int? {
        var decoder = model.alphabet.makeDecoder()
        var spelling = rule == .wellFormed ? spelling : nil
        var said = ""
        if text.isEmpty { return 0 }
        for (index, symbol) in symbols.enumerated() {
            spelling?.take(symbol)
            said += decoder.push(symbol)
            var ended = decoder
            let rest = spelling?.isWhole ?? true ? ended.finish() : ""
            if said.utf8.count + rest.utf8.count == text.utf8.count,
                (said + rest).utf8.elementsEqual(text.utf8)
            {
                return index + 1
            }
        }
        return nil
    }

    /// What is read before the reply begins. A plain-text model is fed the line as it stands.
    package func opening(_ text: String) -> [Symbol] {
        switch model.format {
        case .dialogue:
            [Alphabet.userMark] + model.alphabet.encode(text) + [Alphabet.assistantMark]
        case .text: model.alphabet.encode(text + "\n")
        }
    }

    package var closing: [Symbol] {
        switch model.format {
        case .dialogue: [Alphabet.endMark]
        case .text: model.alphabet.encode("\n")
        }
    }

    /// The symbol that ends a reply: the end mark, or the newline where the alphabet has it as one.
    private var end: Symbol? {
        let closing = closing
        return closing.count == 1 ? closing[0] : nil
    }

    /// Whether a reply may begin with a symbol.
    package func canBegin(with symbol: Symbol) -> Bool { !mask(first: true, spelling)(symbol) }

    /// Which symbols may not come next. No reply contains a mark, and none is empty: its first symbol is not
    /// the end. Nothing is masked for its spelling where there is none.
    package func mask(first: Bool, _ spelling: ReplySpelling?) -> (Symbol) -> Bool {
        let end = end
        return { symbol in
            if let spelling, !spelling.allows(symbol) { return true }
            if symbol == end { return first }
            return symbol <= Alphabet.endMark
        }
    }

    /// Reads symbols, leaving the logits after the last; false when `emit` stopped it.
    private func read(
        _ symbols: [Symbol], _ state: inout RecurrentState, _ logits: inout [Float],
        _ emit: (String) -> Bool
    ) -> Bool {
        for (index, symbol) in symbols.enumerated() {
            if index % 256 == 255, !emit("") { return false }
            if index == symbols.count - 1 {
                engine.step(symbol, state: &state, logits: &logits)
            } else {
                engine.advance(symbol, state: &state)
            }
        }
        return true
    }

    private func advance(_ symbols: [Symbol], _ state: inout RecurrentState) {
        for symbol in symbols { engine.advance(symbol, state: &state) }
    }
}

/// What a reply is made by, beside the model and the settings. A transcript says in its first line which rule
/// its replies follow, so that one of an older version comes out again as it was.
public enum ReplyRule: Int, Sendable, Equatable {
    /// Whatever the model draws: letters of a Hangul syllable and parts of a character may stand alone, and a
    /// reply that repeats itself runs to the length limit.
    case asDrawn = 1
    /// Only whole characters, and an end to repeating: see `ReplySpelling` and `Repetition`.
    case wellFormed = 2
}
