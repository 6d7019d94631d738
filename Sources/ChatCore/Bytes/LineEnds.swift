import Foundation

/// The one rule for line ends, whatever program wrote a text: a line feed, a carriage return, both in a
/// row, U+2028 and U+2029 each end a line. Swift's own `\n` is another `Character` than `\r\n`, so a split
/// at it finds none in a text of Windows.
///
/// Within JSON the last two may stand in a string as they are; lines of JSON end at the others.
package enum LineEnds {
    /// How many bytes of a line end begin at `place`: 0, 1, 2 or 3; nil where that depends on bytes
    /// which are not there yet.
    /// - Parameter isWhole: no bytes follow.
    package static func length(
        at place: Int, in bytes: [UInt8], inJSON: Bool,
        isWhole: Bool = true
    ) -> Int? {
        switch bytes[place] {
        case 0x0A: return 1
        case 0x0D:
            guard place + 1 < bytes.endIndex else { return isWhole ? 1 : nil }
            return bytes[place + 1] == 0x0A ? 2 : 1
        case 0xE2 where !inJSON:
            guard place + 2 < bytes.endIndex else { return isWhole ? 0 : nil }
            return bytes[place + 1] == 0x80 && bytes[place + 2] & 0xFE == 0xA8 ? 3 : 0
        default: return 0
        }
    }

    /// The lines of JSON Lines, blank ones too; a byte order mark is dropped.
    package static func jsonLines(_ bytes: Data) -> [Data] {
        let bytes = [UInt8](bytes)
        var start = bytes.starts(with: ByteOrderMark.bytes) ? ByteOrderMark.bytes.count : 0
        var lines: [Data] = []
        var place = start
        while place < bytes.count {
            let length = length(at: place, in: bytes, inJSON: true) ?? 0
            if length > 0 {
                lines.append(Data(bytes[start..<place]))
                start = place + length
            }
            place += Swift.max(length, 1)
        }
        lines.append(Data(bytes[start...]))
        return lines
    }

    /// UTF-8 with every line end as one line feed.
    package static func asLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let length = length(at: place, in: bytes, inJSON: false) ?? 0
            result.append(length > 0 ? 0x0A : bytes[place])
            place += Swift.max(length, 1)
        }
        return result
    }

    /// A text with every line end as one line feed.
    package static func asLineFeeds(_ text: String) -> String {
        // Most texts have none but these.
        guard text.utf8.contains(where: { $0 == 0x0D || $0 == 0xE2 }) else { return text }
        return String(decoding: asLineFeeds(Array(text.utf8)), as: UTF8.self)
    }

    /// The lines of a text without their ends, empty ones too; one more than there are line ends.
    package static func split(_ text: String) -> [String] {
        asLineFeeds(text).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
