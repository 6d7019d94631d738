import ChatCore
import Foundation

/// Opens what a person named: files, folders, archives, a pipe; finds what each is, and unpacks and
/// converts what has to be.
package struct CorpusOpener {
    let options: CorpusOptions
    package private(set) var parts: [CorpusPart] = []
    /// Every file that was named or lies in a folder that was, for the hash.
    private(set) var sources: [CorpusPart.Place] = []
    /// What was passed over, by the file, folder or archive it is in.
    private(set) var passedOver: [String: CorpusNote.LeftOutCounts] = [:]
    private var spool: SpooledFile?
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
                    file: url.relativePath,
                    problem: "holds no file that is read; there are .txt, .jsonl, .csv and others")
            }
        }
        for index in parts.indices { parts[index].people = people }
        if options.needsSpeaker { try settleSpeaker() }
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
        for url in files {
            guard FormRecognizer.endings.contains(FormRecognizer.ending(url.path)) else {
                passOver("files of other kinds", origin)
                continue
            }
            let file = try CorpusFile(url)
            guard file.size > 0 else { continue }
            let place = CorpusPart.Place.named(url, file.stamp)
            sources.append(place)
            try addMember(file, name: url.lastPathComponent, origin: origin, keeping: place)
        }
    }

    private mutating func passOver(_ what: String, _ origin: String) {
        passedOver[origin, default: CorpusNote.LeftOutCounts()].add(what)
    }

    /// Adds a file of a folder or archive; one that is no corpus is passed over.
    private mutating func addMember(
        _ file: CorpusFile, name: String, origin: String, keeping place: CorpusPart.Place
    ) throws {
        if name == "users.json", readPeople(file) { return }
        do {
            try add(file, name: name, origin: origin, keeping: place, isMember: true)
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

    // MARK: Unpacking

    private mutating func add(
        _ file: CorpusFile, name: String, origin: String, keeping place: CorpusPart.Place,
        isMember: Bool = false
    ) throws {
        let start = try file.bytes(at: 0, count: 1024)
        let ending = FormRecognizer.ending(name)
        if start.starts(with: [0x1F, 0x8B]) || ending == "gz" {
            guard start.starts(with: [0x1F, 0x8B]) else {
                throw CorpusError.unsupported(file: file.path, hint: "it is not what gzip writes")
            }
            guard !isMember || ending == "gz" else {
                return passOver("archives in archives", origin)
            }
            let spool = try spool(for: file.path)
            try GzipFile.unpack(file, into: spool)
            let unpacked = try spool.take(as: file.path)
            let inner = ending == "gz" ? String(name.dropLast(3)) : name
            guard !isPacked(try unpacked.bytes(at: 0, count: 4)) else {
                throw CorpusError.form(
                    file: file.path, problem: "is an archive in an archive; unpack it first")
            }
            return try add(
                unpacked, name: inner, origin: origin, keeping: .open(unpacked), isMember: true)
        }
        let isOffice = ["docx", "xlsx", "odt", "hwpx", "pptx"].contains(ending)
        if ZipArchive.isZip(start) || ["zip", "epub"].contains(ending), !isOffice {
            guard !isMember else { return passOver("archives in archives", origin) }
            return try addArchive(file, origin: origin)
        }
        if let converted = try converted(file, start: start, ending: ending) {
            return try recognize(converted, name: name, origin: origin, place: .open(converted))
        }
        try recognize(file, name: name, origin: origin, place: place)
    }

    private func isPacked(_ start: [UInt8]) -> Bool {
        start.starts(with: [0x1F, 0x8B]) || ZipArchive.isZip(start)
    }

    private mutating func recognize(
        _ file: CorpusFile, name: String, origin: String, place: CorpusPart.Place
    ) throws {
        let form = try FormRecognizer.form(of: file, name: name, options: options)
        parts.append(
            CorpusPart(
                origin: origin, place: place, size: file.size, form: form, options: options))
    }

    private mutating func spool(for path: String) throws -> SpooledFile {
        if let spool { return spool }
        let made = try SpooledFile(for: path)
        spool = made
        return made
    }

    /// The file in UTF-8, where it is something else: by its mark, by the options, or by what a page says
    /// of itself.
    private mutating func converted(
        _ file: CorpusFile, start: [UInt8], ending: String
    ) throws -> CorpusFile? {
        let encoding: String
        var skipped = 2
        if start.starts(with: [0xFF, 0xFE]) {
            encoding = "UTF-16LE"
        } else if start.starts(with: [0xFE, 0xFF]) {
            encoding = "UTF-16BE"
        } else if let asked = options.encoding, !start.starts(with: ByteOrderMark.bytes) {
            (encoding, skipped) = (asked, 0)
        } else if ["html", "htm"].contains(ending), let told = Self.charset(start) {
            (encoding, skipped) = (told, 0)
        } else {
            return nil
        }
        let spool = try spool(for: file.path)
        try TextConverter(encoding, path: file.path).convert(file, from: skipped, into: spool)
        return try spool.take(as: file.path)
    }

    private static func charset(_ start: [UInt8]) -> String? {
        let head = String(decoding: start, as: UTF8.self).lowercased()
        guard let place = head.range(of: "charset=") else { return nil }
        let name = head[place.upperBound...].drop { $0 == "\"" || $0 == "'" }
            .prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        return name.isEmpty || name == "utf-8" || name == "utf8" ? nil : String(name)
    }

    private mutating func addArchive(_ file: CorpusFile, origin: String) throws {
        let archive = try ZipArchive(file)
        let spool = try spool(for: file.path)
        var unpacked = 0
        func take(_ entry: ZipArchive.Entry) throws -> CorpusFile {
            try archive.unpack(entry, into: spool, before: unpacked)
            unpacked += spool.count
            return try spool.take(as: "\(file.path): \(VisibleText.oneLine(entry.name))")
        }
        if archive.entries.contains(where: { $0.name == "META-INF/container.xml" }) {
            let chapters = try EPUBBook.chapters(path: file.path) { name in
                guard let entry = archive.entries.first(where: { $0.name == name }) else {
                    return nil
                }
                let text = try take(entry)
                guard text.size <= MarkupText.limit else { return nil }
                return String(decoding: try text.bytes(at: 0, count: text.size), as: UTF8.self)
            }
            for chapter in chapters {
                guard let entry = archive.entries.first(where: { $0.name == chapter }) else {
                    continue
                }
                let text = try take(entry)
                parts.append(
                    CorpusPart(
                        origin: origin, place: .open(text), size: text.size, form: .epub,
                        options: options))
            }
            return
        }
        for entry in archive.entries.sorted(by: { $0.name < $1.name }) where !entry.isFolder {
            let names = entry.name.split(separator: "/")
            guard let name = names.last, !name.hasPrefix("."), names.first != "__MACOSX" else {
                continue
            }
            let ending = FormRecognizer.ending(String(name))
            guard FormRecognizer.endings.contains(ending), ending != "gz" else {
                passOver(
                    ["zip", "gz", "epub"].contains(ending)
                        ? "archives in archives" : "files of other kinds", origin)
                continue
            }
            let text = try take(entry)
            guard text.size > 0 else { continue }
            try addMember(text, name: String(name), origin: origin, keeping: .open(text))
        }
    }

    // MARK: Who speaks

    /// Sees to it that a chat has one whom the model learns to be, and others.
    private mutating func settleSpeaker() throws {
        var counts: [String: Int] = [:]
        var first: CorpusPart?
        for part in parts {
            guard let entries = try part.entries() else { continue }
            first = first ?? part
            counts.merge(try ChatDialogues.people(entries), uniquingKeysWith: +)
        }
        guard let first else { return }
        func fail(_ problem: String) -> CorpusError { .form(file: first.origin, problem: problem) }
        let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let list =
            names.prefix(8).map { "\(VisibleText.oneLine($0.key)) (\($0.value))" }
            .joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        guard !names.isEmpty else { throw CorpusError.noDialogues(file: first.origin) }
        guard names.count > 1 else {
            throw fail(
                "is a \(first.form.description) in which only \(list) speaks; a dialogue needs two")
        }
        guard let asked = options.speaker else {
            throw CorpusError.undecided(
                file: first.origin,
                problem: "is a \(first.form.description); say whom the model learns to be: \(list)",
                .speaker)
        }
        let match =
            counts[asked] != nil
            ? asked : names.first { $0.key.lowercased() == asked.lowercased() }?.key
        guard let speaker = match else {
            throw fail("has no '\(VisibleText.oneLine(asked))'; there are \(list)")
        }
        var settled = options
        settled.speaker = speaker
        // Who takes part is private before anything else.
        settled.redaction?.names += names.map(\.key)
        parts = parts.map { part in
            CorpusPart(
                origin: part.origin, place: part.place, size: part.size, form: part.form,
                options: settled, people: part.people)
        }
    }
}
