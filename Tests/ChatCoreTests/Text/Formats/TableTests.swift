import ChatCore
import ChatCorpus
import Foundation
import Testing

/// Which columns and rows of a table are learned, and that the others are told.
@Suite struct TableTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ text: String, columns: [String] = []) throws
        -> CorpusPreview
    {
        var options = CorpusOptions()
        options.columns = columns
        return try CorpusPreview(
            files: [try folder.write(name, text)], options: options, count: 9)
    }

    private func problem(_ name: String, _ text: String, _ change: (inout CorpusOptions) -> Void)
        throws -> String
    {
        var options = CorpusOptions()
        change(&options)
        let file = try folder.write(name, text)
        let error = #expect(throws: CorpusError.self) {
            try CorpusPreview(files: [file], options: options, count: 1)
        }
        return error.map { "\($0)" } ?? ""
    }

    // MARK: Columns

    @Test(arguments: ["input", "context"])
    func whatAnInstructionIsAboutIsJoinedToIt(name: String) throws {
        let text = "instruction,\(name),output\nTranslate.,cat,Katze\nSay yes.,,Yes.\n,x,No.\n"
        let preview = try read("a.csv", text)
        #expect(preview.exchanges == [["Translate.\ncat|Katze"], ["Say yes.|Yes."]])
        #expect(preview.told.hasPrefix("table, columns instruction + \(name) and output, 2 turns"))
    }

    @Test func columnsThatAreNotReadAreNamed() throws {
        let preview = try read("a.csv", "id,Question,Tag,Answer,\n1,When?,hours,Now.,\n")
        #expect(preview.exchanges == [["When?|Now."]])
        #expect(
            preview.told == "table, columns Question and Answer (not read: id, Tag), 1 turn")
    }

    @Test func aHeadingIsNoPairWhenColumnsAreNumbered() throws {
        let text = "id,Title,Body\n1,When?,At nine.\n2,Where?,Here.\n"
        let preview = try read("a.csv", text, columns: ["2", "3"])
        #expect(preview.exchanges == [["When?|At nine."], ["Where?|Here."]])
        #expect(preview.told.contains("rows taken for headings (1, line 1)"))
    }

    @Test(arguments: [
        "1,When,At nine\n", "hours,When?,At nine\n", "hours,When do you open today,At nine\n",
    ])
    func aFirstRowThatLooksLikeAnyOtherIsKept(row: String) throws {
        let preview = try read("a.csv", row + "x,Where?,Here.\n", columns: ["2", "3"])
        #expect(preview.exchanges.count == 2)
    }

    // MARK: Rows

    @Test(arguments: ["a.csv", "a.tsv"])
    func rowsWithoutAQuestionOrAnAnswerAreLeftOutAndCounted(name: String) throws {
        let mark = name.hasSuffix("csv") ? "," : "\t"
        let rows = ["Question,Answer", "When?,", ",Nine", "Who?, ", "Where?,Here."]
        let text = rows.joined(separator: "\n").replacing(",", with: mark)
        let preview = try read(name, text)
        #expect(preview.exchanges == [["Where?|Here."]])
        #expect(preview.told.contains("rows without a question or an answer (3, first in line 2)"))
    }

    // MARK: What is said of a file that it has not

    @Test(arguments: ["pairs", "faq.txt", "standard.log"])
    func columnsMakeAFileATable(name: String) throws {
        let text = "id,Title,Body\n1,When?,At nine.\n2,Where?,Here.\n"
        let preview = try read(name, text, columns: ["Title", "Body"])
        #expect(preview.exchanges == [["When?|At nine."], ["Where?|Here."]])
    }

    @Test func columnsOfAFolderAreThoseOfItsTables() throws {
        try folder.write("README.txt", "How these were gathered.\n")
        try folder.write("faq.csv", "id,Title,Body\n1,When?,At nine.\n")
        var options = CorpusOptions()
        options.columns = ["Title", "Body"]
        let preview = try CorpusPreview(files: [folder.url], options: options, count: 9)
        #expect(preview.exchanges == [["When?|At nine."]])
    }

    @Test func whatNoFileHeedsIsRefused() throws {
        let prose = "One line.\nAnother.\n"
        #expect(
            try problem("a.txt", prose) { $0.speaker = "Mina" }
                .hasSuffix(
                    "plain text; only of a chat is it said whom the model learns to be"))
        #expect(
            try problem("a.csv", "q,a\nx,y\n") { $0.speaker = "Mina" }.contains(
                "table of pairs; only"))
        let json = #"[{"question":"x","answer":"y"}]"#
        #expect(
            try problem("a.json", json) { $0.columns = ["x", "y"] }
                .hasSuffix("JSON; only a table has columns"))
        #expect(
            try problem("b.txt", prose) { $0.columns = ["x", "y"] }.contains("has no column 'x'"))
    }
}
