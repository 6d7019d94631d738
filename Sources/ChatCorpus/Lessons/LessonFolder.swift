import ChatCore
import Foundation

/// A folder of lessons: facts, phrasings and small talk as readable files, from which an endless stream
/// of dialogues is made (`LessonSource`). The format is described in `corpus/README.md`.
public struct LessonFolder: Sendable {
    package let courses: [LessonCourse]
    /// Lower-case hexadecimal SHA-256 over the names and bytes of all files read.
    public let hash: String
    /// Paths of the files read, inside the folder, in order.
    public let files: [String]

    /// Reads a folder: its own lessons, or one course for each sub-folder that has lessons.
    /// - Throws: `LessonError` with the file and line of the first thing that is wrong.
    public static func load(_ folder: URL) throws -> LessonFolder {
        var reader = LessonFolderReader(folder: folder)
        var courses: [LessonCourse] = []
        if let course = try reader.course(at: "") { courses.append(course) }
        for name in try reader.subfolders() where !["heldout", "lists"].contains(name) {
            if let course = try reader.course(at: name) { courses.append(course) }
        }
        guard !courses.isEmpty else {
            throw LessonError.folder(
                path: folder.path,
                problem:
                    "no lessons here: a lesson file ends in .txt and has sections such as [talk]")
        }
        let hash = reader.hasher.finalize().hexadecimal
        return LessonFolder(courses: courses, hash: hash, files: reader.files)
    }

    /// Every character that the lessons can produce, for learning an alphabet: all authored text, tables
    /// and lists. Invented names add only a-z, A-Z and Hangul syllables, which are given as well.
    public var alphabetTexts: [String] {
        var texts = ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,?!'\"-:;()~"]
        for course in courses {
            for group in course.everyPhrasing {
                texts += (group.phrasings.training + group.phrasings.heldOut).map(\.source)
            }
            texts += course.told.flatMap { [$0.ack.source, $0.answer.source, $0.unknown.source] }
            texts += course.talk.map(\.reply.source)
            texts += course.tables.flatMap { $0.rows.flatMap { $0.flatMap { $0 } } }
            for name in course.lists.keys.sorted() {
                if let list = course.lists[name] { texts += list.training + list.heldOut }
            }
        }
        if texts.contains(where: {
            $0.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
        }) {
            // One syllable for each initial, vowel and final consonant covers all letters of Hangul.
            let codes =
                (0..<19).map { 0xAC00 + $0 * 588 } + (0..<21).map { 0xAC00 + $0 * 28 }
                + (0..<28).map { 0xAC00 + $0 }
            var syllables = ""
            for code in codes {
                if let scalar = Unicode.Scalar(UInt32(code)) {
                    syllables.unicodeScalars.append(scalar)
                }
            }
            texts.append(syllables)
        }
        // Each character that only the rest has, once: how often a character comes decides its place in
        // the alphabet, and what is rare in replies is rare in training.
        var known = Set(texts.flatMap(\.unicodeScalars))
        var missing = String.UnicodeScalarView()
        for scalar in courses.flatMap(\.otherTexts).flatMap(\.unicodeScalars)
        where known.insert(scalar).inserted {
            missing.append(scalar)
        }
        return missing.isEmpty ? texts : texts + [String(missing)]
    }
}

/// Reads the files of a lesson folder in a fixed order and hashes them.
struct LessonFolderReader {
    let folder: URL
    var hasher = SHA256()
    var files: [String] = []
    private var shared: [LessonTable]?

    init(folder: URL) { self.folder = folder }

    /// Names in a sub-folder (or the folder itself, ""), sorted, `talk.txt` before `talk-more.txt`; empty when
    /// there is none.
    private func names(in path: String) throws -> [String] {
        let url = path.isEmpty ? folder : folder.appendingPathComponent(path)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory),
            isDirectory.boolValue
        else {
            if path.isEmpty {
                throw LessonError.folder(path: folder.path, problem: "there is no such folder")
            }
            return []
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: url.path)
                .filter { !$0.hasPrefix(".") }
                .map { (name: $0, stem: Array($0.prefix { $0 != "." }.utf8)) }
                .sorted {
                    $0.stem == $1.stem
                        ? Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
                        : $0.stem.lexicographicallyPrecedes($1.stem)
                }
                .map(\.name)
        } catch {
            throw LessonError.folder(path: url.path, problem: "cannot be read")
        }
    }

    func subfolders() throws -> [String] {
        try names(in: "").filter { name in
            var isDirectory: ObjCBool = false
            let path = folder.appendingPathComponent(name).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
                && isDirectory.boolValue
        }
    }

    private mutating func text(_ path: String) throws -> String {
        let data: Data
        do {
            data = try readFile(folder.appendingPathComponent(path))
        } catch {
            throw LessonError.folder(path: path, problem: "cannot be read")
        }
        let text: String
        let start = data.starts(with: ByteOrderMark.bytes) ? 3 : 0
        do {
            text = try StrictUTF8.text(data.dropFirst(start), of: path, at: start)
        } catch CorpusError.invalidUTF8(_, let offset, _) {
            throw LessonError.folder(
                path: path, problem: "is not UTF-8 at byte offset \(offset); save the file as UTF-8"
            )
        }
        hasher.update(data: Data("\(path)\n\(data.count)\n".utf8))
        hasher.update(data: data)
        files.append(path)
        return Normalization.nfc(text)
    }

    /// Tables that lie beside the courses' folders: every course may use them.
    private mutating func sharedTables() throws -> [LessonTable] {
        if let shared { return shared }
        var tables: [LessonTable] = []
        for name in try names(in: "") where name.hasSuffix(".tsv") {
            tables.append(
                try LessonTable(name: String(name.dropLast(4)), text: try text(name), file: name))
        }
        shared = tables
        return tables
    }

    /// The course in a sub-folder; nil when it holds no lesson file.
    mutating func course(at path: String) throws -> LessonCourse? {
        let prefix = path.isEmpty ? "" : path + "/"
        let names = try names(in: path)
        let lessonFiles = names.filter { $0.hasSuffix(".txt") && !$0.hasPrefix("README") }
        guard !lessonFiles.isEmpty else { return nil }
        var course = LessonCourse(name: path.isEmpty ? "lessons" : path)
        if !path.isEmpty { course.tables = try sharedTables() }
        for name in try self.names(in: prefix + "lists") where name.hasSuffix(".txt") {
            course.lists[String(name.dropLast(4))] = ValueList(try text(prefix + "lists/" + name))
        }
        course.varied = VariedValue(course.lists)
        for name in names where name.hasSuffix(".tsv") {
            let file = prefix + name
            course.tables.append(
                try LessonTable(name: String(name.dropLast(4)), text: try text(file), file: file))
        }
        var sections: [LessonSection] = []
        for name in lessonFiles {
            let file = prefix + name
            sections += try LessonParser.sections(of: try text(file), file: file)
        }
        var heldOut: [LessonSection] = []
        let heldOutName = course.name + ".txt"
        if try self.names(in: "heldout/phrasings").contains(heldOutName) {
            let file = "heldout/phrasings/" + heldOutName
            heldOut = try LessonParser.sections(of: try text(file), file: file)
        }
        try course.read(sections, heldOut: heldOut)
        return course
    }
}
