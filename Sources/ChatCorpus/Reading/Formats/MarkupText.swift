import ChatCore
import Foundation

/// The text of an HTML page: tags out, entities as the characters they stand for, a line for each
/// block, white space as a browser shows it.
enum MarkupText {
    /// The most bytes of one page.
    static let limit = 1 << 25

    private static let blocks: Set<String> = [
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section",
        "article", "header", "footer", "table", "pre", "dd", "dt", "dl", "hr", "ul", "ol", "main",
        "aside", "figure", "figcaption", "form", "fieldset", "address", "nav", "body", "option",
    ]
    private static let silent: Set<String> = [
        "script", "style", "head", "title", "noscript", "template", "svg", "math", "select",
        "textarea",
    ]

    /// - Throws: `CorpusError` for a page that is too large or not UTF-8.
    static func text(of file: CorpusFile) throws -> String {
        guard file.size <= limit else {
            throw CorpusError.form(
                file: file.path, problem: "is a page of more than \(limit >> 20) MB; break it up")
        }
        let bytes = try file.bytes(at: 0, count: file.size)
        return text(try StrictUTF8.text(bytes, of: file.path, at: 0))
    }

    static func text(_ page: String) -> String {
        var bytes = Array(page.utf8)
        if bytes.starts(with: ByteOrderMark.bytes) { bytes.removeFirst(3) }
        var writer = Writer()
        var place = 0
        var preformatted = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                writer.put(bytes[place..<end], keepsSpace: preformatted > 0)
                place = end
                continue
            }
            let tag = Tag(bytes, at: place)
            guard let name = tag.name else {
                if tag.end == place + 1 { writer.put(bytes[place..<place + 1], keepsSpace: false) }
                place = tag.end
                continue
            }
            place = tag.end
            if silent.contains(name), !tag.closes, !tag.isEmpty {
                place = Self.end(of: name, in: bytes, from: place)
            } else if blocks.contains(name) {
                writer.endLine()
                if name == "pre" { preformatted = max(0, preformatted + (tag.closes ? -1 : 1)) }
            } else if name == "td" || name == "th" {
                writer.put([0x20][...], keepsSpace: false)
            }
        }
        return writer.finish()
    }

    /// Where `</name>` ends; where it is missing the end of all, for a head its beginning.
    private static func end(of name: String, in bytes: [UInt8], from start: Int) -> Int {
        var place = start
        while let open = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            if open + 1 < bytes.count, bytes[open + 1] == UInt8(ascii: "/") {
                let tag = Tag(bytes, at: open)
                if tag.closes, tag.name == name { return tag.end }
            }
            place = open + 1
        }
        // </head> may be left out; what a head holds is silent by itself.
        return name == "head" ? start : bytes.count
    }

    /// A tag, a comment or a declaration; the last two have no name.
    struct Tag {
        var name: String?
        var closes = false
        var isEmpty = false
        /// The byte after it.
        var end: Int
        /// What stands between name and `>`.
        var attributes = ""

        init(_ bytes: [UInt8], at start: Int) {
            end = start + 1
            guard end < bytes.count else { return }
            if bytes[start...].starts(with: Array("<!--".utf8)) {
                end = Self.after("-->", bytes, start + 4)
            } else if bytes[start...].starts(with: Array("<![CDATA[".utf8)) {
                end = start + 9
            } else if bytes[end] == UInt8(ascii: "!") || bytes[end] == UInt8(ascii: "?") {
                end = Self.after(">", bytes, end)
            } else {
                var place = end
                if bytes[place] == UInt8(ascii: "/") {
                    closes = true
                    place += 1
                }
                let nameStart = place
                while place < bytes.count, place - nameStart < 40,
                    bytes[place] | 0x20 >= 0x61 && bytes[place] | 0x20 <= 0x7A
                        || (0x30...0x3A).contains(bytes[place]) || bytes[place] == 0x2D
                { place += 1 }
                guard place > nameStart, bytes[nameStart] | 0x20 >= 0x61 else { return }
                let attributeStart = place
                // A quoted ">" ends no tag.
                var quote: UInt8?
                while place < bytes.count, quote != nil || bytes[place] != UInt8(ascii: ">") {
                    if let open = quote {
                        if bytes[place] == open { quote = nil }
                    } else if bytes[place] == 0x22 || bytes[place] == 0x27 {
                        quote = bytes[place]
                    }
                    place += 1
                }
                name = String(decoding: bytes[nameStart..<attributeStart], as: UTF8.self)
                    .lowercased()
                attributes = String(
                    decoding: bytes[attributeStart..<place].prefix(4_096), as: UTF8.self)
                isEmpty =
                    place > start && place <= bytes.count && bytes[place - 1] == UInt8(ascii: "/")
                end = min(place + 1, bytes.count)
            }
        }

        private static func after(_ mark: String, _ bytes: [UInt8], _ start: Int) -> Int {
            let mark = Array(mark.utf8)
            var place = start
            while place + mark.count <= bytes.count {
                if bytes[place..<place + mark.count].elementsEqual(mark) {
                    return place + mark.count
                }
                place += 1
            }
            return bytes.count
        }

        /// The value of an attribute.
        func value(_ attribute: String) -> String? {
            for quote in ["\"", "'"] {
                let opening = " \(attribute)=\(quote)"
                let spaced = attributes.replacing("\n", with: " ").replacing("\t", with: " ")
                guard let range = spaced.range(of: opening, options: .caseInsensitive),
                    let close = spaced[range.upperBound...].range(of: quote)
                else { continue }
                return Entities.plain(String(spaced[range.upperBound..<close.lowerBound]))
            }
            return nil
        }
    }

    /// Puts text together as a browser would show it.
    private struct Writer {
        private var text = ""
        private var line = ""

        mutating func put(_ bytes: ArraySlice<UInt8>, keepsSpace: Bool) {
            let plain = Entities.plain(String(decoding: bytes, as: UTF8.self))
            if keepsSpace {
                for scalar in plain.unicodeScalars {
                    if scalar == "\n" { endLine() } else { line.unicodeScalars.append(scalar) }
                }
                return
            }
            for scalar in plain.unicodeScalars {
                if [" ", "\n", "\t", "\r", "\u{C}"].contains(scalar) {
                    if let last = line.unicodeScalars.last, last != " " { line += " " }
                } else {
                    line.unicodeScalars.append(scalar)
                }
            }
        }

        mutating func endLine() {
            while line.unicodeScalars.last == " " { line.unicodeScalars.removeLast() }
            if !line.isEmpty { text += line + "\n" }
            line = ""
        }

        mutating func finish() -> String {
            endLine()
            return text
        }
    }
}

/// Named and numbered characters of HTML.
enum Entities {
    private static let latin = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
        sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc \
        Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve \
        Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc \
        atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve \
        oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
        """
    private static let names: [String: String] = {
        var names = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "hellip": "…",
            "mdash": "—", "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
            "sbquo": "‚", "bdquo": "„", "bull": "•", "trade": "™", "euro": "€", "rarr": "→",
            "larr": "←", "thinsp": " ", "ensp": " ", "emsp": " ", "zwnj": "", "zwj": "",
            "oelig": "œ", "OElig": "Œ", "minus": "−", "prime": "′", "Prime": "″",
        ]
        for (index, name) in latin.split(separator: " ").enumerated() {
            if let scalar = Unicode.Scalar(UInt32(0xA0 + index)) {
                names[String(name)] = index == 0 ? " " : index == 13 ? "" : String(scalar)
            }
        }
        return names
    }()

    /// The text with entities as the characters they stand for.
    static func plain(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            let end = rest.prefix(12).firstIndex(of: ";")
            guard let end, let character = character(rest[rest.index(after: mark)..<end]) else {
                result += "&"
                rest = rest.dropFirst()
                continue
            }
            result += character
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ name: Substring) -> String? {
        guard name.first == "#" else { return names[String(name)] }
        let digits = name.dropFirst()
        let value =
            digits.first == "x" || digits.first == "X"
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init).map { String($0) }
    }
}
