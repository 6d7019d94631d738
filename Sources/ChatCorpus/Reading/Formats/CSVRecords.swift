import ChatCore

/// The records of a table, RFC 4180 (2005) and what programs make of it: values parted by any one byte,
/// quoted or not, line ends of either kind, quotation marks inside unquoted values taken as they are.
///
/// A package for CSV was looked at and does not fit: it holds the text as a whole, takes spaces off
/// values, ends rows at Unicode's line separators and has no line for what is wrong.
struct CSVRecords {
    struct Record {
        /// The line on which it begins, from 1.
        var line: Int
        var values: [String]
    }

    private var bytes: ByteReader
    private let delimiter: UInt8
    private let isQuoted: Bool

    init(_ file: CorpusFile, delimiter: UInt8, isQuoted: Bool) throws {
        bytes = try ByteReader(file)
        self.delimiter = delimiter
        self.isQuoted = isQuoted
    }

    /// The next record that is not an empty line; nil at the end.
    /// - Throws: `CorpusError` for a quotation that is never closed, a record that is too long and bytes
    ///   that are not UTF-8.
    mutating func next() throws -> Record? {
        while try bytes.peek() != nil {
            let record = try read()
            if record.values.count > 1 || record.values.first?.isEmpty == false { return record }
        }
        return nil
    }

    private mutating func read() throws -> Record {
        let line = bytes.line
        var values: [String] = []
        var size = 0
        while true {
            let (value, isLast) = try value(line)
            size += value.utf8.count + 1
            values.append(value)
            if isLast { return Record(line: line, values: values) }
            guard size <= CorpusLines.longestLine else { throw tooLong(line) }
        }
    }

    private func tooLong(_ line: Int) -> CorpusError {
        .line(
            file: bytes.file.path, line: line,
            problem: "is longer than \(CorpusLines.longestLine >> 20) MB; break it up")
    }

    /// One value, and whether its record ends with it.
    private mutating func value(_ line: Int) throws -> (String, isLast: Bool) {
        var value: [UInt8] = []
        let start = bytes.place
        let quoteLine = bytes.line
        var quoting = false
        if isQuoted, try bytes.peek() == 0x22 {
            _ = try bytes.next()
            quoting = true
        }
        while let byte = try bytes.next() {
            if quoting {
                guard byte == 0x22 else {
                    value.append(byte)
                    guard value.count <= CorpusLines.longestLine else {
                        throw CorpusError.line(
                            file: bytes.file.path, line: quoteLine,
                            problem: "opens a quotation that is not closed within 16 MB")
                    }
                    continue
                }
                if try bytes.peek() == 0x22 {
                    _ = try bytes.next()
                    value.append(0x22)
                } else {
                    quoting = false
                }
            } else if byte == delimiter {
                return (try text(value[...], at: start), false)
            } else if byte == 0x0A {
                return (try text(value[...], at: start), true)
            } else if byte == 0x0D {
                if try bytes.peek() == 0x0A { _ = try bytes.next() }
                return (try text(value[...], at: start), true)
            } else {
                value.append(byte)
                if Self.endsLine(value) {
                    return (try text(value.dropLast(3), at: start), true)
                }
                guard value.count <= CorpusLines.longestLine else { throw tooLong(line) }
            }
        }
        guard !quoting else {
            throw CorpusError.line(
                file: bytes.file.path, line: quoteLine,
                problem: "opens a quotation that is never closed; is the file cut short?")
        }
        return (try text(value[...], at: start), true)
    }

    /// Whether the last three bytes are U+2028 or U+2029, which end lines too (`LineEnds`).
    private static func endsLine(_ value: [UInt8]) -> Bool {
        value.count >= 3 && value.last.map { $0 & 0xFE == 0xA8 } == true
            && LineEnds.length(at: value.count - 3, in: value, inJSON: false) == 3
    }

    private func text(_ value: ArraySlice<UInt8>, at place: Int) throws -> String {
        LineEnds.asLineFeeds(try StrictUTF8.text(value, of: bytes.file.path, at: place))
    }
}
