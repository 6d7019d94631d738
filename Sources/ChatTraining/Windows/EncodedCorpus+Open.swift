import ChatCore
import ChatCorpus
import Foundation

extension EncodedCorpus {
    /// Reads a corpus of one or several files, all of plain text or all of dialogues.
    ///
    /// A corpus of more than `memoryLimit` bytes is spelled into a symbol file in `cacheFolder`, which
    /// the same corpus finds again; its name and footer carry the hash of what it was made from, so a
    /// changed corpus never meets an old one. The four last used are kept. Where the folder cannot be
    /// written to, the corpus is kept in memory.
    ///
    /// - Parameters:
    ///   - options: how files are read, where what is in them does not say it.
    ///   - alphabet: that of the model to be trained on or tested; nil learns one from the corpus.
    ///   - cacheFolder: nil keeps any corpus in memory.
    ///   - memoryLimit: in bytes of text.
    /// - Throws: `CorpusError`.
    public static func open(
        files: [URL], options: CorpusOptions = CorpusOptions(), alphabet: Alphabet? = nil,
        cacheFolder: URL? = nil,
        memoryLimit: Int = 1 << 23
    ) throws -> EncodedCorpus {
        let reader = try CorpusReader(files, options: options)
        let hash = try reader.hash()
        let key = reader.key(hash: hash, alphabet: alphabet)
        let folder = reader.size > memoryLimit ? cacheFolder : nil
        let cached = folder?.appendingPathComponent("\(key.prefix(32)).symbols")
        if let cached, let corpus = try? EncodedCorpus(reader, hash: hash, cached: cached, key: key)
        {
            utimes(cached.path, nil)
            return corpus
        }
        let alphabet = try alphabet ?? reader.learnAlphabet()
        var writer = SymbolWriter()
        let notes: [CorpusNote]
        do {
            if let folder { writer = try SymbolWriter(folder: folder) }
            notes = try reader.write(to: &writer, with: alphabet)
            if let cached, let folder {
                try writer.finish(at: cached, key: key, alphabet: alphabet, notes: notes)
                tidy(folder, keeping: 4)
                return try EncodedCorpus(reader, hash: hash, cached: cached, key: key)
            }
        } catch CorpusError.cache {
            writer.abandon()
            return try open(files: files, options: options, alphabet: alphabet)
        } catch {
            writer.abandon()
            throw error
        }
        return EncodedCorpus(
            format: reader.format, alphabet: alphabet, hash: hash, fileNames: reader.fileNames,
            dialogueStarts: writer.dialogueStarts, storage: .memory(writer.symbols),
            range: 0..<writer.count, notes: notes)
    }

    private init(_ reader: CorpusReader, hash: String, cached: URL, key: String) throws {
        let file = try SymbolFile(cached, key: key)
        self.init(
            format: reader.format, alphabet: file.footer.alphabet, hash: hash,
            fileNames: reader.fileNames, dialogueStarts: try file.dialogueStarts(),
            storage: .file(file), range: 0..<file.footer.count, notes: file.footer.notes ?? [])
    }

    /// Removes all but the latest symbol files, and what a killed process left a day ago.
    private static func tidy(_ folder: URL, keeping: Int) {
        let manager = FileManager.default
        let contents = try? manager.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: [.contentModificationDateKey])
        func date(_ url: URL) -> Date {
            let values = try? url.resourceValues(forKeys: [.contentModificationDateKey])
            return values?.contentModificationDate ?? .distantPast
        }
        let dated = (contents ?? []).map { (url: $0, date: date($0)) }.sorted { $0.date > $1.date }
        for old in dated.filter({ $0.url.pathExtension == "symbols" }).dropFirst(keeping) {
            try? manager.removeItem(at: old.url)
        }
        for left in dated where left.url.lastPathComponent.hasSuffix(".symbols.tmp") {
            if left.date < Date(timeIntervalSinceNow: -86_400) {
                try? manager.removeItem(at: left.url)
            }
        }
    }
}
