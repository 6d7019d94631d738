import ChatCore

/// A corpus spelled in symbols, or a part of one.
public struct EncodedCorpus: Sendable {
    enum Storage: Sendable {
        case memory([Symbol])
        case file(SymbolFile)
    }

    public let format: CorpusFormat
    public let alphabet: Alphabet
    /// Lower-case hexadecimal SHA-256 of the files' bytes, one file after another; empty for a corpus
    /// that was not read from files.
    public let hash: String
    /// The names, not the paths, of the files it was read from.
    public let fileNames: [String]
    /// Where each dialogue starts; empty for plain text.
    public let dialogueStarts: [Int]
    private let storage: Storage
    /// The part of the storage that belongs to this corpus.
    private let range: Range<Int>

    /// Number of symbols.
    public var count: Int { range.count }

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
        dialogueStarts: [Int], storage: Storage, range: Range<Int>
    ) {
        self.format = format
        self.alphabet = alphabet
        self.hash = hash
        self.fileNames = fileNames
        self.dialogueStarts = dialogueStarts
        self.storage = storage
        self.range = range
    }

    /// The symbols in `range`, which lies within `0..<count`.
    /// - Throws: `CorpusError` when the symbol file cannot be read or is damaged.
    public func symbols(in range: Range<Int>) throws -> [Symbol] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range of this corpus")
        let start = self.range.lowerBound + range.lowerBound
        switch storage {
        case .memory(let symbols): return Array(symbols[start..<start + range.count])
        case .file(let file): return try file.symbols(in: start..<start + range.count)
        }
    }

    /// The symbols of dialogue `index`.
    public func dialogue(_ index: Int) throws -> [Symbol] {
        let end = index + 1 < dialogueStarts.count ? dialogueStarts[index + 1] : count
        return try symbols(in: dialogueStarts[index]..<end)
    }

    /// Splits off the last `validation` (0...0.9) of the text, or of the dialogues. Text is cut between
    /// characters, so the validation part may be a few symbols shorter.
    /// - Throws: `CorpusError` when the symbol file cannot be read.
    public func split(
        validation: Double
    ) throws -> (training: EncodedCorpus, validation: EncodedCorpus) {
        let kept = validation.isFinite ? 1 - min(max(validation, 0), 0.9) : 1
        var cut = Int(Double(count) * kept)
        var first = 0
        switch format {
        case .text where cut < count:
            let near = max(0, cut - 64)..<min(count, cut + 64)
            let starts = try zip(near, symbols(in: near))
                .filter { alphabet.startsCharacter($0.1) }
                .map(\.0)
            cut = starts.first { $0 >= cut } ?? starts.last ?? cut
        case .text: break
        case .dialogue:
            first = Int(Double(dialogueStarts.count) * kept)
            cut = first < dialogueStarts.count ? dialogueStarts[first] : count
        }
        return (
            part(0..<cut, dialogues: 0..<first),
            part(cut..<count, dialogues: first..<dialogueStarts.count)
        )
    }

    private func part(_ symbols: Range<Int>, dialogues: Range<Int>) -> EncodedCorpus {
        EncodedCorpus(
            format: format, alphabet: alphabet, hash: hash, fileNames: fileNames,
            dialogueStarts: dialogueStarts[dialogues].map { $0 - symbols.lowerBound },
            storage: storage,
            range: range.lowerBound + symbols.lowerBound..<range.lowerBound + symbols.upperBound)
    }
}
