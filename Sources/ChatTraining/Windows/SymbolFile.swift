import ChatCore
import ChatCorpus
import Foundation

/// A corpus's symbols in a cache file, read where they are needed so that memory does not grow with
/// the corpus.
///
/// Layout, little-endian: the symbols (2 bytes each), the dialogues' starts (8 bytes each), a JSON
/// footer, its length (8 bytes), "charsym1". It is written under another name and renamed when whole.
final class SymbolFile: Sendable {
    struct Footer: Codable {
        /// What the symbols were made from; see `CorpusReader.key`.
        var key: String
        var count: Int
        var dialogueCount: Int
        var alphabet: Alphabet
        /// What each file was taken for.
        var notes: [CorpusNote]?
    }

    static let magic = Array("charsym1".utf8)

    let footer: Footer
    private let file: CorpusFile

    /// Opens a symbol file.
    /// - Throws: `CorpusError.cache` unless it is whole and made for `key`.
    init(_ url: URL, key: String) throws {
        file = try CorpusFile(url)
        func fail(_ reason: String) -> CorpusError {
            .cache(file: url.relativePath, reason: reason)
        }
        let end = try file.bytes(at: max(0, file.size - 16), count: 16)
        guard end.count == 16, Array(end.suffix(8)) == Self.magic else {
            throw fail("it is not whole")
        }
        let length = end.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= 1 << 20, file.size >= 16 + Int(length) else {
            throw fail("it is not whole")
        }
        let json = try file.bytes(at: file.size - 16 - Int(length), count: Int(length))
        guard let footer = try? JSONDecoder().decode(Footer.self, from: Data(json)),
            footer.key == key, (0...1 << 40).contains(footer.count),
            (0...1 << 40).contains(footer.dialogueCount),
            file.size == footer.count * 2 + footer.dialogueCount * 8 + Int(length) + 16
        else { throw fail("it belongs to another corpus") }
        self.footer = footer
    }

    /// The symbols in `range`, each of them in the alphabet.
    func symbols(in range: Range<Int>) throws -> [Symbol] {
        let bytes = try file.bytes(at: range.lowerBound * 2, count: range.count * 2)
        var symbols: [Symbol] = []
        symbols.reserveCapacity(range.count)
        var largest: Symbol = 0
        for i in stride(from: 0, to: bytes.count - 1, by: 2) {
            let symbol = Symbol(bytes[i]) | Symbol(bytes[i + 1]) << 8
            largest = max(largest, symbol)
            symbols.append(symbol)
        }
        guard symbols.count == range.count, Int(largest) < footer.alphabet.count else {
            throw CorpusError.cache(file: file.path, reason: "it is damaged; delete it")
        }
        return symbols
    }

    /// Where each dialogue starts.
    func dialogueStarts() throws -> [Int] {
        var starts: [Int] = []
        starts.reserveCapacity(footer.dialogueCount)
        let base = footer.count * 2
        let step = 1 << 16
        for first in stride(from: 0, to: footer.dialogueCount, by: step) {
            let count = min(step, footer.dialogueCount - first)
            let bytes = try file.bytes(at: base + first * 8, count: count * 8)
            for i in 0..<count {
                var value: UInt64 = 0
                for j in (0..<8).reversed() { value = value << 8 | UInt64(bytes[i * 8 + j]) }
                guard value < UInt64(footer.count),
                    starts.last.map({ $0 < Int(value) }) ?? (value == 0)
                else {
                    throw CorpusError.cache(file: file.path, reason: "it is damaged; delete it")
                }
                starts.append(Int(value))
            }
        }
        return starts
    }
}
