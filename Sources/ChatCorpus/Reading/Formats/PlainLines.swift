import ChatCore

/// What becomes of the lines of subtitles and Markdown when they are read as text.
enum PlainLines {
    /// The spoken lines of SubRip or WebVTT: numbers, times, notes and tags left out.
    static func subtitles() -> (String) -> String? {
        var afterBlank = true
        // WebVTT's head, a note or a style, up to the next empty line.
        var isUnsaid = false
        return { line in
            let text = line.trimmed
            defer { afterBlank = text.isEmpty }
            if afterBlank {
                isUnsaid = ["WEBVTT", "NOTE", "STYLE", "REGION"].contains { mark in
                    text == mark || text.hasPrefix(mark + " ")
                }
            }
            if text.isEmpty || isUnsaid || text.contains("-->") { return nil }
            if afterBlank, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return nil }
            let plain = Entities.plain(without(("{", "}"), without(("<", ">"), text))).trimmed
            return plain.isEmpty ? nil : plain
        }
    }

    /// The text without what stands between two marks.
    private static func without(_ marks: (Character, Character), _ text: String) -> String {
        guard text.contains(marks.0) else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: marks.0),
            let close = rest[open...].firstIndex(of: marks.1)
        {
            result += rest[..<open]
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// The text of Markdown: no front matter, marks of headings, emphasis, links, pictures and code.
    static func markdown() -> (String) -> String? {
        var isFirst = true
        var isFrontMatter = false
        var isCode = false
        return { line in
            defer { isFirst = false }
            if isFirst, line == "---" {
                isFrontMatter = true
                return nil
            }
            if isFrontMatter {
                if line == "---" || line == "..." { isFrontMatter = false }
                return nil
            }
            if line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~") {
                isCode.toggle()
                return nil
            }
            return isCode ? line : markdownLine(line)
        }
    }

    private static func markdownLine(_ line: String) -> String? {
        var text = Substring(line)
        let marks = text.prefix { $0 == "#" }
        if (1...6).contains(marks.count), text.dropFirst(marks.count).first == " " {
            text = text.dropFirst(marks.count + 1)
        }
        while text.hasPrefix("> ") { text = text.dropFirst(2) }
        let rule = text.filter { $0 != " " }
        if rule.count >= 3, let mark = rule.first, "-*_=".contains(mark),
            rule.allSatisfy({ $0 == mark })
        {
            return nil
        }
        guard text.contains(where: { "[*_`!".contains($0) }) else { return String(text) }
        return emphasis(links(text))
    }

    /// `[text](address)` is text, `![picture](address)` is nothing.
    private static func links(_ line: Substring) -> String {
        var result = ""
        var rest = line
        while let open = rest.firstIndex(of: "["),
            let middle = rest[open...].range(of: "]("),
            let close = rest[middle.upperBound...].firstIndex(of: ")")
        {
            let isPicture = rest[..<open].last == "!"
            result += isPicture ? rest[..<open].dropLast() : rest[..<open]
            if !isPicture { result += rest[rest.index(after: open)..<middle.lowerBound] }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func emphasis(_ line: String) -> String {
        var text = line
        for mark in ["**", "__", "`", "~~"] { text = pairs(of: mark, in: text) }
        return pairs(of: "*", in: text)
    }

    /// The text without marks that stand in pairs around words.
    private static func pairs(of mark: String, in line: String) -> String {
        var result = ""
        var rest = Substring(line)
        while let open = rest.range(of: mark),
            let first = rest[open.upperBound...].first, !first.isWhitespace,
            let close = rest[open.upperBound...].range(of: mark)
        {
            result += rest[..<open.lowerBound] + rest[open.upperBound..<close.lowerBound]
            rest = rest[close.upperBound...]
        }
        return result + rest
    }
}
