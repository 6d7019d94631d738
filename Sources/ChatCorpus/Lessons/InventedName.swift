import ChatCore

/// Names that no one has, built from syllables, so that a model must copy what it was told.
enum InventedName {
    private static let onsets = [
        "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p",
        "pr",
        "qu", "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z", "", "m", "n", "l", "r",
        "s",
    ]
    private static let vowels = [
        "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ia", "ee", "oo", "y", "au", "ei",
        "eo",
    ]
    private static let codas = [
        "", "", "", "", "n", "r", "l", "s", "m", "k", "x", "nd", "th", "ck", "t", "d", "ff", "rn",
    ]

    /// Words that the syllables make now and then and that are no names.
    private static let words: Set<String> = [
        "the", "she", "you", "who", "how", "why", "not", "his", "her", "and", "that", "this",
        "there",
        "what", "then", "too", "yes", "yet", "but", "was", "are", "for", "from", "with", "did",
        "please",
    ]

    /// One to three syllables in Latin letters, capitalised; now and then two words.
    static func latin(_ random: inout RandomStream) -> String {
        if random.index(below: 16) == 0 {
            return latinWord(&random) + " " + latinWord(&random)
        }
        return latinWord(&random)
    }

    private static func latinWord(_ random: inout RandomStream) -> String {
        while true {
            var word = ""
            for _ in 0..<[1, 2, 2, 2, 2, 3, 3][random.index(below: 7)] {
                word += onsets[random.index(below: onsets.count)]
                word += vowels[random.index(below: vowels.count)]
                word += codas[random.index(below: codas.count)]
            }
            if (3...10).contains(word.utf8.count), !words.contains(word) {
                return word.prefix(1).uppercased() + word.dropFirst()
            }
        }
    }

    // Positions in the Unicode syllable block: 19 initial consonants, 21 vowels, 28 finals.
    private static let initials: [UInt32] = [
        0, 2, 3, 5, 6, 7, 9, 11, 11, 11, 12, 12, 14, 15, 16, 17, 18, 18, 0, 2, 6, 9, 1, 4, 10,
    ]
    private static let medials: [UInt32] = [
        0, 0, 1, 2, 4, 4, 5, 6, 8, 8, 9, 11, 12, 13, 13, 16, 17, 18, 20, 20, 20,
    ]
    private static let finals: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 8, 8, 16, 16, 21, 21, 21, 1, 17, 19,
    ]

    /// A longer name: a part of it said twice (Wollongong), or another one at its end.
    static func lengthen(
        _ name: String, by make: (inout RandomStream) -> String, _ random: inout RandomStream
    ) -> String {
        if random.index(below: 2) == 0 { return name + make(&random).lowercased() }
        let start = random.index(below: name.count)
        let length = 1 + random.index(below: min(4, name.count - start))
        let part = name.dropFirst(start).prefix(length)
        return name.prefix(start + length) + part.lowercased() + name.dropFirst(start + length)
    }

    /// Two or three Hangul syllables (one or four now and then).
    static func hangul(_ random: inout RandomStream) -> String {
        var word = ""
        for _ in 0..<[1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4][random.index(below: 11)] {
            let code =
                0xAC00
                + (initials[random.index(below: initials.count)] * 21
                    + medials[random.index(below: medials.count)]) * 28
                + finals[random.index(below: finals.count)]
            if let scalar = Unicode.Scalar(code) { word.unicodeScalars.append(scalar) }
        }
        return word
    }
}
