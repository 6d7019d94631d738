import ChatCore
import Foundation
import Testing

/// Text made to be difficult: every kind of scalar next to every other.
enum HostileText {
    static func scalars(_ values: UInt32...) -> String {
        String(String.UnicodeScalarView(values.compactMap(Unicode.Scalar.init)))
    }

    static let examples: [String] = [
        "", "a", "\u{0}", "\u{0}\u{0}a", "e\u{301}", "\u{301}", "\u{301}\u{316}x",
        "x\u{316}\u{301}",
        "x\u{301}\u{316}", "각", "\u{1100}\u{1161}\u{11A8}", "\u{1100}", "\u{1161}", "\u{11A8}",
        "가\u{11A8}",
        "각\u{11A8}", "\u{1100}\u{1100}\u{1161}", "\u{1112}\u{1175}\u{11C3}", "\u{1113}\u{1161}",
        "가\u{302E}\u{11A8}", "\u{A960}\u{D7B0}\u{D7CB}", "안녕하세요, 세계!", "👩‍👩‍👧‍👦🏳️‍🌈👍🏽", "\u{FFFD}",
        scalars(0x10FFFF, 0x1FFFE, 0xFFFF), scalars(0xFDD0), "\u{200D}\u{FE0F}", "\u{1D15E}",
        "\u{2F800}", "\u{212B}\u{2126}",
        "\u{0958}", "\u{FB1D}", "\u{1E9B}\u{0323}", "\u{0344}", "\u{0F73}", "q\u{307}\u{323}",
        "\u{9C7}\u{9BE}",
        "\r\n", "\u{85}\u{2028}", "\u{F900}", "か\u{3099}", "\u{FF76}\u{FF9E}", "\u{E000}\u{F8FF}",
        "\u{378}",
        "\u{11099}\u{110BA}", "ﷺ", "Z\u{335}\u{327}\u{323}\u{342}\u{345}\u{35C}",
    ]

    /// A string of up to `length` scalars from ranges that take part in normalisation and from all.
    static func random(_ random: inout RandomStream, length: Int) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0x00...0x7F, 0x300...0x36F, 0x1100...0x11FF, 0xAC00...0xD7A3, 0x41...0x7A,
            0x590...0x5C7,
            0x900...0xDFF, 0xE000...0x10FFFF, 0x0...0xD7FF, 0x1F300...0x1FAFF, 0x3040...0x30FF,
        ]
        var view = String.UnicodeScalarView()
        for _ in 0..<random.index(below: length + 1) {
            let range = random.pick(ranges)
            let value = range.lowerBound + UInt32(random.below(UInt64(range.count)))
            if let scalar = Unicode.Scalar(value) { view.append(scalar) }
        }
        return String(view)
    }
}

/// Code points in hexadecimal.
private func values(_ text: String) -> String {
    text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ")
}

@Suite struct AlphabetTests {
    static let english = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz ,.!\n".unicodeScalars)
    static let korean = Alphabet(scalars: "안녕하세요 가각 abc\u{301}".unicodeScalars)
    static let nothing = Alphabet(scalars: "".unicodeScalars)
    static let jamo = Alphabet(scalars: (0x1100...0x1112).compactMap(Unicode.Scalar.init))

    /// `result` is canonically equivalent to `text` (which is what `==` compares), and another pass
    /// over the equivalent text in any order of its parts gives the same scalars.
    private func expectNFC(_ result: String, of text: String) {
        // The standard library's `==` does not see that U+0F73 begins with a mark.
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            plain.append(contentsOf: scalar == "\u{F73}" ? ["\u{F71}", "\u{F72}"] : [scalar])
        }
        #expect(result == String(plain), "\(values(text)) became \(values(result))")
        let again = Self.nothing.decode(Self.nothing.encode(result))
        #expect(values(again) == values(result), "\(values(text))")
    }

    @Test(arguments: [
        ("e\u{301}", "e9"), ("\u{1100}\u{1161}\u{11A8}", "ac01"), ("가\u{11A8}", "ac01"),
        ("각\u{11A8}", "ac01 11a8"), ("\u{212B}", "c5"), ("\u{0958}", "915 93c"),
        ("\u{344}", "308 301"),
        ("x\u{301}\u{316}", "78 316 301"), ("q\u{307}\u{323}", "71 323 307"),
        ("\u{1E9B}\u{323}", "1e9b 323"), ("\u{1D15E}", "1d157 1d165"), ("か\u{3099}", "304c"),
        ("\u{F73}\u{F74}\u{F81}", "f71 f71 f72 f80 f74"), ("\u{F900}", "8c48"),
        ("\u{0}a\u{308}", "0 e4"),
        ("\u{FF76}\u{FF9E}", "ff76 ff9e"), ("\u{1113}\u{1161}", "1113 1161"),
    ])
    func textComesBackInNFC(text: String, expected: String) {
        for alphabet in [Self.english, Self.korean, Self.nothing, Self.jamo] {
            #expect(values(alphabet.decode(alphabet.encode(text))) == expected)
        }
    }

    @Test func aLongLineOfCombiningMarksReachesTheNormaliserInOrder() {
        let marks = ["\u{301}\u{316}", "\u{F73}", "\u{344}\u{323}"]
        for mark in marks {
            let text = "a" + String(repeating: mark, count: 40_000)
            let classes = Normalization.withShortRunsOfMarks(text).unicodeScalars.map {
                $0.properties.canonicalCombiningClass.rawValue
            }
            #expect(classes.count >= 40_001)
            // A normaliser sorts by insertion, which takes one step a mark where nothing has to move.
            #expect(zip(classes, classes.dropFirst()).allSatisfy { $0 <= $1 })
        }
        for mark in marks {
            for count in [15, 16, 40, 200] {
                let text = "a" + String(repeating: mark, count: count)
                expectNFC(Self.english.decode(Self.english.encode(text)), of: text)
            }
        }
    }

    @Test func scalarsListedAsInertAreInert() {
        let inert = Normalization.inertRanges
        func isListed(_ scalar: Unicode.Scalar) -> Bool { inert.contains { $0 ~= scalar.value } }
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let parts = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
            if parts.dropFirst().contains(where: isListed) {
                Issue.record("U+\(String(value, radix: 16)) ends in an inert scalar")
            }
            // What decomposes into marks alone is known to the sorting of marks.
            if scalar.properties.canonicalCombiningClass == .notReordered,
                parts[0].properties.canonicalCombiningClass != .notReordered
            {
                #expect([0xF73, 0xF75, 0xF81].contains(value))
            }
            guard isListed(scalar) else { continue }
            let isOwnNFC =
                String(scalar).precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([
                    scalar
                ])
            if scalar.properties.canonicalCombiningClass != .notReordered || !isOwnNFC {
                Issue.record("U+\(String(value, radix: 16)) is not inert")
            }
        }
    }

    @Test(arguments: [english, korean, nothing, jamo])
    func anyTextComesBackInNFC(alphabet: Alphabet) {
        for text in HostileText.examples {
            let symbols = alphabet.encode(text)
            expectNFC(alphabet.decode(symbols), of: text)
            #expect(symbols.allSatisfy { $0 > Alphabet.endMark && Int($0) < alphabet.count })
        }
        var random = RandomStream(seed: 7)
        for _ in 0..<3000 {
            let text = HostileText.random(&random, length: 24)
            expectNFC(alphabet.decode(alphabet.encode(text)), of: text)
        }
    }

    @Test func symbolsAreNumberedInScalarOrder() {
        let alphabet = Alphabet(scalars: "cabba".unicodeScalars)
        #expect(alphabet.count == 22)
        #expect(alphabet.encode("abc") == [19, 20, 21])
        #expect(alphabet.encode("é") == [15, 6, 13, 12])
    }

    @Test func syllablesAreSpelledInJamo() {
        let alphabet = Alphabet(scalars: "각".unicodeScalars)
        #expect(alphabet.scalars.map(\.value) == [0x1100, 0x1161, 0x11A8])
        #expect(alphabet.encode("각가") == [19, 20, 21, 19, 20])
    }

    @Test func codingKeepsTheAlphabetAndRefusesAnotherOrder() throws {
        let data = try JSONEncoder().encode(Self.korean)
        #expect(try JSONDecoder().decode(Alphabet.self, from: data) == Self.korean)
        for bad in [
            "[98,97]", "[97,97]", "[44032]", "[55296]", "[1114112]", "[-1]", "{}", "\"ab\"",
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Alphabet.self, from: Data(bad.utf8))
            }
        }
    }
}

@Suite struct TextDecoderTests {
    private func decode(_ symbols: [Symbol], _ alphabet: Alphabet = AlphabetTests.english) -> String
    {
        alphabet.decode(symbols)
    }

    private func halves(_ bytes: UInt8...) -> [Symbol] {
        bytes.flatMap { [3 + Symbol($0 >> 4), 3 + Symbol($0 & 15)] }
    }

    private let letters = AlphabetTests.english.encode("ab")

    @Test func malformedHalfBytesBecomeReplacementCharacters() {
        #expect(decode([5]) == "\u{FFFD}")
        #expect(decode(halves(0xC3)) == "\u{FFFD}")
        #expect(decode(halves(0xC3) + letters) == "\u{FFFD}ab")
        #expect(decode(halves(0xC3, 0x41)) == "\u{FFFD}A")
        #expect(decode(halves(0x80)) == "\u{FFFD}")
        #expect(decode(halves(0xC0, 0x80)) == "\u{FFFD}\u{FFFD}")
        #expect(decode(halves(0xE0, 0x80, 0x80)) == "\u{FFFD}")
        #expect(decode(halves(0xED, 0xA0, 0x80)) == "\u{FFFD}")
        #expect(decode(halves(0xF4, 0x90, 0x80, 0x80)) == "\u{FFFD}")
        #expect(decode(halves(0xC3) + [0] + halves(0xA9)) == "\u{FFFD}\u{FFFD}")
        #expect(decode([Symbol.max] + letters + [2]) == "ab")
    }

    @Test func anySymbolsDecodeTheSameAtOnceAndOneByOne() {
        var random = RandomStream(seed: 11)
        let alphabet = AlphabetTests.korean
        for _ in 0..<2000 {
            let symbols = (0..<random.index(below: 40)).map { _ in
                Symbol(random.below(UInt64(alphabet.count + 2)))
            }
            var decoder = alphabet.makeDecoder()
            var text = ""
            for symbol in symbols {
                let before = text
                text += decoder.push(symbol)
                // What was given out is never taken back.
                #expect(text.utf8.starts(with: before.utf8))
            }
            text += decoder.finish()
            #expect(decoder.finish().isEmpty)
            #expect(text.utf8.elementsEqual(alphabet.decode(symbols).utf8))
        }
    }

    @Test func aSyllableIsHeldBackUntilItIsCertain() {
        let alphabet = Alphabet(scalars: "각 ".unicodeScalars)
        var decoder = alphabet.makeDecoder()
        let pushed = alphabet.encode("가각 ").map { decoder.push($0) }
        #expect(pushed == ["", "", "가", "", "각", " "])
    }
}
