import ChatCore

/// The bytes of a file, one at a time.
struct ByteReader {
    let file: CorpusFile
    private var buffer: [UInt8] = []
    private var index = 0
    /// Where `buffer` starts in the file.
    private var offset = 0
    /// Lines begun so far, from 1.
    private(set) var line = 1

    init(_ file: CorpusFile) throws {
        self.file = file
        let start = try file.bytes(at: 0, count: 3)
        if start == ByteOrderMark.bytes { offset = 3 }
    }

    /// Offset of the next byte.
    var place: Int { offset + index }

    mutating func peek() throws -> UInt8? {
        if index == buffer.count {
            offset += buffer.count
            buffer = try file.bytes(at: offset, count: 1 << 18)
            index = 0
            if buffer.isEmpty { return nil }
        }
        return buffer[index]
    }

    mutating func next() throws -> UInt8? {
        guard let byte = try peek() else { return nil }
        index += 1
        if byte == 0x0A { line += 1 }
        return byte
    }

    /// Passes over spaces, tabs and line ends.
    mutating func skipSpace() throws {
        while let byte = try peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            _ = try next()
        }
    }
}
