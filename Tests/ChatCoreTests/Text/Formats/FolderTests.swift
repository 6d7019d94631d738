import ChatCore
import ChatCorpus
import Foundation
import Testing

/// What is read of a folder or an archive, and what is passed over.
@Suite struct FolderTests {
    @Test func aFolderOfTextsIsTextAndNoLessons() throws {
        let folder = try TemporaryFolder()
        for name in ["a.txt", "b.txt"] { try folder.write(name, "Tea is a drink.\n") }
        #expect(try CorpusReader([folder.url]).format == .text)
    }

    @Test func aFolderIsReadWithWhatIsInIt() throws {
        let folder = try TemporaryFolder()
        for name in ["whatsapp-ios.txt", "notes.md", "utf16.txt"] {
            try folder.write(name, Data(contentsOf: FormatSamples.url(name)))
        }
        try folder.write("a.png", Data([0x89]))
        var options = CorpusOptions()
        options.speaker = "Mina"
        let preview = try CorpusPreview(files: [folder.url], options: options, count: 9)
        #expect(preview.exchanges == [["Hallo|Na?", "Bis morgen|Gute Nacht"]])
        #expect(
            preview.told.contains("files of other kinds (1), files of text beside dialogues (2)"))
    }

    @Test func archivesAndBooksOfAFolderAreRead() throws {
        let books = try TemporaryFolder()
        try books.write("book.epub", Data(contentsOf: FormatSamples.url("book.epub")))
        let book = try CorpusPreview(files: [books.url], options: CorpusOptions(), count: 9)
        #expect(book.told == "EPUB, as text, 2 files, 2 lines")
        let chats = try TemporaryFolder()
        for name in ["slack.zip", "faq.csv.gz"] {
            try chats.write(name, Data(contentsOf: FormatSamples.url(name)))
        }
        var options = CorpusOptions()
        options.speaker = "Mina"
        let chat = try CorpusPreview(files: [chats.url], options: options, count: 9)
        #expect(Set(chat.notes.map(\.form)).count == 2)
        #expect(chat.exchanges.contains(["hello|hi there"]))
    }

    @Test func aChatThatSignalExportWroteTwiceIsReadOnce() throws {
        let json = """
            {"date":"2024-01-05T21:01:11","sender":"Jun","body":"hello"}
            {"date":"2024-01-05T21:02:11","sender":"Me","body":"hi"}
            """
        let markdown = "[2024-01-05 21:01:11] Jun: hello\n[2024-01-05 21:02:11] Me: hi\n"
        let folder = try TemporaryFolder()
        let chat = folder.url.appending(path: "Jun")
        try FileManager.default.createDirectory(at: chat, withIntermediateDirectories: true)
        try Data(json.utf8).write(to: chat.appending(path: "data.json"))
        try Data(markdown.utf8).write(to: chat.appending(path: "chat.md"))
        let zips = try TemporaryFolder()
        let zip = try zips.write(
            "a.zip",
            ZipSample.archive([.init("Jun/chat.md", markdown), .init("Jun/data.json", json)]))
        var options = CorpusOptions()
        options.speaker = "Me"
        for url in [folder.url, zip] {
            let preview = try CorpusPreview(files: [url], options: options, count: 9)
            #expect(preview.exchanges == [["hello|hi"]])
            #expect(preview.told.contains("chats that are there in another form (1)"))
        }
    }

    @Test(arguments: ["faq.csv.gz", "slack.zip", "book.epub"])
    func whyAnArchiveOfArchivesGivesNothingIsTold(inner: String) throws {
        let folder = try TemporaryFolder()
        let bytes = [UInt8](try Data(contentsOf: FormatSamples.url(inner)))
        let file = try folder.write("outer.zip", ZipSample.archive([.init(inner, bytes: bytes)]))
        let error = #expect(throws: CorpusError.self) {
            try CorpusPreview(files: [file], options: CorpusOptions(), count: 9)
        }
        #expect(error.map { "\($0)".contains("are not opened: unpack those") } == true)
    }
}
