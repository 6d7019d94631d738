import ChatCore
import Foundation

/// Opens what a person named: files, folders, archives, a pipe; finds what each is, and unpacks and
/// converts what has to be.
package struct CorpusOpener {
    let options: CorpusOptions
    package internal(set) var parts: [CorpusPart] = []
    /// Every file that was named or lies in a folder that was, for the hash.
    private(set) var sources: [CorpusPart.Place] = []
    /// What was passed over, by the file, folder or archive it is in.
    private(set) var passedOver: [String: CorpusNote.LeftOutCounts] = [:]
    var spool: SpooledFile?
    private var people: [String: String] = [:]

    /// The most files of one folder.
    private static let mostFiles = 200_000

    /// - Throws: `CorpusError`.
    package init(_ urls: [URL], options: CorpusOptions) throws {
        self.options = options
        guard !urls.isEmpty else { throw CorpusError.noFiles }
        for url in urls {
            let before = parts.count
            if Self.isFolder(url) { try addFolder(url) } else { try addFile(url) }
            keepOneFormat(from: before)
            guard parts.count > before else {
                throw CorpusError.form(
                    file: url.relativePath, problem: nothingToRead(in: url.relativePath))
            }
        }
        try checkOptions()
        for index in parts.indices { parts[index].people = people }
        if options.needsSpeaker { try settleSpeaker() }
    }

    /// Sees to it that what was said of chats or of tables is heeded by a part at least.
    private func checkOptions() throws {
        guard let first = parts.first else { return }
        let form = first.form.description
        let hasChat = parts.contains { if case .chat = $0.form { true } else { false } }
        guard options.speaker == nil || hasChat else {
            throw CorpusError.form(
                file: first.origin,
                problem: "\(form); only of a chat is it said whom the model learns to be")
        }
        let hasTable = parts.contains { if case .table = $0.form { true } else { false } }
        guard options.columns.isEmpty || hasTable else {
            throw CorpusError.form(
                file: first.origin, problem: "\(form); only a table has columns")
        }
    }

    /// Why an archive or a folder gave nothing: what was passed over in it.
    private func nothingToRead(in origin: String) -> String {
        let passed = passedOver[origin]?.all ?? []
        return passed.contains { $0.what == "archives in archives" }
            ? "holds no file that is read; archives in an archive are not opened: unpack those first"
            : "holds no file that is read; there are .txt, .jsonl, .csv and others"
    }

    package static func isFolder(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    // MARK: Files and folders

    private mutating func addFile(_ url: URL) throws {
        let file: CorpusFile
        if CorpusFile.isPipe(url) {
            file = try spooled(url)
        } else {
            file = try CorpusFile(url)
        }
        guard file.size > 0 else { throw CorpusError.empty(file: file.path) }
        sources.append(.open(file))
        try add(file, name: url.lastPathComponent, origin: file.path, keeping: .open(file))
    }

    /// Everything a pipe gives; it can be read only once.
    private func spooled(_ url: URL) throws -> CorpusFile {
        let isStandardInput = url.path == "/dev/stdin"
        let path = isStandardInput ? "standard input" : url.relativePath
        guard let handle = FileHandle(forReadingAtPath: url.path) else {
            throw CorpusError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        let spool = try SpooledFile(for: path)
        do {
            while let data = try handle.read(upToCount: 1 << 18), !data.isEmpty {
                try spool.write(data, for: path)
            }
        } catch let error as CorpusError {
            throw error
        } catch {
            throw CorpusError.unreadable(file: path, reason: "it broke off")
        }
        return try spool.take(as: path)
    }

    private mutating func addFolder(_ folder: URL) throws {
        let paths = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: [.isRegularFileKey],
            options: [.skipsHiddenFiles])
        var files: [URL] = []
        while let url = paths?.nextObject() as? URL {
            let isFile = try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
            if isFile == true { files.append(url) }
            guard files.count <= Self.mostFiles else {
                throw CorpusError.form(
                    file: folder.relativePath,
                    problem: "holds more than \(Self.mostFiles) files; name a part of them")
            }
        }
        files.sort { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
        let origin = folder.relativePath
        let all = Set(files.map(\.path))
        for url in files {
            guard !Self.isCopy(url.path, among: all) else {
                passOver("chats that are there in another form", origin)
                continue
            }
            let ending = FormRecognizer.ending(url.path)
            let isArchive = FormRecognizer.archives.contains(ending)
            guard isArchive || FormRecognizer.endings.contains(ending) else {
                passOver("files of other kinds", origin)
                continue
            }
            let file = try CorpusFile(url)
            guard file.size > 0 else { continue }
            let place = CorpusPart.Place.named(url, file.stamp)
            sources.append(place)
            try addMember(
                file, name: url.lastPathComponent, origin: origin, keeping: place,
                isInArchive: false)
        }
    }

    /// Whether signal-export has written the same chat beside this one, as JSON.
    static func isCopy(_ path: String, among all: Set<String>) -> Bool {
        let name = "chat.md"
        return (path == name || path.hasSuffix("/" + name))
            && all.contains(String(path.dropLast(name.count)) + "data.json")
    }

    mutating func passOver(_ what: String, _ origin: String) {
        passedOver[origin, default: CorpusNote.LeftOutCounts()].add(what)
    }

    /// Adds a file of a folder or archive; one that is no corpus is passed over.
    mutating func addMember(
        _ file: CorpusFile, name: String, origin: String, keeping place: CorpusPart.Place,
        isInArchive: Bool
    ) throws {
        if name == "users.json", readPeople(file) { return }
        do {
            try add(
                file, name: name, origin: origin, keeping: place, isInArchive: isInArchive)
        } catch CorpusError.unsupported {
            passOver("files of other forms", origin)
        }
    }

    /// Slack's list of people.
    private mutating func readPeople(_ file: CorpusFile) -> Bool {
        struct Person: Decodable {
            struct Profile: Decodable {
                var display_name: String?
                var real_name: String?
            }
            var id: String
            var name: String?
            var real_name: String?
            var profile: Profile?
        }
        guard file.size <= 1 << 26, let bytes = try? file.bytes(at: 0, count: file.size),
            let list = try? CorpusJSON.decode([Person].self, from: bytes)
        else { return false }
        for person in list {
            let names = [
                person.profile?.display_name, person.profile?.real_name, person.real_name,
                person.name,
            ]
            people[person.id] = names.compactMap(\.self).first { !$0.isEmpty } ?? person.id
        }
        return true
    }

    /// A folder with dialogues and texts is one of dialogues: what else an exporter wrote is no corpus.
    private mutating func keepOneFormat(from first: Int) {
        let added = parts[first...]
        guard added.contains(where: { $0.format == .dialogue }) else { return }
        for part in added where part.format == .text {
            passOver("files of text beside dialogues", part.origin)
        }
        if added.count > 1 {
            parts = Array(parts[..<first]) + added.filter { $0.format == .dialogue }
        }
    }
}
