/// `/state`: what the model remembers, looked at and changed by hand.
extension CommandTable {
    static let stateEntry = CommandEntry(
        group: .worth, names: ["/state"], arguments: "diff|take|silence|save|load …",
        summary: "compare, change, save what it remembers",
        details: """
            diff @TURN @TURN: how far two states are apart, layer by layer, and the odds of the next \
            character (KL divergence in bits); @0 is the beginning.
            take @TURN [of SESSION]: go on from what it remembered after that turn, here or there.
            silence LAYER HEAD: that head forgets what it holds, and remembers anew from here on.
            save FILE, load FILE: what it remembers; that of another model is refused.
            All but diff and save stand in the transcript, and /undo takes them back.
            Example: /state take @2
            """
    ) { parseState($0) }

    /// What `/state` can do, in the order of `shownStateWords`.
    private enum StateWord: String, CaseIterable {
        case diff, take, silence, save, load

        /// Understood in every language.
        var korean: String {
            switch self {
            case .diff: "차이"
            case .take: "이어받기"
            case .silence: "침묵"
            case .save: "저장"
            case .load: "열기"
            }
        }
    }

    /// The first words of `/state`, in the language that is spoken.
    static var shownStateWords: [String] {
        StateWord.allCases.map { Words.spoken.language == .korean ? $0.korean : $0.rawValue }
    }

    /// Whether a first word of `/state` has a file behind it.
    static func takesStateFile(_ word: String) -> Bool {
        [StateWord.save, .load].contains { [$0.rawValue, $0.korean].contains(word) }
    }

    private static func parseState(_ text: String) -> SlashCommand? {
        let first = text.prefix { !$0.isWhitespace }
        let rest = text.dropFirst(first.count).trimmed
        let word = StateWord.allCases.first { [$0.rawValue, $0.korean].contains(String(first)) }
        switch word {
        case .diff: return parseDifference(rest)
        case .take: return parseTake(rest)
        case .silence: return parseSilence(rest)
        case .save: return rest.nonEmpty.map { .saveState(path: $0) }
        case .load: return rest.nonEmpty.map { .loadState(path: $0) }
        case nil: return nil
        }
    }

    /// `@1 @4`
    private static func parseDifference(_ text: String) -> SlashCommand? {
        let words = text.split(whereSeparator: \.isWhitespace)
        let turns = words.compactMap { word -> Int? in
            guard word.first == "@", let turn = Int(word.dropFirst()), turn >= 0 else { return nil }
            return turn
        }
        return words.count == 2 && turns.count == 2 ? .stateDifference(turns[0], turns[1]) : nil
    }

    /// `@3`, `@3 of holiday`
    private static func parseTake(_ text: String) -> SlashCommand? {
        let at = text.prefix { !$0.isWhitespace }
        guard let turn = parseTurn(String(at)) else { return nil }
        var name = text.dropFirst(at.count).trimmed
        if name.isEmpty { return .takeState(turn: turn, session: nil) }
        let of = name.prefix { !$0.isWhitespace }
        if of == "of" { name = name.dropFirst(of.count).trimmed }
        return name.nonEmpty.map { .takeState(turn: turn, session: $0) }
    }

    /// `2 5`
    private static func parseSilence(_ text: String) -> SlashCommand? {
        let words = text.split(whereSeparator: \.isWhitespace)
        let numbers = words.compactMap { Int($0) }
        guard words.count == 2, numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) else {
            return nil
        }
        return .silence(layer: numbers[0], head: numbers[1])
    }
}
