import ChatCore

/// A line without its white space, and where that stood: words that run into each other, as in speech.
package struct SpacelessLine: Sendable, Equatable {
    /// In NFC.
    package let characters: [Character]
    /// The characters before which white space stood, ascending; never the first.
    package let wordStarts: [Int]

    package init(_ line: String) {
        var characters: [Character] = []
        var starts: [Int] = []
        var afterSpace = false
        for character in Normalization.nfc(line) {
            if character.isWhitespace {
                afterSpace = true
                continue
            }
            if afterSpace, !characters.isEmpty { starts.append(characters.count) }
            afterSpace = false
            characters.append(character)
        }
        self.characters = characters
        wordStarts = starts
    }

    package var text: String { String(characters) }
}
