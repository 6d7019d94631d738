import ChatCore
import ChatCorpus
import Foundation

/// Collects the symbols of a corpus: in memory, or in a symbol file.
struct SymbolWriter {
    private(set) var count = 0
    private(set) var dialogueStarts: [Int] = []
    /// Symbols that are not in the file; all of them where there is none.
    private(set) var symbols: [Symbol] = []
    private let file: FileHandle?
    private let temporary: URL?

    /// A writer into memory.
    init() {
        file = nil
        temporary = nil
    }

    /// A writer to a new temporary file in `folder`, which is made where it is missing.
    /// - Throws: `CorpusError.cache`.
    init(folder: URL) throws {
        let manager = FileManager.default
        let url = folder.appendingPathComponent(".\(UUID().uuidString).symbols.tmp")
        do {
            try manager.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw CorpusError.cache(file: folder.relativePath, reason: "the folder cannot be made")
        }
        guard
            manager.createFile(
                atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = try? FileHandle(forWritingTo: url)
        else {
            throw CorpusError.cache(
                file: folder.relativePath, reason: "the folder cannot be written to")
        }
        file = handle
        temporary = url
    }

    /// Appends the encoding of a text.
    mutating func append(_ text: String, _ alphabet: Alphabet) throws {
        let before = symbols.count
        alphabet.append(text, to: &symbols)
        count += symbols.count - before
        try flushIfLarge()
    }

    /// Appends a dialogue, unless it has no exchange.
    mutating func append(_ dialogue: Dialogue, _ alphabet: Alphabet) throws {
        let encoded = dialogue.encoded(with: alphabet)
        guard !encoded.isEmpty else { return }
        dialogueStarts.append(count)
        symbols += encoded
        count += encoded.count
        try flushIfLarge()
    }

    private mutating func flushIfLarge() throws {
        if file != nil, symbols.count >= 1 << 18 { try flush() }
    }

    private mutating func flush() throws {
        var bytes = [UInt8](repeating: 0, count: symbols.count * 2)
        for (index, symbol) in symbols.enumerated() {
            bytes[2 * index] = UInt8(truncatingIfNeeded: symbol)
            bytes[2 * index + 1] = UInt8(truncatingIfNeeded: symbol >> 8)
        }
        try write(Data(bytes))
        symbols.removeAll(keepingCapacity: true)
    }

    private func write(_ data: Data) throws {
        do {
            try file?.write(contentsOf: data)
        } catch {
            throw CorpusError.cache(
                file: temporary?.deletingLastPathComponent().relativePath ?? "",
                reason: "writing failed; is the disk full?")
        }
    }

    /// Completes the file and gives it its name in one step.
    mutating func finish(
        at url: URL, key: String, alphabet: Alphabet, notes: [CorpusNote] = []
    ) throws {
        guard let temporary else { return }
        try flush()
        let footer = SymbolFile.Footer(
            key: key, count: count, dialogueCount: dialogueStarts.count, alphabet: alphabet,
            notes: notes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(footer) else {
            throw CorpusError.cache(file: url.relativePath, reason: "its footer cannot be written")
        }
        var end = Data()
        for start in dialogueStarts { end.append(contentsOf: Self.bytes(UInt64(start))) }
        end.append(json)
        end.append(contentsOf: Self.bytes(UInt64(json.count)))
        end.append(contentsOf: SymbolFile.magic)
        try write(end)
        try? file?.close()
        guard rename(temporary.path, url.path) == 0 else {
            throw CorpusError.cache(file: url.relativePath, reason: "it cannot be put in place")
        }
    }

    /// Removes an unfinished file.
    func abandon() {
        guard let temporary else { return }
        try? file?.close()
        try? FileManager.default.removeItem(at: temporary)
    }

    private static func bytes(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
