import ChatCore
import ChatCorpus
import Foundation

/// The files that are searched.
///
/// | file | an entry |
/// | --- | --- |
/// | a folder of lessons | each fact, line of talk and word pair, as `WorldEntries` makes them |
/// | a file that `WorldEntries` wrote | each line |
/// | of pairs or dialogues, whatever its form | each question with its answer |
/// | an exported chat | each message |
/// | any text | each paragraph where blank lines part paragraphs, else each line |
///
/// What is longer than `longestEntry` is cut at spaces.
public struct SearchCorpus: Sendable {
    /// The files, in the order in which they are indexed.
    public let files: [URL]
    /// The name of the encoding of those that are not UTF-8, as iconv knows it.
    let encoding: String?
    /// The columns of tables that hold the question and the answer.
    let columns: [String]

    /// Characters of one entry of running text.
    static let longestEntry = 2_000
    /// Lines of a paragraph are joined up to this many characters.
    static let paragraphLength = 600

    /// Nothing is read before an index is opened.
    /// - Parameters:
    ///   - encoding: of files that are not UTF-8, as iconv knows it: cp949, latin-1, utf-16.
    ///   - columns: of tables, question and answer: names, or numbers from 1.
    public init(_ files: [URL], encoding: String? = nil, columns: [String] = []) {
        self.files = files
        self.encoding = encoding
        self.columns = columns
    }

    /// What tells that a file changed without reading it: path, bytes, time and inode of each.
    var stamp: String {
        files.map { url in
            var status = stat()
            guard stat(url.path, &status) == 0 else { return "\(url.path)\t-" }
            if status.st_mode & S_IFMT == S_IFDIR { return Self.folderStamp(url) }
            return Self.stamp(url.path, status)
        }.joined(separator: "\n")
    }

    private static func stamp(_ path: String, _ status: stat) -> String {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return "\(path)\t\(status.st_size)\t\(time.tv_sec).\(time.tv_nsec)\t\(status.st_ino)"
    }

    private static func folderStamp(_ folder: URL) -> String {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { name in
            var status = stat()
            let path = folder.appendingPathComponent(name).path
            return stat(path, &status) == 0 ? stamp(path, status) : path
        }.joined(separator: "\n")
    }

    /// Names the cache of this corpus: the same files, read in the same way, share one, whatever stands
    /// in them.
    var cacheName: String {
        var read = encoding.map { ["encoding \($0)"] } ?? []
        if !columns.isEmpty { read.append("columns \(columns)") }
        let paths = (files.map(\.standardizedFileURL.path) + read).joined(separator: "\n")
        return SHA256.hash(data: Array(paths.utf8)).hexadecimal.prefix(24) + ".sqlite"
    }

    /// Lower-case hexadecimal SHA-256 over the names, sizes and bytes of the files.
    /// - Throws: `CorpusError`, `LessonError`.
    func hash() throws -> String {
        var hasher = SHA256()
        for url in files {
            if Self.isFolder(url), !CorpusFolder.holdsLessons(url) {
                hasher.update(data: Array("folder\n\(Self.folderStamp(url))\n".utf8))
                continue
            }
            if Self.isFolder(url) {
                hasher.update(data: Array("folder\n\(try LessonFolder.load(url).hash)\n".utf8))
                continue
            }
            let file = try CorpusFile(url)
            hasher.update(data: Array("\(url.lastPathComponent)\n\(file.size)\n".utf8))
            for offset in stride(from: 0, to: file.size, by: 1 << 20) {
                hasher.update(data: try file.bytes(at: offset, count: 1 << 20))
            }
        }
        return hasher.finalize().hexadecimal
    }

    static func isFolder(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// Bytes of all files; a folder counts as a few.
    var size: Int {
        files.reduce(0) { total, url in
            var status = stat()
            guard stat(url.path, &status) == 0 else { return total }
            return total + Int(status.st_size)
        }
    }

    /// Calls `body` with every entry and the bytes that were read for it.
    /// - Throws: `CorpusError` for a file that is missing, not UTF-8 or has no entry; `LessonError`,
    ///   `SearchError.world`; what `body` throws.
    func forEachEntry(_ body: (SearchEntry, Int) throws -> Void) throws {
        guard !files.isEmpty else { throw CorpusError.noFiles }
        for url in files {
            var count = 0
            func take(_ entry: SearchEntry, _ bytes: Int) throws {
                count += 1
                try body(entry, bytes)
            }
            if Self.isFolder(url), CorpusFolder.holdsLessons(url) {
                for entry in WorldEntries(try LessonFolder.load(url)).entries { try take(entry, 0) }
            } else if !Self.isFolder(url), (try? WorldEntries.isWorld(url)) == true {
                for entry in try WorldEntries(file: url).entries { try take(entry, 0) }
            } else {
                try entries(of: url, take)
            }
            guard count > 0 else { throw CorpusError.empty(file: url.relativePath) }
        }
    }

    private func entries(of url: URL, _ body: (SearchEntry, Int) throws -> Void) throws {
        var options = CorpusOptions()
        options.needsSpeaker = false
        options.encoding = encoding
        options.columns = columns
        let name = url.lastPathComponent
        for part in try CorpusOpener([url], options: options).parts {
            if var entries = try part.entries() {
                while let entry = try entries.next() {
                    guard entry.sender != nil, !ChatNoise.isPlaceholder(entry.text) else {
                        continue
                    }
                    for text in Self.parts(ChatNoise.withoutEditMark(entry.text)) {
                        try body(
                            SearchEntry(text: text, file: name, line: entry.line), text.utf8.count)
                    }
                }
            } else if part.form == .text {
                try Self.paragraphs(try part.place.file(), name, body)
            } else if part.format == .text {
                var blocks = try part.blocks()
                while let block = try blocks.next() {
                    for line in block.split(separator: "\n") {
                        for text in Self.parts(String(line)) {
                            try body(SearchEntry(text: text, file: name, line: 0), text.utf8.count)
                        }
                    }
                }
            } else {
                try Self.questions(try part.dialogues(), name, body)
            }
        }
    }

    private static func questions(
        _ reader: any DialogueReader, _ name: String, _ body: (SearchEntry, Int) throws -> Void
    ) throws {
        var reader = reader
        while let dialogue = try reader.next() {
            for exchange in dialogue.exchanges {
                try body(
                    SearchEntry(text: exchange.user, answer: exchange.reply, file: name),
                    exchange.user.utf8.count + exchange.reply.utf8.count + 2)
            }
        }
    }

    private static func paragraphs(
        _ file: CorpusFile, _ name: String, _ body: (SearchEntry, Int) throws -> Void
    ) throws {
        let joins = try hasParagraphs(file)
        var lines = CorpusLines(file)
        var paragraph = ""
        var first = 0
        var bytes = 0
        func end() throws {
            defer { (paragraph, bytes) = ("", 0) }
            for part in parts(paragraph) {
                try body(SearchEntry(text: part, file: name, line: first), bytes)
                bytes = 0
            }
        }
        while let line = try lines.next() {
            let isBlank = line.text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            let isFull =
                paragraph.utf8.count + line.text.utf8.count > paragraphLength && !paragraph.isEmpty
            if isBlank || !joins || isFull { try end() }
            bytes += line.text.utf8.count + 1
            if isBlank { continue }
            if paragraph.isEmpty { first = line.number }
            paragraph += paragraph.isEmpty ? line.text : "\n" + line.text
        }
        try end()
    }

    /// Whether blank lines part a text: one line in fifty at least among the first.
    private static func hasParagraphs(_ file: CorpusFile) throws -> Bool {
        let bytes = LineEnds.asLineFeeds(try file.bytes(at: 0, count: 1 << 16))
        var blank = 0
        var count = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0A {
                count += 1
                if previous == 0x0A { blank += 1 }
            }
            previous = byte
        }
        return blank > 0 && blank * 50 >= count
    }

    /// A text in parts of at most `longestEntry` characters (Unicode scalars), cut at spaces where
    /// there are some. White space only is no part.
    static func parts(_ text: String) -> [String] {
        if text.utf8.count <= longestEntry {
            return text.utf8.allSatisfy { $0 <= 0x20 } ? [] : [text]
        }
        var parts: [String] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        while start < scalars.endIndex {
            var end =
                scalars.index(start, offsetBy: longestEntry, limitedBy: scalars.endIndex)
                ?? scalars.endIndex
            if end < scalars.endIndex,
                let space = scalars[start..<end].lastIndex(where: { $0 == " " || $0 == "\n" }),
                space > start
            {
                end = scalars.index(after: space)
            }
            let part = String(scalars[start..<end])
            if part.contains(where: { !$0.isWhitespace }) { parts.append(part) }
            start = end
        }
        return parts
    }
}
