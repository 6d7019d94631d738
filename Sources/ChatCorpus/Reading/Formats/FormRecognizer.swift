import ChatCore
import Foundation

/// Tells what a file is by what is in it; its name only hints.
struct FormRecognizer {
    let file: CorpusFile
    let ending: String
    /// The beginning, and its lines that are not empty.
    let start: String
    let lines: [String]
    /// Zeros among the first bytes: where the first is, and what encoding they tell of.
    private let zeros: (offset: Int, guess: String)?

    private static let otherForms: Set<String> = [
        "xz", "bz2", "zst", "7z", "rar", "tar", "pdf", "doc", "docx", "odt", "hwp", "xls", "xlsx",
        "safetensors", "parquet", "sqlite", "db", "png", "jpg", "jpeg", "gif", "mp3", "mp4", "mobi",
    ]

    /// Endings of archives: those in folders are opened, those in archives are not.
    static let archives: Set<String> = ["gz", "zip", "epub"]

    /// Endings of other files that are looked into in folders and archives.
    static let endings: Set<String> = [
        "", "txt", "text", "log", "md", "markdown", "json", "jsonl", "ndjson", "csv", "tsv", "tab",
        "srt", "vtt", "html", "htm", "xhtml", "yml", "yaml",
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
        zeros = EncodingGuess.wide(bytes).flatMap { guess in
            bytes.firstIndex(of: 0).map { ($0, guess) }
        }
        var lines = LineEnds.split(start).filter { !$0.isEmpty }
        // The last one may be cut.
        if bytes.count > 60_000, lines.count > 1 { lines.removeLast() }
        self.lines = Array(lines.prefix(400))
    }

    private func form(_ options: CorpusOptions) throws -> CorpusForm {
        if Self.otherForms.contains(ending) {
            throw unknown(
                ["xls", "xlsx"].contains(ending)
                    ? "save its sheet as a .csv file first"
                    : "extract its text to a .txt file first")
        }
        if let zeros {
            let advice = EncodingGuess.advice(zeros.guess)
            throw CorpusError.undecided(
                file: file.path,
                problem: "holds zeros from byte offset \(zeros.offset) on; \(advice)",
                .encoding(guess: zeros.guess))
        }
        if options.isPlain { return .text }
        switch ending {
        case "csv", "tsv", "tab": return table
        case "json", "jsonl", "ndjson": return try json()
        case "yml", "yaml":
            guard hasConversations else {
                throw unknown(#"it has no list "conversations"; other YAML is no corpus"#)
            }
            return .chatterBotYAML
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
        if !options.columns.isEmpty { return table }
        return ["md", "markdown"].contains(ending) ? .markdown : .text
    }

    private var isSubtitles: Bool {
        lines.count >= 3 && lines[0].trimmed == "1" && lines[1].contains("-->")
            || lines.first?.hasPrefix("WEBVTT") == true
    }

    /// Whether YAML has `conversations` at the top: settings and translations lie in many a folder.
    private var hasConversations: Bool {
        if start.first(where: { !$0.isWhitespace }) == "{" {
            return start.contains("conversations")
        }
        return lines.contains { line in
            ["conversations:", "conversations :", "\"conversations\"", "'conversations'"]
                .contains { line.hasPrefix($0) }
        }
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
                return .table(delimiter: byte, isQuoted: byte != 0x09 || quotesTabs)
            }
        }
        let pairs = lines.count { $0.count { $0 == "\t" } == 1 && $0.first != "\t" }
        return pairs * 10 >= lines.count * 9 ? .table(delimiter: 0x09, isQuoted: quotesTabs) : nil
    }

    /// Whether values between tabs are quoted as Excel does it: every quotation ends where its value
    /// does, and one of them holds a doubled mark or a line end. In other tables quotation marks are
    /// text.
    private var quotesTabs: Bool {
        let bytes = Array(start.utf8)
        let ends: Set<UInt8> = [0x09, 0x0A, 0x0D]
        var place = 0
        var isTelling = false
        while place < bytes.count {
            if bytes[place] == 0x22 {
                var hasMore = false
                place += 1
                while place < bytes.count {
                    let byte = bytes[place]
                    if byte == 0x22 {
                        guard place + 1 < bytes.count, bytes[place + 1] == 0x22 else { break }
                        hasMore = true
                        place += 1
                    } else if byte == 0x0A || byte == 0x0D {
                        hasMore = true
                    } else if byte == 0x09 {
                        // A mark that opens no quotation runs on into the next column.
                        return false
                    }
                    place += 1
                }
                // Not closed in what was looked at: the file goes on, or the mark is a lone one.
                guard place < bytes.count else { return isTelling }
                place += 1
                if place < bytes.count, !ends.contains(bytes[place]) { return false }
                isTelling = isTelling || hasMore
            }
            while place < bytes.count, !ends.contains(bytes[place]) { place += 1 }
            place += 1
        }
        return isTelling
    }

    private var table: CorpusForm {
        let heading = lines.first ?? ""
        for form in [CorpusForm.ChatForm.kakaoMac, .discordTable] {
            let columns = heading.split(separator: ",").map {
                $0.trimmed.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            }
            if ChatTableReader.columns(form).allSatisfy(columns.contains) { return .chat(form) }
        }
        guard !["tsv", "tab"].contains(ending) else {
            return .table(delimiter: 0x09, isQuoted: quotesTabs)
        }
        // What parts the columns comes most, outside quotations, in the first row that has any of it:
        // a title above has none, and a heading may have several lines.
        var isQuoted = false
        var mayOpen = true
        var counts: [UInt8: Int] = [:]
        for byte in start.utf8 {
            if byte == 0x22, isQuoted || mayOpen {
                // A second mark right behind one that closes is text, and the quotation goes on.
                mayOpen = isQuoted
                isQuoted.toggle()
                continue
            }
            if isQuoted { continue }
            let isLineEnd = byte == 0x0A || byte == 0x0D
            if isLineEnd, !counts.isEmpty { break }
            let isDelimiter = [0x2C, 0x3B, 0x09].contains(byte)
            if isDelimiter { counts[byte, default: 0] += 1 }
            mayOpen = isLineEnd || isDelimiter
        }
        guard !counts.isEmpty else { return .table(delimiter: 0x2C, isQuoted: true) }
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
                if case .entry(let entry)? = grammar.read(line, number: 0) {
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

    func unknown(_ hint: String) -> CorpusError {
        .unsupported(file: file.path, hint: hint)
    }
}
