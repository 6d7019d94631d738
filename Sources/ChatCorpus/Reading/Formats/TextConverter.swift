import CCodecs
import ChatCore
import Foundation

/// Turns text of another encoding into UTF-8, a piece at a time, through the system's iconv.
final class TextConverter {
    private let converter: iconv_t?
    let encoding: String

    /// - Throws: `CorpusError.form` for an encoding that the system does not know.
    init(_ encoding: String, path: String) throws {
        self.encoding = encoding
        converter = iconv_open("UTF-8", Self.name(encoding))
        guard Int(bitPattern: converter) != -1 else {
            throw CorpusError.form(
                file: path,
                problem:
                    "the encoding '\(VisibleText.oneLine(encoding))' is not known; there are utf-8, utf-16, cp949, latin-1, windows-1252, shift_jis and others ('iconv -l' lists them)"
            )
        }
    }

    deinit { if Int(bitPattern: converter) != -1 { iconv_close(converter) } }

    /// The names that people write, as every iconv knows them.
    private static func name(_ encoding: String) -> String {
        switch encoding.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "latin1", "iso88591": "ISO-8859-1"
        case "ansi", "cp1252", "windows1252": "CP1252"
        case "cp949", "uhc", "ms949", "ksc5601", "windows949": "CP949"
        case "utf16": "UTF-16"
        case "sjis", "shiftjis": "CP932"
        default: encoding
        }
    }

    /// Converts all of `file`.
    /// - Throws: `CorpusError.undecided` with the offset of the first bytes that are not of the encoding.
    func convert(_ file: CorpusFile, from start: Int = 0, into spool: SpooledFile) throws {
        var offset = start
        var output = [UInt8](repeating: 0, count: 1 << 17)
        while offset < file.size {
            let bytes = try file.bytes(at: offset, count: 1 << 15)
            let (taken, made, isWrong) = step(bytes, &output)
            try spool.write(output[..<made], for: file.path)
            offset += taken
            // Half a character at the end of a piece is the start of the next; at the end of all it is none.
            if isWrong || taken == 0 {
                throw CorpusError.undecided(
                    file: file.path,
                    problem:
                        "is not \(VisibleText.oneLine(encoding)) at byte offset \(offset); try another encoding",
                    .encoding(guess: nil))
            }
        }
    }

    private func step(_ bytes: [UInt8], _ output: inout [UInt8]) -> (Int, Int, Bool) {
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { input in
            output.withUnsafeMutableBytes { output in
                var source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
                var target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
                var left = input.count
                var room = output.count
                let status = iconv(converter, &source, &left, &target, &room)
                let isWrong = status == -1 && errno == EILSEQ
                return (input.count - left, output.count - room, isWrong)
            }
        }
    }
}
