import ChatCore
import ChatCorpus
import Foundation
import Testing

/// Files in other encodings: as they are asked to be read, by their marks, and guessed by their zeros.
@Suite struct EncodingTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ files: [URL], encoding: String? = nil) throws -> CorpusPreview {
        var options = CorpusOptions()
        options.encoding = encoding
        return try CorpusPreview(files: files, options: options, count: 9)
    }

    /// "Wide text." in UTF-16 or UTF-32.
    private func wide(_ width: Int, isBigEndian: Bool, mark: Bool) -> [UInt8] {
        let scalars = (mark ? "\u{FEFF}" : "") + "Wide text.\n"
        return scalars.unicodeScalars.flatMap { scalar in
            let bytes = (0..<width).map { UInt8(scalar.value >> ($0 * 8) & 255) }
            return isBigEndian ? bytes.reversed() : bytes
        }
    }

    @Test(arguments: ["latin-1", "windows-1252", "cp949", "shift_jis"])
    func whatIsUTF8StaysSoWhateverTheOthersOfAFolderAre(encoding: String) throws {
        // Longer than one look, with characters of three bytes across its end.
        let text = "Café in Köln, 안녕\n" + String(repeating: "가나다", count: 40_000) + "\n"
        try folder.write("a.txt", text)
        try folder.write("b.txt", "Tea\n")
        let preview = try read([folder.url], encoding: encoding)
        #expect(preview.lines.first == "Café in Köln, 안녕")
        #expect(preview.notes.first?.turns == 3)
    }

    @Test func othersOfTheFolderAreConverted() throws {
        try folder.write("a.txt", "Café in Köln\n")
        try folder.write("b.txt", [0x43, 0x61, 0x66, 0xE9, 0x0A])
        #expect(
            try read([folder.url], encoding: "latin-1").lines.prefix(2) == ["Café in Köln", "Café"])
    }

    @Test func anEncodingThatIsAllASCIIIsStillConverted() throws {
        let file = try folder.write("a.txt", Array("\u{1B}$B$\"\u{1B}(B\n".utf8))
        #expect(try read([file], encoding: "iso-2022-jp").lines.first == "あ")
    }

    @Test(arguments: [
        (2, false, "utf-16le"), (2, true, "utf-16be"), (4, false, "utf-32le"),
        (4, true, "utf-32be"),
    ])
    func zerosTellOfAWideEncoding(width: Int, isBigEndian: Bool, name: String) throws {
        let marked = try folder.write(
            "marked.txt", wide(width, isBigEndian: isBigEndian, mark: true))
        #expect(try read([marked]).lines.first == "Wide text.")
        let bare = try folder.write("bare.txt", wide(width, isBigEndian: isBigEndian, mark: false))
        let error = #expect(throws: CorpusError.self) { try read([bare]) }
        #expect(error.map { "\($0)".contains("read it as \(name), or") } == true, "\(name)")
        #expect(try read([bare], encoding: name).lines.first == "Wide text.")
    }

    @Test func oneZeroInATextIsText() throws {
        let file = try folder.write("a.txt", "It ends here.\u{0}\n")
        #expect(try read([file]).lines.first == "It ends here.\u{0}")
    }

    @Test func aListOfNamesMayBeInAnyEncoding() throws {
        let marked = try folder.write("names.txt", [0xFF, 0xFE, 0xFC, 0xBB, 0x44, 0xC5])
        #expect(try Redaction(namesIn: marked).names == ["\u{BBFC}\u{C544}"])
        let latin = try folder.write("latin.txt", [0x5A, 0x6F, 0xEB, 0x0A])
        #expect(try Redaction(namesIn: latin, encoding: "latin-1").names == ["Zoë"])
        #expect(throws: CorpusError.self) { try Redaction(namesIn: latin) }
    }
}
