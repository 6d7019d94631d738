import Foundation

/// The lines of a transcript file, and any part that was torn off.
///
/// A line is its bytes without line end, so that its hash is the same in a file that an editor saved
/// with other line ends, a byte order mark or blank lines.
struct TranscriptLines {
    struct Line {
        /// In the file, from 1.
        let number: Int
        let bytes: Data
        /// Bytes from the beginning of the file to the end of the line, its line end included.
        let end: Int
    }

    /// Without blank ones.
    private(set) var whole: [Line] = []
    private(set) var wholeLength = 0
    /// Lines up to there, blank ones too.
    private(set) var count = 0
    /// Bytes after the last whole line.
    let tornLength: Int
    /// The last whole line has no line end.
    private(set) var lacksNewline = false

    /// Splits at line ends (`LineEnds`). A last line without line end
    /// counts as whole when it is a whole JSON object, and as torn otherwise; so do the zero bytes that
    /// a power failure can leave at the end of a file.
    init(_ bytes: Data) {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] == 0 { end -= 1 }
        var start = bytes.startIndex
        if bytes.starts(with: ByteOrderMark.bytes) { start += ByteOrderMark.bytes.count }
        let text = [UInt8](bytes[..<end])
        var place = start - bytes.startIndex
        while place < text.count {
            let length = LineEnds.length(at: place, in: text, inJSON: true) ?? 0
            defer { place += Swift.max(length, 1) }
            if length == 0 { continue }
            count += 1
            let line = bytes[start..<bytes.startIndex + place]
            if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                whole.append(Line(number: count, bytes: line, end: place + length))
            }
            start = bytes.startIndex + place + length
        }
        if start < end, (try? Self.decode(bytes[start..<end])) != nil {
            count += 1
            whole.append(
                Line(number: count, bytes: bytes[start..<end], end: end - bytes.startIndex + 1))
            start = end
            lacksNewline = true
        }
        wholeLength = start - bytes.startIndex
        tornLength = bytes.endIndex - start
    }

    /// - Throws: `TranscriptLine.Problem`.
    static func decode(_ line: Data) throws -> TranscriptLine {
        let decoded: TranscriptLine
        do {
            decoded = try JSONDecoder().decode(TranscriptLine.self, from: line)
        } catch let error as DecodingError {
            throw TranscriptLine.Problem.malformed(Self.words(error, line))
        }
        if let key = JSONKeys.duplicate(in: [UInt8](line)) {
            throw TranscriptLine.Problem.malformed("it has the field \(quoted(key)) twice")
        }
        return decoded
    }

    /// Says which field is wrong and quotes nothing.
    private static func words(_ error: DecodingError, _ line: Data) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context):
            if let key = context.codingPath.first {
                return "its field \(key.stringValue) is not of the right kind"
            }
            return "it is not a JSON object"
        case .dataCorrupted(let context):
            if let key = context.codingPath.first {
                return "its field \(key.stringValue) has a value that is not known"
            }
            // It may still be JSON: the decoder says the same of a number that does not fit its field.
            let isJSON = (try? JSONSerialization.jsonObject(with: line)) != nil
            return isJSON ? "it has a number that is out of range" : "it is not JSON"
        @unknown default: return "it is not JSON"
        }
    }
}
