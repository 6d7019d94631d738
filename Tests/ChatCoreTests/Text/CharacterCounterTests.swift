import ChatCore
import Testing

@Suite struct CharacterCounterTests {
    /// Alphabets that spell the same text in few symbols, in letters, and in half-bytes.
    static let alphabets = [
        AlphabetTests.english, AlphabetTests.korean, AlphabetTests.nothing, AlphabetTests.jamo,
        Alphabet(scalars: HostileText.examples.joined().unicodeScalars),
    ]

    @Test("symbols spell as many characters as the text has scalars in NFC", arguments: alphabets)
    func countsWhatAReaderCounts(_ alphabet: Alphabet) {
        var random = RandomStream(seed: 22)
        let texts =
            HostileText.examples + ["값 닭 각가", "😀👩‍🚀é한"]
            + (0..<2_000).map { _ in HostileText.random(&random, length: 20) }
        for text in texts {
            let characters = Normalization.characterCount(text)
            #expect(alphabet.characterCount(alphabet.encode(text)) == characters, "\(text)")
        }
    }

    @Test("a mark counts one, and nothing before it is composed with what follows")
    func marksCountOne() {
        let alphabet = Alphabet(scalars: "각 a".unicodeScalars)
        let syllable = alphabet.encode("각")
        #expect(syllable.count == 3)
        let torn = syllable.prefix(2) + [Alphabet.endMark] + syllable.suffix(1)
        #expect(alphabet.characterCount(torn) == 3)
    }

    @Test("a row that begins within a character is understood from a learned character on")
    func findsItsPlace() {
        let alphabet = Alphabet(scalars: "ab ".unicodeScalars)
        let symbols = alphabet.encode("😀😀 ab 😀")
        for start in 0..<16 {
            var counter = CharacterCounter()
            var counted = 0
            for (place, symbol) in symbols.enumerated().dropFirst(start) {
                let counts = counter.counts(symbol, in: alphabet)
                if place >= 16, counts { counted += 1 }
            }
            #expect(counted == 5 && counter.isWhole)
        }
    }
}
