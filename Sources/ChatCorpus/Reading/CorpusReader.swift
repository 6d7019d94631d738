import ChatCore
import Foundation

/// Reads the files of a corpus from first to last, in blocks and lines, never as a whole.
package struct CorpusReader {
    package let format: CorpusFormat
    package let files: [CorpusFile]
    private let isTable: [Bool]
    package let fileNames: [String]

    /// Opens the files.
    /// - Throws: `CorpusError`, for files of both formats too.
    package init(_ urls: [URL]) throws {
        guard let first = urls.first else { throw CorpusError.noFiles }
        // A directory is said to be one whatever its name promises.
        files = try urls.map(CorpusFile.init)
        let formats = try urls.map(CorpusFormat.init(of:))
        if let other = formats.firstIndex(where: { $0 != formats[0] }) {
            let names = [first.relativePath, urls[other].relativePath]
            let textFirst = formats[0] == .text
            throw CorpusError.mixedFormats(
                text: textFirst ? names[0] : names[1], dialogue: textFirst ? names[1] : names[0])
        }
        format = formats[0]
        isTable = urls.map { $0.pathExtension.lowercased() == "tsv" }
        fileNames = urls.map(\.lastPathComponent)
        if let empty = files.first(where: { $0.size == 0 }) {
            throw CorpusError.empty(file: empty.path)
        }
    }

    /// Bytes of all the files.
    package var size: Int { files.reduce(0) { $0 + $1.size } }

    /// Lower-case hexadecimal SHA-256 of the files' bytes, one file after another: what `sha256sum`
    /// says of a single file.
    package func hash() throws -> String {
        var hasher = SHA256()
        for file in files {
            for offset in stride(from: 0, to: file.size, by: 1 << 20) {
                hasher.update(data: try file.bytes(at: offset, count: 1 << 20))
            }
        }
        return hasher.finalize().hexadecimal
    }

    /// Names what the symbols depend on: the bytes, where files begin and how each is read, the
    /// alphabet if it is given, and the version of these rules.
    package func key(hash: String, alphabet: Alphabet?) -> String {
        var text = "rules 2\n\(format.rawValue)\n\(hash)\n"
        for (file, isTable) in zip(files, isTable) { text += "\(file.size) \(isTable)\n" }
        text += alphabet.map { "\($0.scalars.map(\.value))" } ?? "learned"
        return SHA256.hash(data: Array(text.utf8)).hexadecimal
    }

    /// Calls `body` with every part of a plain text corpus. A line feed is put between two files where
    /// the first does not end in one.
    package func forEachBlock(_ body: (String) throws -> Void) throws {
        for (index, file) in files.enumerated() {
            var blocks = TextBlocks(file)
            var last: UInt8?
            while let block = try blocks.next() {
                last = block.utf8.last ?? last
                try body(block)
            }
            if index + 1 < files.count, last != 0x0A { try body("\n") }
        }
    }

    /// Calls `body` with every dialogue of a dialogue corpus.
    package func forEachDialogue(_ body: (Dialogue) throws -> Void) throws {
        for (file, isTable) in zip(files, isTable) {
            var dialogues = DialogueFile(file, isTable: isTable)
            while let dialogue = try dialogues.next() { try body(dialogue) }
        }
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
                ? CorpusError.empty(file: files[0].path)
                : CorpusError.noDialogues(file: files[0].path)
        case 1 where format == .text: throw CorpusError.singleCharacter(file: files[0].path)
        default: return counts.alphabet()
        }
    }
}
