import ChatCore
import ChatCorpus

/// A corpus spelled in symbols, or a part of one.
public struct EncodedCorpus: Sendable {
    enum Storage: Sendable {
        case memory([Symbol])
        case file(SymbolFile)
    }

    /// Whether it is text or dialogues.
    public let format: CorpusFormat
    /// What it is spelled in.
    public let alphabet: Alphabet
    /// Lower-case hexadecimal SHA-256 of the files' bytes, one file after another; empty for a corpus
    /// that was not read from files.
    public let hash: String
    /// The names, not the paths, of the files it was read from.
    public let fileNames: [String]
    /// Where each dialogue starts; empty for plain text.
    public let dialogueStarts: [Int]
    /// What each file was taken for, and what was left out of it.
    public let notes: [CorpusNote]
    let storage: Storage
    /// The parts of the storage that belong to this corpus, in order, and where each begins in it.
    let pieces: [Range<Int>]
    let starts: [Int]

    /// Number of symbols.
    public let count: Int

    /// Plain text held in memory.
    public init(text: String, alphabet: Alphabet) {
        let symbols = alphabet.encode(text)
        self.init(
            format: .text, alphabet: alphabet, hash: "", fileNames: [], dialogueStarts: [],
            storage: .memory(symbols), range: 0..<symbols.count)
    }

    /// Dialogues held in memory. Those without an exchange are left out.
    public init(dialogues: [Dialogue], alphabet: Alphabet) {
        var symbols: [Symbol] = []
        var starts: [Int] = []
        for dialogue in dialogues {
            let encoded = dialogue.encoded(with: alphabet)
            guard !encoded.isEmpty else { continue }
            starts.append(symbols.count)
            symbols += encoded
        }
        self.init(
            format: .dialogue, alphabet: alphabet, hash: "", fileNames: [], dialogueStarts: starts,
            storage: .memory(symbols), range: 0..<symbols.count)
    }

    init(
        format: CorpusFormat, alphabet: Alphabet, hash: String, fileNames: [String],
        dialogueStarts: [Int], storage: Storage, range: Range<Int>, notes: [CorpusNote] = []
    ) {
        self.init(
            format: format, alphabet: alphabet, hash: hash, fileNames: fileNames,
            dialogueStarts: dialogueStarts, storage: storage, pieces: [range], notes: notes)
    }

    init(
        format: CorpusFormat, alphabet: Alphabet, hash: String, fileNames: [String],
        dialogueStarts: [Int], storage: Storage, pieces: [Range<Int>], notes: [CorpusNote]
    ) {
        self.format = format
        self.alphabet = alphabet
        self.hash = hash
        self.fileNames = fileNames
        self.dialogueStarts = dialogueStarts
        self.storage = storage
        self.notes = notes
        self.pieces = pieces
        var starts: [Int] = []
        var total = 0
        for piece in pieces {
            starts.append(total)
            total += piece.count
        }
        self.starts = starts
        count = total
    }

    /// The symbols in `range`, which lies within `0..<count`.
    /// - Throws: `CorpusError` when the symbol file cannot be read or is damaged.
    public func symbols(in range: Range<Int>) throws -> [Symbol] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range of this corpus")
        var symbols: [Symbol] = []
        var place = range.lowerBound
        // The last piece that begins at or before it.
        var index = starts.partitioningIndex { $0 > place } - 1
        while place < range.upperBound {
            let start = pieces[index].lowerBound + place - starts[index]
            let end = min(pieces[index].upperBound, start + range.upperBound - place)
            let part: [Symbol] =
                switch storage {
                case .memory(let all): Array(all[start..<end])
                case .file(let file): try file.symbols(in: start..<end)
                }
            if symbols.isEmpty { symbols = part } else { symbols += part }
            place += end - start
            index += 1
        }
        return symbols
    }

    /// The symbols of dialogue `index`.
    public func dialogue(_ index: Int) throws -> [Symbol] {
        let end = index + 1 < dialogueStarts.count ? dialogueStarts[index + 1] : count
        return try symbols(in: dialogueStarts[index]..<end)
    }
}
