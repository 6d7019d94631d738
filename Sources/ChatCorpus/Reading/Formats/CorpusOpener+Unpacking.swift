import ChatCore
import Foundation

/// Archives, and files that are not in UTF-8.
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
