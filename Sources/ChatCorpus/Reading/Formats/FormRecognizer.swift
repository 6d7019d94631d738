import ChatCore
import Foundation

/// Tells what a file is by what is in it; its name only hints.
struct FormRecognizer {
    private let file: CorpusFile
    private let ending: String
    /// The beginning, and its lines that are not empty.
    private let start: String
    private let lines: [Substring]

    private static let otherForms: Set<String> = [
        "xz", "bz2", "zst", "7z", "rar", "tar", "pdf", "doc", "docx", "odt", "hwp", "xls", "xlsx",
        "safetensors", "parquet", "sqlite", "db", "png", "jpg", "jpeg", "gif", "mp3", "mp4", "mobi",
    ]

    /// Endings of files that are looked into in folders and archives.
    static let endings: Set<String> = [
        "", "txt", "text", "log", "md", "markdown", "json", "jsonl", "ndjson", "csv", "tsv", "tab",
        "srt", "vtt", "html", "htm", "xhtml", "yml", "yaml", "gz",
    ]

    /// - Throws: `CorpusError`, for forms that are not read too.
    static func form(of file: CorpusFile, name: String, options: CorpusOptions) throws -> CorpusForm
    {
        try FormRecognizer(file, name: name).form(options)
    }

    static func ending(_ name: String) -> String {
        URL(fileURLWithPath: name).pathExtension.lowercased()
    }

    private init(_ file: CorpusFile, name: String) throws {
        self.file = file
        ending = Self.ending(name)
        var bytes = try file.bytes(at: 0, count: 1 << 16)
        if bytes.starts(with: ByteOrderMark.bytes) { bytes.removeFirst(3) }
        start = String(decoding: bytes, as: UTF8.self)
        var lines = start.split(whereSeparator: \.isNewline)
        // The last one may be cut.
        if bytes.count > 60_000, lines.count > 1 { lines.removeLast() }
        self.lines = Array(lines.prefix(400))
    }

    private func form(_ options: CorpusOptions) throws -> CorpusForm {
        if Self.otherForms.contains(ending) {
            throw CorpusError.unsupported(
                file: file.path, hint: "extract its text to a .txt file first")
        }
        if options.isPlain { return .text }
        switch ending {
        case "csv", "tsv", "tab": return table
        case "json", "jsonl", "ndjson": return try json()
        case "yml", "yaml": return .chatterBotYAML
        case "srt", "vtt": return .subRip
        case "html", "htm", "xhtml": return .html
        default: break
        }
        let first = start.first { !$0.isWhitespace }
        if let chat = chat { return .chat(chat) }
        if first == "{" || first == "[", let form = try? json() { return form }
        if isSubtitles { return .subRip }
        if ending.isEmpty || ending == "txt", let table = untold { return table }
        let opening = start.prefix(400).trimmed.lowercased()
        if opening.hasPrefix("<!doctype html") || opening.hasPrefix("<html") { return .html }
        return ["md", "markdown"].contains(ending) ? .markdown : .text
    }

    private var isSubtitles: Bool {
        lines.count >= 3 && lines[0].trimmed == "1" && lines[1].contains("-->")
            || lines.first?.hasPrefix("WEBVTT") == true
    }

    // MARK: Tables

    /// A table whose name does not say so: a heading that is known, or one tab in nearly every line.
    private var untold: CorpusForm? {
        guard lines.count > 1, let heading = lines.first else { return nil }
        for (byte, mark) in [(0x2C, ","), (0x3B, ";"), (0x09, "\t")] as [(UInt8, Character)] {
            let names = heading.split(separator: mark).map { $0.trimmed.lowercased() }
            if names.count > 1, names.allSatisfy({ (2...24).contains($0.count) }),
                TableReader.known(names) != nil
            {
                return .table(delimiter: byte, isQuoted: byte != 0x09)
            }
        }
        let pairs = lines.count { $0.count { $0 == "\t" } == 1 && $0.first != "\t" }
        return pairs * 10 >= lines.count * 9 ? .table(delimiter: 0x09, isQuoted: false) : nil
    }

    private var table: CorpusForm {
        let heading = lines.first.map(String.init) ?? ""
        for form in [CorpusForm.ChatForm.kakaoMac, .discordTable] {
            let columns = heading.split(separator: ",").map {
                $0.trimmed.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            }
            if ChatTableReader.columns(form).allSatisfy(columns.contains) { return .chat(form) }
        }
        guard ending == "csv" else { return .table(delimiter: 0x09, isQuoted: false) }
        // What parts the columns comes most in the first line, outside quotations.
        var isQuoted = false
        var counts: [UInt8: Int] = [:]
        for byte in heading.utf8 {
            if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted, [0x2C, 0x3B, 0x09].contains(byte) { counts[byte, default: 0] += 1 }
        }
        let best = [0x2C, 0x3B, 0x09].max { (counts[$0] ?? 0, $1) < (counts[$1] ?? 0, $0) }
        return .table(delimiter: best ?? 0x2C, isQuoted: true)
    }

    // MARK: Chats

    /// The program whose way of beginning messages most lines have.
    private var chat: CorpusForm.ChatForm? {
        if start.hasPrefix("====="), start.contains("\nChannel: ") { return .discordText }
        if start.contains("\nFrom: "), start.contains("\nSent: "), start.contains("\nType: ") {
            return .signalText
        }
        let isMarkdown = ["md", "markdown"].contains(ending)
        let forms: [CorpusForm.ChatForm] = [
            isMarkdown ? .signalMarkdown : .whatsAppIOS, .whatsAppAndroid, .kakaoWindows, .kakaoIOS,
        ]
        var best: (form: CorpusForm.ChatForm, count: Int)?
        for form in forms {
            let grammar = ChatLineGrammar(form: form)
            let count = lines.filter { line in
                if case .entry(let entry)? = grammar.read(String(line), number: 0) {
                    return entry.sender != nil
                }
                return false
            }.count
            if count > best?.count ?? 0 { best = (form, count) }
        }
        guard let best, best.count >= 2, best.count * 6 >= lines.count else { return nil }
        guard best.form == .kakaoIOS else { return best.form }
        // Android writes 2024년 1월 5일 before the time, iOS 2024. 1. 5.
        let isIOS = lines.contains { line in
            line.prefix(12).first?.isNumber == true && line.prefix(8).contains(". ")
                && line.contains(" : ")
        }
        return isIOS ? .kakaoIOS : .kakaoAndroid
    }

    // MARK: JSON

    /// The keys of an object.
    private struct Keys: Decodable {
        var all: Set<String>

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            all = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
        }
    }

    private func keys(_ bytes: [UInt8]) -> Set<String>? {
        (try? CorpusJSON.decode(Keys.self, from: bytes))?.all
    }

    private func json() throws -> CorpusForm {
        if let first = lines.first, let keys = keys(Array(first.utf8)),
            lines.count > 1 || ending != "json"
        {
            return Set(["date", "sender", "body"]).isSubset(of: keys)
                ? .chat(.signalLines) : .jsonLines
        }
        if ending == "jsonl" || ending == "ndjson" { return .jsonLines }
        switch start.first(where: { !$0.isWhitespace }) {
        case "[": return try jsonArray()
        case "{": return try jsonObject()
        default: throw unknown("it is no JSON")
        }
    }

    private func unknown(_ hint: String) -> CorpusError {
        .unsupported(file: file.path, hint: hint)
    }

    private func jsonArray() throws -> CorpusForm {
        var pieces = try JSONPieces(file) { $0.isEmpty }
        guard let piece = try pieces.next() else { throw unknown("its list is empty") }
        if piece.bytes.first == UInt8(ascii: "[") { return .jsonRecords(isSingle: false) }
        guard let keys = keys(piece.bytes) else { throw unknown("its list holds no objects") }
        if keys.contains("ts"), keys.contains("text") || keys.contains("subtype") {
            return .chat(.slack)
        }
        if keys.contains("role"), keys.contains("content") { return .jsonRecords(isSingle: true) }
        let record = try? CorpusJSON.decode(DialogueRecord.self, from: piece.bytes)
        // One that cannot be decoded is told by its reader, with the place.
        if record == nil || record?.shape != nil { return .jsonRecords(isSingle: false) }
        throw unknown(Self.noForm(keys))
    }

    private static func noForm(_ keys: Set<String>) -> String {
        let names = VisibleText.oneLine(keys.sorted().prefix(8).joined(separator: ", "))
        return
            "its JSON has \(names.isEmpty ? "no keys" : "the keys \(names)"), and no messages, questions or chat that are known"
    }

    private func jsonObject() throws -> CorpusForm {
        let lists = RecordArray.keys.union(["messages", "intents", "conversations", "chats"])
        var pieces = try JSONPieces(file) { path in
            path.isEmpty || path.count == 1 && lists.contains(path[0])
        }
        var keys: Set<String> = []
        while let piece = try pieces.next() {
            guard let key = piece.path.first else { break }
            keys.insert(key)
            guard piece.path.count == 2 else { continue }
            let inner = self.keys(piece.bytes) ?? []
            switch key {
            case "intents": return .intents
            case "chats": return .chat(.telegram)
            case "conversations":
                return inner.isEmpty ? .chatterBotJSON : .jsonRecords(isSingle: true)
            case "messages":
                if inner.contains("role") { return .jsonRecords(isSingle: true) }
                if inner.contains("sender_name") { return .chat(.messenger) }
                if inner.contains("senderName") { return .chat(.messengerSecret) }
                if inner.contains("author"), inner.contains("timestamp") { return .chat(.discord) }
                if inner.contains("date"), inner.contains("type") { return .chat(.telegram) }
            default: return .jsonRecords(isSingle: false)
            }
        }
        let bytes = try file.bytes(at: 0, count: min(file.size, CorpusLines.longestLine))
        let record = try? CorpusJSON.decode(DialogueRecord.self, from: bytes)
        if record?.shape != nil { return .jsonRecords(isSingle: true) }
        throw unknown(Self.noForm(keys))
    }
}
