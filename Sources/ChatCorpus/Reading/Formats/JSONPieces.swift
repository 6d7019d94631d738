import ChatCore
import Foundation

/// A JSON file, of one value or several, in pieces, so that no more than one piece is in memory:
/// containers that `descend` says yes to are gone into, all else is given out whole, with the path
/// to it.
///
/// A path has a key for each object and `*` for each array: `["messages", "*"]`.
struct JSONPieces {
    struct Piece {
        var path: [String]
        /// The value as it is written.
        var bytes: [UInt8]
        /// The line on which it begins, from 1.
        var line: Int
    }

    /// The deepest nesting within a piece.
    static let deepest = 200

    private var bytes: ByteReader
    private let descend: ([String]) -> Bool
    /// The containers that are open: whether each is an array, and whether it has had a value.
    private var open: [(isArray: Bool, hasValue: Bool)] = []
    private var path: [String] = []
    /// Values at the top that have begun: jq and cat write one after another.
    private(set) var count = 0

    init(_ file: CorpusFile, descend: @escaping ([String]) -> Bool) throws {
        bytes = try ByteReader(file)
        self.descend = descend
    }

    private func fail(_ problem: String) -> CorpusError {
        .line(file: bytes.file.path, line: bytes.line, problem: problem)
    }

    private static let cutShort = "is not JSON from here on: the file is cut short"

    /// The next piece; nil at the end.
    /// - Throws: `CorpusError` for what is no JSON, is cut short, nests too deep or has a piece too long.
    mutating func next() throws -> Piece? {
        while true {
            try bytes.skipSpace()
            guard let container = open.last else {
                if count > 0, try bytes.peek() == nil { return nil }
                count += 1
                if let piece = try value() { return piece }
                continue
            }
            guard let byte = try bytes.peek() else { throw fail(Self.cutShort) }
            if byte == (container.isArray ? 0x5D : 0x7D) {
                _ = try bytes.next()
                open.removeLast()
                if !open.isEmpty { path.removeLast() }
                continue
            }
            if container.hasValue {
                guard byte == UInt8(ascii: ",") else {
                    throw fail("is not JSON: a comma is missing")
                }
                _ = try bytes.next()
                try bytes.skipSpace()
            }
            open[open.count - 1].hasValue = true
            if container.isArray {
                path.append("*")
            } else {
                path.append(try key())
            }
            if let piece = try value() { return piece }
        }
    }

    private mutating func key() throws -> String {
        guard try bytes.peek() == 0x22 else { throw fail("is not JSON: a key is missing") }
        let raw = try take()
        try bytes.skipSpace()
        guard try bytes.next() == UInt8(ascii: ":") else {
            throw fail("is not JSON: a colon is missing")
        }
        try bytes.skipSpace()
        return (try? CorpusJSON.decode(String.self, from: raw)) ?? ""
    }

    /// Reads a value at `path`: goes into it, or gives it out and leaves the path.
    private mutating func value() throws -> Piece? {
        guard let byte = try bytes.peek() else { throw fail(Self.cutShort) }
        if byte == 0x5B || byte == 0x7B, descend(path), open.count < Self.deepest {
            _ = try bytes.next()
            open.append((byte == 0x5B, false))
            return nil
        }
        let piece = Piece(path: path, bytes: [], line: bytes.line)
        let taken = try take()
        guard !taken.isEmpty else { throw fail("is not JSON") }
        if !open.isEmpty { path.removeLast() }
        return Piece(path: piece.path, bytes: taken, line: piece.line)
    }

    private func checkLength(_ taken: [UInt8]) throws {
        guard taken.count > CorpusLines.longestLine else { return }
        throw fail("has a value of more than \(CorpusLines.longestLine >> 20) MB; break it up")
    }

    /// The bytes of one value.
    private mutating func take() throws -> [UInt8] {
        var taken: [UInt8] = []
        var depth = 0
        var quoting = false
        while let byte = try bytes.peek() {
            if quoting {
                if byte == 0x5C {
                    taken.append(byte)
                    _ = try bytes.next()
                    guard let escaped = try bytes.next() else { break }
                    taken.append(escaped)
                    try checkLength(taken)
                    continue
                }
                if byte == 0x22 { quoting = false }
            } else {
                switch byte {
                case 0x22: quoting = true
                case 0x5B, 0x7B:
                    depth += 1
                    if depth > Self.deepest {
                        throw fail("nests deeper than \(Self.deepest) levels of JSON")
                    }
                case 0x5D, 0x7D:
                    if depth == 0 { return taken }
                    depth -= 1
                case 0x2C, 0x3A, 0x20, 0x09, 0x0A, 0x0D:
                    if depth == 0 { return taken }
                default: break
                }
            }
            taken.append(byte)
            _ = try bytes.next()
            if depth == 0, !quoting, [0x22, 0x5D, 0x7D].contains(byte) { return taken }
            try checkLength(taken)
        }
        if depth == 0, !quoting, open.isEmpty { return taken }
        throw fail(Self.cutShort)
    }
}

/// JSON of people's files.
enum CorpusJSON {
    /// - Throws: `DecodingError`.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>)
        throws -> Value
    {
        try JSONDecoder().decode(type, from: Data(withoutLoneSurrogates(Array(bytes))))
    }

    /// What is wrong, without a word of the text.
    static func problem(_ error: any Error) -> String {
        guard case DecodingError.typeMismatch(_, let context) = error else { return "is not JSON" }
        let place = context.codingPath.map { key in
            key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
        }
        let name = place.joined().drop { $0 == "." }
        return name.isEmpty ? "is not of the right type" : "\(name) is not of the right type"
    }

    /// Half a surrogate pair, which Python's json writes for a character that was cut in two, becomes
    /// U+FFFD: no decoder takes it as it is.
    static func withoutLoneSurrogates(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8]?
        var place = 0
        while place + 5 < bytes.count {
            guard bytes[place] == 0x5C else {
                place += 1
                continue
            }
            guard let unit = unit(bytes, place), unit & 0xF800 == 0xD800 else {
                place += 2
                continue
            }
            if unit < 0xDC00, let low = Self.unit(bytes, place + 6), low & 0xFC00 == 0xDC00 {
                place += 12
                continue
            }
            if result == nil { result = bytes }
            result?.replaceSubrange(place..<place + 6, with: Array(#"\ufffd"#.utf8))
            place += 6
        }
        return result ?? bytes
    }

    /// The code unit of `\uXXXX` at `place`.
    private static func unit(_ bytes: [UInt8], _ place: Int) -> UInt32? {
        guard place + 5 < bytes.count, bytes[place] == 0x5C, bytes[place + 1] == 0x75 else {
            return nil
        }
        return UInt32(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
    }
}
