import ChatCore
import Foundation

/// Reads the files of a corpus from first to last, in blocks and dialogues, never as a whole.
package struct CorpusReader {
    package let format: CorpusFormat
    package let fileNames: [String]
    private let opened: CorpusOpener

    /// Opens the files.
    /// - Throws: `CorpusError`, for files of both formats too.
    package init(_ urls: [URL], options: CorpusOptions = CorpusOptions()) throws {
        opened = try CorpusOpener(urls, options: options)
        let parts = opened.parts
        guard let first = parts.first else { throw CorpusError.noFiles }
        format = first.format
        if let other = parts.first(where: { $0.format != first.format }) {
            let textFirst = format == .text
            throw CorpusError.mixedFormats(
                text: textFirst ? first.origin : other.origin,
                dialogue: textFirst ? other.origin : first.origin)
        }
        if options.removesSpaces, format == .dialogue {
            throw CorpusError.form(
                file: first.origin,
                problem: "holds dialogues, and spaces are taken out of plain text alone")
        }
        fileNames = urls.map { $0.path == "/dev/stdin" ? "standard input" : $0.lastPathComponent }
    }

    /// Bytes of text of all the files.
    package var size: Int { opened.parts.reduce(0) { $0 + $1.size } }

    /// The first file, for messages.
    package var firstName: String { opened.parts.first?.origin ?? "" }

    /// Lower-case hexadecimal SHA-256 of the files' bytes, one file after another: what `sha256sum`
    /// says of a single file. Options that change what is read change it too.
    package func hash() throws -> String {
        var hasher = SHA256()
        for source in opened.sources {
            let file = try source.file()
            for offset in stride(from: 0, to: file.size, by: 1 << 20) {
                hasher.update(data: try file.bytes(at: offset, count: 1 << 20))
            }
        }
        let options = opened.options.fingerprint
        if !options.isEmpty { hasher.update(data: Array(options.utf8)) }
        return hasher.finalize().hexadecimal
    }

    /// Names what the symbols depend on: the bytes, where files begin and how each is read, the
    /// alphabet if it is given, and the version of these rules.
    package func key(hash: String, alphabet: Alphabet?) -> String {
        var text = "rules 4\n\(format.rawValue)\n\(hash)\n"
        for part in opened.parts { text += "\(part.size) \(part.form)\n" }
        text += alphabet.map { "\($0.scalars.map(\.value))" } ?? "learned"
        return SHA256.hash(data: Array(text.utf8)).hexadecimal
    }

    /// Calls `body` with every part of a plain text corpus. A line feed is put between two files where
    /// the first does not end in one.
    /// - Returns: what each file was taken for.
    @discardableResult
    package func forEachBlock(_ body: (String) throws -> Void) throws -> [CorpusNote] {
        var notes = CorpusNotes(opened)
        for (index, part) in opened.parts.enumerated() {
            var blocks = try part.blocks()
            var last: UInt8?
            var lines = 0
            while let block = try blocks.next() {
                last = block.utf8.last ?? last
                lines += block.utf8.count { $0 == 0x0A }
                try body(block)
            }
            if let last, last != 0x0A { lines += 1 }
            if index + 1 < opened.parts.count, last != 0x0A { try body("\n") }
            notes.add(part, shape: nil, turns: lines, dialogues: 0, leftOut: blocks.leftOut)
        }
        return notes.all
    }

    /// Calls `body` with every dialogue of a dialogue corpus.
    /// - Returns: what each file was taken for.
    @discardableResult
    package func forEachDialogue(_ body: (Dialogue) throws -> Void) throws -> [CorpusNote] {
        var notes = CorpusNotes(opened)
        for part in opened.parts {
            var reader = try part.dialogues()
            var (turns, dialogues) = (0, 0)
            while let dialogue = try reader.next() {
                let count = dialogue.exchanges.count
                turns += count
                if count > 0 { dialogues += 1 }
                try body(dialogue)
            }
            notes.add(
                part, shape: reader.shape, turns: turns, dialogues: dialogues,
                leftOut: reader.leftOut)
        }
        return notes.all
    }

    /// The alphabet that fits this corpus.
    /// - Throws: `CorpusError.singleCharacter` when there is nothing to tell apart.
    package func learnAlphabet() throws -> Alphabet {
        var counts = ScalarCounts()
        switch format {
        case .text: try forEachBlock { counts.add($0) }
        case .dialogue: try forEachDialogue { counts.add($0) }
        }
        switch counts.distinctCount {
        case 0:
            throw format == .text
                ? CorpusError.empty(file: firstName)
                : CorpusError.noDialogues(file: firstName)
        case 1 where format == .text: throw CorpusError.singleCharacter(file: firstName)
        default: return counts.alphabet()
        }
    }

    /// - Throws: `CorpusError.changed` when a file was written to since it was opened.
    package func checkUnchanged() throws {
        for source in opened.sources { try source.file().checkUnchanged() }
    }
}
