import ChatCore
import Foundation

/// Files that are not in UTF-8.
extension CorpusOpener {
    /// What iconv calls an encoding, and the bytes of the mark in front of the text.
    typealias Encoding = (name: String, markLength: Int)

    private static let marks: [(bytes: [UInt8], name: String)] = [
        // Before UTF-16LE, whose mark begins this one.
        ([0xFF, 0xFE, 0x00, 0x00], "UTF-32LE"), ([0x00, 0x00, 0xFE, 0xFF], "UTF-32BE"),
        ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
    ]

    /// The encoding of a file, where it is not UTF-8: by its mark, as asked, or by what a page says of
    /// itself.
    static func encoding(
        of file: CorpusFile, asked: String?, ending: String
    ) throws -> Encoding? {
        let start = try file.bytes(at: 0, count: 1024)
        if let mark = marks.first(where: { start.starts(with: $0.bytes) }) {
            return (mark.name, mark.bytes.count)
        }
        if let asked, !start.starts(with: ByteOrderMark.bytes) {
            return try isUTF8(file, rather: asked) ? nil : (asked, 0)
        }
        guard ["html", "htm"].contains(ending), let told = charset(start) else { return nil }
        return (told, 0)
    }

    /// Whether a file is UTF-8 although another encoding was asked for: one of a folder in which others
    /// are not. What is ASCII alone may be of an encoding that writes all in it, such as ISO-2022-JP;
    /// what is asked to be UTF-16 or UTF-32 is.
    private static func isUTF8(_ file: CorpusFile, rather asked: String) throws -> Bool {
        let name = asked.lowercased().filter { $0.isLetter || $0.isNumber }
        if ["utf16", "utf32", "ucs2", "ucs4"].contains(where: name.hasPrefix) { return false }
        var isASCII = true
        var offset = 0
        while offset < file.size {
            var bytes = try file.bytes(at: offset, count: 1 << 18)
            // A character that the end of a piece cuts belongs to the next.
            if offset + bytes.count < file.size {
                let rest = bytes.reversed().prefix(4).prefix { $0 & 0xC0 == 0x80 }.count + 1
                if rest < bytes.count { bytes.removeLast(rest) }
            }
            guard (try? StrictUTF8.text(bytes, of: file.path, at: offset)) != nil else {
                return false
            }
            isASCII = isASCII && bytes.allSatisfy { $0 < 0x80 }
            offset += bytes.count
        }
        return !isASCII
    }

    static func converted(
        _ file: CorpusFile, from encoding: Encoding, into spool: SpooledFile
    ) throws -> CorpusFile {
        try TextConverter(encoding.name, path: file.path)
            .convert(file, from: encoding.markLength, into: spool)
        return try spool.take(as: file.path)
    }

    /// A file in UTF-8, whatever it was in.
    static func text(_ url: URL, encoding asked: String?) throws -> CorpusFile {
        let file = try CorpusFile(url)
        guard let told = try encoding(of: file, asked: asked, ending: "") else { return file }
        return try converted(file, from: told, into: try SpooledFile(for: file.path))
    }

    private static func charset(_ start: [UInt8]) -> String? {
        let head = String(decoding: start, as: UTF8.self).lowercased()
        guard let place = head.range(of: "charset=") else { return nil }
        let name = head[place.upperBound...].drop { $0 == "\"" || $0 == "'" }
            .prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        return name.isEmpty || name == "utf-8" || name == "utf8" ? nil : String(name)
    }
}
