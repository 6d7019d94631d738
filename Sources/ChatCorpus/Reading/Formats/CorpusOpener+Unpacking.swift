import ChatCore
import Foundation

/// Archives.
extension CorpusOpener {
    mutating func add(
        _ file: CorpusFile, name: String, origin: String, keeping place: CorpusPart.Place,
        isInArchive: Bool = false
    ) throws {
        let start = try file.bytes(at: 0, count: 1024)
        let ending = FormRecognizer.ending(name)
        if start.starts(with: [0x1F, 0x8B]) || ending == "gz" {
            guard start.starts(with: [0x1F, 0x8B]) else {
                throw CorpusError.unsupported(file: file.path, hint: "it is not what gzip writes")
            }
            guard !isInArchive || ending == "gz" else {
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
                unpacked, name: inner, origin: origin, keeping: .open(unpacked), isInArchive: true)
        }
        let isOffice = ["docx", "xlsx", "odt", "hwpx", "pptx"].contains(ending)
        if ZipArchive.isZip(start) || ["zip", "epub"].contains(ending), !isOffice {
            guard !isInArchive else { return passOver("archives in archives", origin) }
            return try addArchive(file, origin: origin)
        }
        if let told = try Self.encoding(of: file, asked: options.encoding, ending: ending) {
            let spool = try spool(for: file.path)
            let converted = try Self.converted(file, from: told, into: spool)
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
        var options = options
        // Of a folder, the columns are those of its tables; of one file, they make it a table.
        if origin != file.path { options.columns = [] }
        let form = try FormRecognizer.form(of: file, name: name, options: options)
        parts.append(
            CorpusPart(
                origin: origin, place: place, size: file.size, form: form, options: self.options))
    }

    private mutating func spool(for path: String) throws -> SpooledFile {
        if let spool { return spool }
        let made = try SpooledFile(for: path)
        spool = made
        return made
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
        let all = Set(archive.entries.map(\.name))
        for entry in archive.entries.sorted(by: { $0.name < $1.name }) where !entry.isFolder {
            let names = entry.name.split(separator: "/")
            guard let name = names.last, !name.hasPrefix("."), names.first != "__MACOSX" else {
                continue
            }
            guard !Self.isCopy(entry.name, among: all) else {
                passOver("chats that are there in another form", origin)
                continue
            }
            let ending = FormRecognizer.ending(String(name))
            guard !FormRecognizer.archives.contains(ending) else {
                passOver("archives in archives", origin)
                continue
            }
            guard FormRecognizer.endings.contains(ending) else {
                passOver("files of other kinds", origin)
                continue
            }
            let text = try take(entry)
            guard text.size > 0 else { continue }
            try addMember(
                text, name: String(name), origin: origin, keeping: .open(text),
                isInArchive: true)
        }
    }
}
