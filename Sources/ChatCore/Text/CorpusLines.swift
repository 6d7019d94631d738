/// The lines of a text file, one after another, without their line ends (`LineEnds`) and without a byte
/// order mark.
package struct CorpusLines {
    package struct Line {
        /// From 1.
        package var number: Int
        package var text: String
        /// False for a last line that no line end closes.
        package var isClosed: Bool
    }

    /// Bytes that a line may have.
    package static let longestLine = 1 << 24

    package let file: CorpusFile
    private let isJSON: Bool
    private var buffer: [UInt8] = []
    /// The first byte of `buffer` that is not given out, the first not searched, and where `buffer`
    /// starts in the file.
    private var start = 0
    private var searched = 0
    private var offset = 0
    private var number = 0

    /// - Parameter isJSON: of JSON Lines.
    package init(_ file: CorpusFile, isJSON: Bool = false) {
        self.file = file
        self.isJSON = isJSON
    }

    /// The next line, or nil at the end.
    /// - Throws: `CorpusError`, for a line that is not UTF-8 or longer than `longestLine` too.
    package mutating func next() throws -> Line? {
        while true {
            if let end = nextEnd() {
                let line = try line(upTo: end.lowerBound, isClosed: true)
                start = end.upperBound
                searched = start
                return line
            }
            guard buffer.count - start <= Self.longestLine else {
                throw CorpusError.line(
                    file: file.path, line: number + 1,
                    problem: "is longer than \(Self.longestLine >> 20) MB; break it up")
            }
            buffer.removeFirst(start)
            offset += start
            searched -= start
            start = 0
            let more = try file.bytes(at: offset + buffer.count, count: 1 << 18)
            if more.isEmpty {
                guard !buffer.isEmpty else { return nil }
                let line = try line(upTo: buffer.count, isClosed: false)
                offset += buffer.count
                buffer = []
                searched = 0
                return line
            }
            buffer += more
            if offset == 0, number == 0, searched == 0,
                buffer.starts(with: ByteOrderMark.bytes)
            {
                start = 3
                searched = 3
            }
        }
    }

    /// The next line end in the buffer; nil when more must be read to find it.
    private mutating func nextEnd() -> Range<Int>? {
        let isWhole = offset + buffer.count >= file.size
        while searched < buffer.count {
            guard
                let length = LineEnds.length(
                    at: searched, in: buffer, inJSON: isJSON, isWhole: isWhole)
            else { return nil }
            if length > 0 { return searched..<searched + length }
            searched += 1
        }
        return nil
    }

    private mutating func line(upTo end: Int, isClosed: Bool) throws -> Line {
        number += 1
        let text = try StrictUTF8.text(buffer[start..<end], of: file.path, at: offset + start)
        return Line(number: number, text: text, isClosed: isClosed)
    }
}
