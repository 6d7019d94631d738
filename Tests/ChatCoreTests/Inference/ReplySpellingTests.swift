import ChatCore
import Foundation
import Testing

@Suite("Replies are text, whatever the model draws")
struct ReplySpellingTests {
    static let alphabet = Alphabet(scalars: "abc 가각나 \n".unicodeScalars)

    private func spelling(after symbols: [Symbol]) -> ReplySpelling {
        var spelling = ReplySpelling(Self.alphabet)
        for symbol in symbols { spelling.take(symbol) }
        return spelling
    }

    private func halves(_ bytes: [UInt8]) -> [Symbol] {
        bytes.flatMap {
            [
                Alphabet.firstHalfByte + Symbol($0 >> 4),
                Alphabet.firstHalfByte + Symbol($0 & 15),
            ]
        }
    }

    private func isAllowed(_ symbols: [Symbol]) -> Bool {
        var spelling = ReplySpelling(Self.alphabet)
        for symbol in symbols {
            guard spelling.allows(symbol) else { return false }
            spelling.take(symbol)
        }
        return true
    }

    @Test(
        "whatever of the allowed is drawn, the whole characters are text without stray letters or bytes"
    )
    func anyWalkIsText() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var spelling = ReplySpelling(Self.alphabet)
            var symbols: [Symbol] = []
            var whole = 0
            for _ in 0..<60 {
                let allowed = (Alphabet.firstHalfByte..<Symbol(Self.alphabet.count))
                    .filter { spelling.allows($0) }
                let symbol = try #require(allowed.randomElement(using: &random))
                spelling.take(symbol)
                symbols.append(symbol)
                if spelling.isWhole { whole = symbols.count }
            }
            let text = Self.alphabet.decode(symbols.prefix(whole))
            // The letters of Hangul that no syllable of today has are characters of their own.
            let letters: [ClosedRange<UInt32>] = [
                0x1100...0x1112, 0x1161...0x1175, 0x11A8...0x11C2,
            ]
            #expect(
                text.unicodeScalars.allSatisfy { scalar in
                    scalar != "\u{FFFD}" && !letters.contains { $0.contains(scalar.value) }
                })
        }
    }

    @Test("half-bytes are allowed exactly where UTF-8 can go on")
    func bytes() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let tail: [UInt8] = [0x80, 0x80]
                let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
                guard length > 1 else { continue }
                let bytes = Array(([first, second] + tail).prefix(length))
                let isText = String(validating: bytes, as: UTF8.self) != nil
                // A trailing consonant, which may not stand here.
                let isTail = bytes == [0xE1, 0x87, 0x80]
                #expect(isAllowed(halves(bytes)) == (isText && !isTail), "\(bytes)")
            }
        }
        #expect(isAllowed(halves([0x41])) && spelling(after: halves([0x41])).isWhole)
        #expect(!spelling(after: halves([0xE2, 0x82])).isWhole)
    }

    @Test("every text can be spelled")
    func texts() {
        for text in ["abc 가각나", "日本 👩‍🚀 é", "각 a 가\n"] {
            #expect(isAllowed(Self.alphabet.encode(text)))
            #expect(spelling(after: Self.alphabet.encode(text)).isWhole)
        }
    }

    @Test("nothing but a vowel stands behind a leading consonant, and no mark within a character")
    func letters() throws {
        let open = Self.alphabet.encode("가")
        let closed = Self.alphabet.encode("각")
        #expect(open.count == 2 && closed.count == 3)
        let lead = spelling(after: [open[0]])
        #expect(!lead.isWhole && !lead.allows(Alphabet.endMark) && !lead.allows(open[0]))
        #expect(lead.allows(open[1]))
        #expect(
            spelling(after: open).allows(closed[2]) && !spelling(after: closed).allows(closed[2]))
        #expect(!ReplySpelling(Self.alphabet).allows(open[1]))
        #expect(!spelling(after: [Alphabet.firstHalfByte + 0xE]).allows(Alphabet.endMark))
    }

    @Test("a circle is seen exactly when the definition says so")
    func repetition() {
        func isCircle(_ symbols: [Symbol]) -> Bool {
            (1...Repetition.longestPiece).contains { length in
                let covered = max(Repetition.leastLength, Repetition.leastTimes * length)
                guard symbols.count >= covered else { return false }
                let last = Array(symbols.suffix(covered))
                return (length..<covered).allSatisfy { last[$0] == last[$0 - length] }
            }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<40 {
            let length = Int.random(in: 1...70, using: &random)
            let piece = (0..<length).map { _ in Symbol.random(in: 0..<3, using: &random) }
            let start = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                Symbol.random(in: 0..<3, using: &random)
            }
            let symbols = start + Array(repeatElement(piece, count: 9).joined())
            var repetition = Repetition()
            for end in symbols.indices {
                #expect(repetition.take(symbols[end]) == isCircle(Array(symbols[...end])))
            }
        }
    }

    @Test(
        "a reply of random weights is whole text, ends where it goes round, and comes out by either rule"
    )
    func replies() throws {
        let ending = try TinyModel.make()
        let generator = ReplyGenerator(model: ending)
        for seed in UInt64(0)..<20 {
            var state = generator.freshState
            var random = RandomStream(seed: seed)
            let reply = try #require(
                generator.reply(
                    to: "hello", state: &state, random: &random,
                    settings: SamplingSettings(temperature: 1.5, topP: 1), lengthLimit: 200))
            #expect(!reply.text.unicodeScalars.contains("\u{FFFD}"))
            var read = generator.freshState
            generator.read(user: "hello", reply: reply.text, state: &read)
            #expect(read.values == state.values)
        }
        // One letter is always the likeliest.
        var network = ending.network
        let bias = try #require(network.parameters.layout.range(of: "decoder.bias"))
        let letter = try #require(ending.alphabet.symbol(of: "e"))
        network.parameters.values[bias.lowerBound + Int(letter)] = 100
        let circling = ReplyGenerator(
            model: try ChatModel(
                network: network, alphabet: ending.alphabet, format: .dialogue))
        func ends(_ rule: ReplyRule) throws -> Reply {
            var state = circling.freshState
            var random = RandomStream(seed: 1)
            return try #require(
                circling.reply(
                    to: "hello", state: &state, random: &random, settings: .greedy,
                    lengthLimit: 500, rule: rule))
        }
        #expect(try ends(.wellFormed).finishReason == .repetition)
        #expect(try ends(.wellFormed).symbolCount == Repetition.leastLength)
        #expect(try ends(.asDrawn).finishReason == .limit)
    }
}
