import ChatCore
import Foundation

/// Makes damaged files of good ones. Everything follows from the seed and the number of the input, so
/// that a failing input can be made again.
struct Mutator {
    let seeds: [[UInt8]]
    /// Words of the format: put in at random places.
    let words: [[UInt8]]

    init(seeds: [Data], words: [String]) {
        self.seeds = seeds.map { Array($0) }
        self.words = (words + Self.common).map { Array($0.utf8) }
    }

    private static let common = [
        "", "0", "-1", "1e999", "18446744073709551616", "9223372036854775807", "0.1e-400", "null",
        "true", "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800", "\n", "\r\n", "\t", "\0",
        "\u{1B}[2J",
        "\u{FEFF}", "\u{202E}", "e\u{301}", "가", "👩‍👩‍👧", "{\"a\":", ",", ":",
    ]

    /// The longest input: what is larger is cut.
    static let longest = 1 << 14

    func input(_ number: Int, seed: UInt64) -> Data {
        var random = RandomStream(seed: seed, branch: UInt64(number))
        var bytes = random.pick(seeds)
        for _ in 0...random.index(below: 5) { change(&bytes, &random) }
        return Data(bytes.prefix(Self.longest))
    }

    private func change(_ bytes: inout [UInt8], _ random: inout RandomStream) {
        guard !bytes.isEmpty else {
            bytes = random.pick(seeds)
            return
        }
        let place = random.index(below: bytes.count)
        let end = min(bytes.count, place + 1 + random.index(below: 24))
        switch random.index(below: 13) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes[place] ^= 1 << UInt8(random.below(8))
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.index(below: bytes.count))
        case 4: bytes.removeLast(bytes.count - place)
        case 5, 6: bytes.insert(contentsOf: random.pick(words), at: place)
        case 7: bytes.replaceSubrange(place..<end, with: random.pick(words))
        case 8: replaceNumber(&bytes, from: place, random.pick(words))
        case 9: shuffleLines(&bytes, &random)
        case 10:
            // The beginning of one good file, the end of another.
            let other = random.pick(seeds)
            bytes.removeLast(bytes.count - place)
            bytes += other.dropFirst(random.index(below: other.count + 1))
        case 11:
            let count = 1 << random.index(below: random.index(below: 12) + 1)
            bytes.insert(
                contentsOf: repeatElement(random.pick(words), count: count).joined(), at: place)
        default:
            for place in place..<min(bytes.count, place + 8) {
                bytes[place] = UInt8(random.below(256))
            }
        }
    }

    /// Puts `word` in place of the next run of digits.
    private func replaceNumber(_ bytes: inout [UInt8], from place: Int, _ word: [UInt8]) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: word)
    }

    /// Doubles, drops or swaps lines: events in another order.
    private func shuffleLines(_ bytes: inout [UInt8], _ random: inout RandomStream) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let place = random.index(below: lines.count)
        switch random.index(below: 3) {
        case 0: lines.insert(lines[place], at: random.index(below: lines.count))
        case 1: lines.remove(at: place)
        default: lines.swapAt(place, random.index(below: lines.count))
        }
        bytes = Array(lines.joined(separator: [0x0A]))
    }
}
