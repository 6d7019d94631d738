import ChatCore

/// A plain text file, block by block: NFC of the blocks put together is the NFC of the text.
///
/// A byte order mark at the start is left out. Every line end (`LineEnds`) counts as one line feed.
package struct TextBlocks {
    private let file: CorpusFile
    private let blockSize: Int
    /// Bytes read and not yet given out, and where they start in the file.
    private var pending: [UInt8] = []
    private var offset = 0

    /// How far back from a block's end a good place to cut is looked for, in bytes. Marks in a row
    /// beyond that are normalised as two texts.
    private static let longestSearch = 1 << 16

    package init(_ file: CorpusFile, blockSize: Int = 1 << 20) {
        self.file = file
        self.blockSize = blockSize
    }

    /// The next part of the text; nil at the end.
    package mutating func next() throws -> String? {
        if offset == 0, pending.isEmpty, file.size > 0 {
            let start = try file.bytes(at: 0, count: 3)
            if start == ByteOrderMark.bytes { offset = 3 }
        }
        let read = try file.bytes(at: offset + pending.count, count: blockSize)
        pending += read
        guard !pending.isEmpty else { return nil }
        let isLast = offset + pending.count >= file.size
        let cut = isLast ? pending.count : Self.cut(pending)
        defer {
            pending.removeFirst(cut)
            offset += cut
        }
        let block = try StrictUTF8.text(pending[..<cut], of: file.path, at: offset)
        return LineEnds.asLineFeeds(block)
    }

    /// Where a block can end: before a scalar that is inert under NFC, and not within a line break;
    /// failing that before any scalar.
    private static func cut(_ bytes: [UInt8]) -> Int {
        let first = max(1, bytes.count - longestSearch)
        var fallback = bytes.count
        var place = bytes.count - 1
        while place >= first {
            defer { place -= 1 }
            let byte = bytes[place]
            guard byte & 0xC0 != 0x80 else { continue }
            if byte == 0x0A && bytes[place - 1] == 0x0D { continue }
            if fallback == bytes.count { fallback = place }
            let whole = bytes[place..<min(place + 4, bytes.count)]
            if let scalar = String(decoding: whole, as: UTF8.self).unicodeScalars.first,
                Normalization.isInert(scalar)
            {
                return place
            }
        }
        return fallback
    }
}
