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
}
