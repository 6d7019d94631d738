import ChatCore

/// How one user types: letter case, punctuation, slips. Chosen once a dialogue; told values are cased
/// like the rest, but never misspelt, so that a reply can repeat them as they were typed.
struct TypingHabits: Sendable {
    enum LetterCase: Sendable { case asWritten, lower, upper }
    var letterCase: LetterCase = .asWritten
    var dropsPunctuation = 0.0
    var slips = 0.0
    var extraSpaces = 0.0
    var frames = 0.0
    /// How often a word that carries little is put in or left out.
    var looseness = 0.0
    /// How often the values of a line stand in quotation marks.
    var quotes = 0.0
    /// Whether apostrophes are left out: whats, im, dont.
    var dropsApostrophes = false

    /// How often a Korean line is typed without its spaces.
    var joinsWords = 0.0

    static let tidy = TypingHabits()

    /// Habits drawn at random: about one user in three types only small letters.
    static func drawn(_ random: inout RandomStream) -> TypingHabits {
        var habits = TypingHabits()
        let kind = random.index(below: 100)
        habits.letterCase = kind < 62 ? .asWritten : kind < 98 ? .lower : .upper
        habits.dropsPunctuation =
            habits.letterCase == .lower ? random.uniform() : random.uniform() * 0.4
        habits.dropsApostrophes = habits.letterCase == .lower && random.index(below: 3) == 0
        if random.index(below: 3) == 0 { habits.slips = random.uniform() * 0.25 }
        if random.index(below: 8) == 0 { habits.extraSpaces = random.uniform() * 0.3 }
        habits.frames = random.index(below: 2) == 0 ? random.uniform() * 0.2 : 0
        habits.looseness = random.index(below: 2) == 0 ? random.uniform() * 0.25 : 0
        habits.quotes = random.index(below: 16) == 0 ? random.uniform() * 0.5 : 0
        habits.joinsWords = random.index(below: 8) == 0 ? random.uniform() : 0
        return habits
    }

    /// A value as this user types it.
    func typed(_ value: String) -> String {
        switch letterCase {
        case .asWritten: value
        case .lower: value.lowercased()
        case .upper: value.uppercased()
        }
    }

    /// Puts the values of a line into quotation marks, now and then.
    func quote(_ pieces: inout [LessonPiece], random: inout RandomStream) {
        guard quotes > 0, random.uniform() < quotes else { return }
        let mark = random.index(below: 3) == 0 ? "'" : "\""
        for i in pieces.indices where pieces[i].isValue && !pieces[i].text.contains(mark) {
            pieces[i].text = mark + pieces[i].text + mark
        }
    }

    /// The whole line as this user types it.
    func type(_ pieces: [LessonPiece], random: inout RandomStream) -> String {
        var pieces = pieces
        if letterCase != .asWritten {
            for i in pieces.indices where !pieces[i].isValue {
                pieces[i].text = typed(pieces[i].text)
            }
        }
        if dropsApostrophes {
            for i in pieces.indices where !pieces[i].isValue {
                pieces[i].text.removeAll { $0 == "'" }
            }
        }
        if dropsPunctuation > 0, random.uniform() < dropsPunctuation {
            Self.dropFinalPunctuation(&pieces)
        }
        if slips > 0, random.uniform() < slips { Self.slip(&pieces, random: &random) }
        if extraSpaces > 0, random.uniform() < extraSpaces {
            Self.addSpace(&pieces, random: &random)
        }
        if joinsWords > 0, random.uniform() < joinsWords { Self.joinWords(&pieces) }
        if pieces.count == 1 { return pieces[0].text }
        var line = ""
        for piece in pieces { line += piece.text }
        return line
    }

    static func dropFinalPunctuation(_ pieces: inout [LessonPiece]) {
        guard let last = pieces.indices.last, !pieces[last].isValue else { return }
        // A line of marks alone stays.
        guard pieces.count > 1 || !pieces[last].text.allSatisfy({ ".?! ".contains($0) }) else {
            return
        }
        while let c = pieces[last].text.last, c == "." || c == "?" || c == "!" {
            pieces[last].text.removeLast()
        }
    }

    /// Takes the spaces out of Korean text, values apart.
    private static func joinWords(_ pieces: inout [LessonPiece]) {
        for i in pieces.indices where !pieces[i].isValue {
            if pieces[i].text.unicodeScalars.contains(where: { Hangul.isSyllable($0.value) }) {
                pieces[i].text.removeAll { $0 == " " }
            }
        }
    }

    private static func addSpace(_ pieces: inout [LessonPiece], random: inout RandomStream) {
        guard !pieces.isEmpty else { return }
        let i = random.index(below: pieces.count)
        guard !pieces[i].isValue else { return }
        switch random.index(below: 3) {
        case 0: pieces[0].text = pieces[0].isValue ? pieces[0].text : " " + pieces[0].text
        case 1:
            let last = pieces.count - 1
            if !pieces[last].isValue { pieces[last].text += " " }
        default:
            if let space = pieces[i].text.firstIndex(of: " ") {
                pieces[i].text.insert(" ", at: space)
            }
        }
    }

    private static let neighbours: [Unicode.Scalar: [Unicode.Scalar]] = [
        "a": ["s", "q"], "b": ["v", "n"], "c": ["x", "v"], "d": ["s", "f"], "e": ["w", "r"],
        "f": ["d", "g"], "g": ["f", "h"], "h": ["g", "j"], "i": ["u", "o"], "j": ["h", "k"],
        "k": ["j", "l"], "l": ["k", "o"], "m": ["n", "k"], "n": ["b", "m"], "o": ["i", "p"],
        "p": ["o", "l"], "q": ["w", "a"], "r": ["e", "t"], "s": ["a", "d"], "t": ["r", "y"],
        "u": ["y", "i"], "v": ["c", "b"], "w": ["q", "e"], "x": ["z", "c"], "y": ["t", "u"],
        "z": ["x", "a"],
    ]

    /// One slip of the fingers in authored text: letters swapped, lost, doubled or mistaken; in Hangul a
    /// lost final consonant, a mistaken vowel or a lost space.
    private static func slip(_ pieces: inout [LessonPiece], random: inout RandomStream) {
        guard !pieces.isEmpty else { return }
        let i = random.index(below: pieces.count)
        var scalars = Array(pieces[i].text.unicodeScalars)
        guard !pieces[i].isValue, scalars.count >= 4 else { return }
        let at = random.index(below: scalars.count - 1)
        let letter = scalars[at]
        if Hangul.isSyllable(letter.value) {
            var changed = letter.value
            switch random.index(below: 3) {
            case 0: changed -= (letter.value - Hangul.firstSyllable) % Hangul.tailCount
            case 1:
                changed = Hangul.exchangingVowel(of: changed, number: random.index(below: 6))
            default:
                guard let space = scalars.firstIndex(of: " ") else { return }
                scalars.remove(at: space)
                changed = 0
            }
            if changed != 0, let scalar = Unicode.Scalar(changed) { scalars[at] = scalar }
        } else if let near = neighbours[letter] {
            switch random.index(below: 4) {
            case 0:
                guard neighbours[scalars[at + 1]] != nil else { return }
                scalars.swapAt(at, at + 1)
            case 1: scalars.remove(at: at)
            case 2: scalars.insert(letter, at: at)
            default: scalars[at] = near[random.index(below: near.count)]
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        pieces[i].text = String(text)
    }
}
