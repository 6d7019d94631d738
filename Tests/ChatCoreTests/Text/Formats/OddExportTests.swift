import ChatCore
import ChatCorpus
import Foundation
import Testing

/// Files as programs write them that differ from the samples: in order, in marks, in what stands above.
@Suite struct OddExportTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ text: String, as speaker: String? = nil) throws
        -> CorpusPreview
    {
        var options = CorpusOptions()
        options.speaker = speaker
        return try CorpusPreview(
            files: [try folder.write(name, text)], options: options, count: 9)
    }

    // MARK: Chats

    @Test func aChatWithTheNewestFirstKeepsItsLastExchange() throws {
        let text = """
            {"participants":[{"name":"Mina"},{"name":"Jun"}],"messages":[
            {"sender_name":"Jun","timestamp_ms":1700000180000,"content":"Bye!"},
            {"sender_name":"Mina","timestamp_ms":1700000120000,"content":"See you."},
            {"sender_name":"Jun","timestamp_ms":1700000060000,"content":"Hello."},
            {"sender_name":"Mina","timestamp_ms":1700000000000,"content":"Hi."}],"title":"Mina"}
            """
        let preview = try read("message_1.json", text, as: "Jun")
        #expect(preview.exchanges == [["Hi.|Hello.", "See you.|Bye!"]])
    }

    @Test(arguments: [#""name":"Ada","#, ""])
    func aChatThatBeginsWithALineOfTheProgramIsOneOfItsOwn(name: String) throws {
        let text = """
            {"about":"x","chats":{"about":"x","list":[
            {"name":"Mina","type":"personal_chat","id":1,"messages":[
            {"type":"message","date":"2024-01-05T21:01:00","from":"Mina","text":"hi"},
            {"type":"message","date":"2024-01-05T21:02:00","from":"Jun","text":"hello"}]},
            {\(name)"type":"private_group","id":2,"messages":[
            {"type":"service","date":"2024-01-05T21:03:00","actor":"Ada","text":""},
            {"type":"message","date":"2024-01-05T21:04:00","from":"Ada","text":"there?"},
            {"type":"message","date":"2024-01-05T21:05:00","from":"Jun","text":"yes"}]}]}}
            """
        let preview = try read("result.json", text, as: "Jun")
        #expect(preview.exchanges == [["hi|hello"], ["there?|yes"]])
    }

    @Test(arguments: [
        "5/1/24, 9:0# p.\u{A0}m. - ", "5/1/24, 9:0#\u{202F}p.\u{A0}m. - ", "5/1/24, 9:0# μ.μ. - ",
        "05/01/2024 à 21:0# - ", "5.1.2024 klo 21.0# - ", "[5/1/24, 9:0#:11 p.\u{A0}m.] ",
        "٥\u{200F}/١\u{200F}/٢٠٢٤, ٩:٠# م - ", "[5/1/2024، 9:0#:11 م] ", "৫/১/২৪, ৯:০# PM - ",
        "21:0#, 05/01/2024 - ", "5/1/2567 21:0# - ", "[5/1/2567 BE 21:0#:11] ",
        "05/01/2024, 9:0# PTG - ", "2024/1/5 晚上9:0# - ", "5.01.24 г., 21:0# ч. - ",
    ])
    func timesOfOtherLanguagesAreKnown(stamp: String) throws {
        func line(_ minute: Int, _ text: String) -> String {
            stamp.replacing("#", with: "\(minute)") + text + "\n"
        }
        let text = line(1, "Ana: hola") + line(2, "Luis: bien")
        let preview = try read("chat.txt", text, as: "Luis")
        #expect(preview.told.hasPrefix("WhatsApp chat"))
        #expect(preview.exchanges == [["hola|bien"]])
    }

    @Test func aPauseIsOneWhateverTheScript() throws {
        let text = """
            ٥/١/٢٠٢٤، ٩:٠١ م - Ana: hola
            ٥/١/٢٠٢٤، ٩:٠٢ م - Luis: bien
            ٦/١/٢٠٢٤، ٩:٠١ ص - Ana: y hoy
            ٦/١/٢٠٢٤، ٩:٠٢ ص - Luis: también
            """
        let preview = try read("chat.txt", text, as: "Luis")
        #expect(preview.exchanges == [["hola|bien"], ["y hoy|también"]])
    }

    @Test(arguments: [
        ("\u{202A}+49\u{A0}170\u{A0}123\u{2011}4567\u{202C}", "+49 170 123-4567"),
        ("~\u{202F}Mina", "~ mina"),
    ])
    func aNameIsTypedWithPlainSpacesAndHyphens(name: String, typed: String) throws {
        let text = "[2024-01-05, 21:01:11] Jun: hello\n[2024-01-05, 21:02:11] \(name): hi\n"
        #expect(try read("chat.txt", text, as: typed).exchanges == [["hello|hi"]])
    }

    @Test(arguments: [
        "<This message was edited>", "\u{200E}<This message was edited>",
        "\u{200E}<Bu mesaj düzenlendi>",
    ])
    func theMarkOfAnEditedMessageIsNotLearned(mark: String) throws {
        let text = """
            1/5/24, 9:01 PM - Ana: hello \(mark)
            1/5/24, 9:02 PM - Luis: it is <b> \(mark)
            1/5/24, 9:03 PM - Ana: <b>
            1/5/24, 9:04 PM - Ana: and <i>
            1/5/24, 9:05 PM - Luis: too
            """
        let preview = try read("chat.txt", text, as: "Luis")
        #expect(preview.exchanges == [["hello|it is <b>", "and <i>|too"]])
    }

    // MARK: JSON

    @Test(arguments: [
        #"[{"question":"What?","answer":"This."}]"# + "\n"
            + #"[{"question":"When?","answer":"Now."}]"#,
        #"{"question":"What?","answer":"This."}"# + "\n"
            + #"{"question":"When?","answer":"Now."}"#,
        "{\n \"question\": \"What?\",\n \"answer\": \"This.\"\n}\n"
            + "{\n \"question\": \"When?\",\n \"answer\": \"Now.\"\n}\n",
    ])
    func allValuesOfAFileAreRead(text: String) throws {
        #expect(try read("a.json", text).exchanges == [["What?|This."], ["When?|Now."]])
    }

    @Test func linesLongerThanTheBeginningAreRead() throws {
        func line(_ text: String) -> String {
            #"{"messages":[{"role":"user","content":"\#(text)"},"#
                + #"{"role":"assistant","content":"a"}]}"# + "\n"
        }
        let long = String(repeating: "long ", count: 16_000)
        let preview = try read("lines.json", line(long + "q") + line("q"))
        #expect(preview.exchanges == [["\(long)q|a"], ["q|a"]])
    }

    @Test func whatFollowsAndIsNoJSONIsTold() throws {
        for rest in ["]", "}", ",", "x"] {
            let error = #expect(throws: CorpusError.self) {
                try read("a.json", #"[{"question":"What?","answer":"This."}] "# + rest)
            }
            #expect(error.map { "\($0)".contains("is not JSON") } == true, "\(rest)")
        }
    }

    // MARK: Tables

    @Test(arguments: ["a.tsv", "a.txt"])
    func quotedValuesBetweenTabsAreOneValueEach(name: String) throws {
        let text =
            "Question\tAnswer\r\nWhat?\t\"This, \"\"that\"\"\nand more\"\r\nWhere?\t\"Here.\"\r\n"
        let expected = [["What?|This, \"that\"\nand more"], ["Where?|Here."]]
        #expect(try read(name, text).exchanges == expected)
        // As Excel's "Unicode Text" has it.
        let wide: [UInt8] =
            [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let preview = try CorpusPreview(
            files: [try folder.write(name, wide)], options: CorpusOptions(), count: 9)
        #expect(preview.exchanges == expected)
    }

    @Test func aLoneQuotationMarkBetweenTabsIsText() throws {
        let preview = try read("a.tsv", "Who?\t\"Me\nYou?\tNo\nWhy?\t\"So\n")
        #expect(preview.exchanges == [["Who?|\"Me"], ["You?|No"], ["Why?|\"So"]])
    }

    @Test(arguments: [
        ("Our FAQ\nQuestion,Answer\nWhat?,This.\n", "table, columns Question and Answer"),
        ("Our FAQ\n\nNo,Question,Answer\n1,What?,This.\n", "table, columns Question and Answer"),
        (
            "Our FAQ 2024,,\n,,\nNo,Question,Answer\n1,What?,This.\n",
            "table, columns Question and Answer"
        ),
        (
            "\"Question\n(English)\";\"Answer\n(English)\"\r\nWhat?;This.\r\n",
            "table, columns Question (English) and Answer (English)"
        ),
        (
            "\u{FEFF}sep=;\r\nQuestion;Answer\r\nWhat?;This.\r\n",
            "table, columns Question and Answer"
        ), ("FAQ\nWhat?,This.\n", "table of two columns without a heading"),
    ])
    func whatStandsAboveATableIsNoRow(text: String, shape: String) throws {
        let preview = try read("a.csv", text)
        #expect(preview.told.hasPrefix(shape))
        #expect(preview.exchanges == [["What?|This."]])
    }

    // MARK: Others

    @Test func settingsInAFolderArePassedOver() throws {
        try folder.write("_config.yml", "title: FAQ\nlimits:\n  conversations: 3\n")
        try folder.write("ci.yaml", "on: [push\n")
        let preview = try read("faq.csv", "Question,Answer\nWhat?,This.\n")
        #expect(preview.exchanges == [["What?|This."]])
        let all = try CorpusPreview(files: [folder.url], options: CorpusOptions(), count: 9)
        #expect(all.exchanges == [["What?|This."]])
        #expect(all.told.contains("files of other forms (2)"))
    }

    @Test func notesAndStylesOfSubtitlesAreNotSaid() throws {
        let text = """
            WEBVTT - A film
            Language: en

            STYLE
            ::cue { color: red }

            NOTE
            by Ann
            and Bo

            00:01.000 --> 00:02.000
            NOTE the colour.

            """
        #expect(try read("a.vtt", text).lines.first == "NOTE the colour.")
    }

    @Test(arguments: [
        "<!doctype html><html><head><title>FAQ</title><style>p{}</style><body><p>What?<p>This.",
        "<html><head><title>FAQ</title></head><body><p>What?</p><p>This.</p></body></html>",
        "<title>FAQ</title><p>What?<p>This.",
    ])
    func aPageNeedsNoEndOfItsHead(page: String) throws {
        let lines = try read("page.html", page).lines
        #expect(lines.joined(separator: "|").trimmingSuffix("|") == "What?|This.")
    }
}
