import ChatCore

/// The files of a zip archive (PKWARE's APPNOTE): stored or deflated ones, without encryption and of less
/// than 4 GB.
struct ZipArchive {
    struct Entry {
        var name: String
        fileprivate var method: Int
        fileprivate var isEncrypted: Bool
        fileprivate var packed: Int
        fileprivate var unpacked: Int
        fileprivate var header: Int

        var isFolder: Bool { name.hasSuffix("/") }
    }

    private static let mostEntries = 200_000

    let file: CorpusFile
    let entries: [Entry]

    static func isZip(_ start: [UInt8]) -> Bool {
        start.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || start.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// Reads the list of what is in it.
    /// - Throws: `CorpusError` for one that is damaged or cut short.
    init(_ file: CorpusFile) throws {
        self.file = file
        func fail(_ problem: String) -> CorpusError { .form(file: file.path, problem: problem) }
        let cut = fail("is a zip archive that is damaged or cut short")
        let tailStart = max(0, file.size - (1 << 16) - 22)
        let tail = try file.bytes(at: tailStart, count: file.size - tailStart)
        guard
            let end = tail.indices.dropLast(21).last(where: {
                tail[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06])
            })
        else { throw cut }
        let count = Self.number(tail, end + 10, 2)
        let size = Self.number(tail, end + 12, 4)
        let offset = Self.number(tail, end + 16, 4)
        guard offset != 0xFFFF_FFFF, count != 0xFFFF else {
            throw fail("is a zip archive of more than 4 GB or 65,535 files; unpack it first")
        }
        guard offset + size <= tailStart + end, size <= 1 << 28 else { throw cut }
        let directory = try file.bytes(at: offset, count: size)
        var entries: [Entry] = []
        var place = 0
        while place + 46 <= directory.count, entries.count < min(count, Self.mostEntries) {
            guard directory[place...].starts(with: [0x50, 0x4B, 0x01, 0x02]) else { throw cut }
            let nameLength = Self.number(directory, place + 28, 2)
            let extra =
                Self.number(directory, place + 30, 2) + Self.number(directory, place + 32, 2)
            guard place + 46 + nameLength <= directory.count else { throw cut }
            entries.append(
                Entry(
                    name: String(
                        decoding: directory[place + 46..<place + 46 + nameLength], as: UTF8.self),
                    method: Self.number(directory, place + 10, 2),
                    isEncrypted: directory[place + 8] & 1 != 0,
                    packed: Self.number(directory, place + 20, 4),
                    unpacked: Self.number(directory, place + 24, 4),
                    header: Self.number(directory, place + 42, 4)))
            place += 46 + nameLength + extra
        }
        guard entries.count == count else { throw cut }
        self.entries = entries
    }

    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }

    /// Unpacks one file.
    /// - Parameter before: bytes that this archive gave already.
    /// - Throws: `CorpusError`, for a bomb too.
    func unpack(_ entry: Entry, into spool: SpooledFile, before: Int) throws {
        let path = "\(file.path): \(VisibleText.oneLine(entry.name))"
        func fail(_ problem: String) -> CorpusError { .form(file: path, problem: problem) }
        guard !entry.isEncrypted else { throw fail("is encrypted; unpack the archive first") }
        guard entry.method == 0 || entry.method == 8 else {
            throw fail("is packed in a way that is not read; unpack the archive first")
        }
        let header = try file.bytes(at: entry.header, count: 30)
        guard header.count == 30, header.starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
            throw fail("is damaged")
        }
        var place =
            entry.header + 30 + Self.number(header, 26, 2) + Self.number(header, 28, 2)
        let end = place + entry.packed
        guard end <= file.size else { throw fail("is cut short") }
        func take(_ bytes: ArraySlice<UInt8>) throws {
            try spool.write(bytes, for: path)
            let unpacked = spool.count
            if unpacked > max(entry.unpacked, 1)
                || InflationLimit.isBomb(packed: entry.packed, unpacked: unpacked)
                || InflationLimit.isBomb(packed: file.size, unpacked: before + unpacked)
            {
                throw fail("unpacks to far more than a text would; the archive is not read")
            }
        }
        let inflater = entry.method == 8 ? Inflater(isGzip: false) : nil
        while place < end {
            let bytes = try file.bytes(at: place, count: min(1 << 16, end - place))
            if let inflater {
                do {
                    _ = try inflater.push(bytes, take)
                } catch Inflater.Failure.damaged {
                    throw fail("is damaged")
                }
            } else {
                try take(bytes[...])
            }
            place += bytes.count
        }
        guard inflater?.isAtEnd ?? true else { throw fail("is cut short") }
    }
}
