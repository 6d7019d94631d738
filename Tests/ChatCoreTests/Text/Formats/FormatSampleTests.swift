import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

/// A sample of each form of people's files, invented people only.
enum FormatSamples {
    static func url(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Samples/\(name)")
    }

    static func read(_ name: String, as speaker: String? = nil, count: Int = 100) throws
        -> CorpusPreview
    {
        var options = CorpusOptions()
        options.speaker = speaker
        return try CorpusPreview(files: [url(name)], options: options, count: count)
    }
}

extension CorpusPreview {
    /// The exchanges of each dialogue, as "user|reply".
    var exchanges: [[String]] {
        dialogues.map { $0.exchanges.map { "\($0.user)|\($0.reply)" } }
    }

    /// What the first file was taken for, without its name.
    var told: String {
        notes.first.map { String($0.line.dropFirst($0.file.count + 2)) } ?? ""
    }
}

@Suite struct FormatSampleTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var file: String
        var speaker: String?
        var told: String
        var exchanges: [[String]]
        var testDescription: String { file }
    }

    static let pairs: [Sample] = [
        Sample(
            file: "faq.csv",
            told:
                "table, columns Question and Answer (not read: Category), 3 turns; left out: rows without a question or an answer (1, line 5), rows without 3 columns (1, line 6)",
            exchanges: [
                ["When do you open, on Sundays?|At ten.\nOn holidays at noon."],
                [#"Do you sell "used" bikes?|Yes."#], [#"He said "hi".|Good."#],
            ]),
        Sample(
            file: "plain.csv", told: "table of two columns without a heading, 2 turns",
            exchanges: [["hello|hi there"], ["bye|see you"]]),
        Sample(
            file: "faq.csv.gz", told: "table of two columns without a heading, 3 turns",
            exchanges: [["hello|hi there"], ["bye|see you"], ["more|lines"]]),
        Sample(
            file: "heading.tsv",
            told:
                "table, columns question and answer, 2 turns; left out: rows without two columns (1, line 3)",
            exchanges: [["Where is the shop?|In Mill Lane."], ["Is it far?|No."]]),
        Sample(
            file: "messages.json",
            told:
                "JSON, messages, 3 turns; left out: system messages (1, line 2), parts that are no text (1, line 2), calls of tools (1, line 29), results of tools (1, line 29), replies of weight 0 with their questions (1, line 54)",
            exchanges: [
                ["What is this?|A bicycle."], ["Weather?|It is sunny."], ["Right?|Learn this."],
            ]),
        Sample(
            file: "sharegpt.json",
            told:
                "JSON, ShareGPT conversations, 3 turns in 2 dialogues; left out: system messages (1, line 1)",
            exchanges: [["Hi|Hello.", "Bye|See you."], ["Tea?|Please."]]),
        Sample(
            file: "alpaca.json", told: "JSON, Alpaca instructions, 2 turns",
            exchanges: [["Name a colour.|Blue."], ["Translate.\ncat|Katze"]]),
        Sample(
            file: "dolly.jsonl", told: "JSON lines, Dolly instructions, 2 turns",
            exchanges: [["Who wrote it?\nAda wrote it.|Ada."], ["Say yes.|Yes."]]),
        Sample(
            file: "prompts.jsonl", told: "JSON lines, prompts and completions, 2 turns",
            exchanges: [["2+2=| 4"], ["cut \u{FFFD}|whole 😀"]]),
        Sample(
            file: "intents.json",
            told:
                "intents, 3 turns; left out: intents without patterns or responses (1, line 15)",
            exchanges: [["Hi|Hello!"], ["Hello|Good day!"], ["Hey|Hello!"]]),
        Sample(
            file: "greetings.yml",
            told:
                "conversations of ChatterBot's form, 3 turns in 2 dialogues; left out: conversations of less than two lines (1)",
            exchanges: [["Hello|Hi", "How are you?|Fine."], ["Who are you?|A bot."]]),
        Sample(
            file: "conversations.json",
            told: "conversations of ChatterBot's form, 3 turns in 2 dialogues",
            exchanges: [["Hello|Hi"], ["One|Two", "Three|Four"]]),
    ]

    static let chats: [Sample] = [
        Sample(
            file: "kakao-windows.txt", speaker: "민아",
            told:
                "KakaoTalk chat (Windows), 3 turns in 2 dialogues; left out: media and deleted messages (2)",
            exchanges: [
                ["안녕\n뭐 해?|책 읽어\n재미있어", "무슨 책?|소설이야"], ["잘 잤어?|응!"],
            ]),
        Sample(
            file: "kakao-macos.csv", speaker: "민아",
            told:
                "KakaoTalk chat (macOS), 1 turn; left out: media and deleted messages (1), lines of the program's own (1)",
            exchanges: [["안녕|응, 안녕\n반가워"]]),
        Sample(
            file: "kakao-android.txt", speaker: "민아",
            told:
                "KakaoTalk chat (Android), 2 turns in 1 dialogue; left out: media and deleted messages (1)",
            exchanges: [["안녕|응\n안녕: 반가워", "잘 자|너도"]]),
        Sample(
            file: "kakao-ios.txt", speaker: "민아",
            told: "KakaoTalk chat (iOS), 2 turns; left out: lines of the program's own (1)",
            exchanges: [["안녕|응"], ["잘 자|너도"]]),
        Sample(
            file: "kakao-english.txt", speaker: "mina",
            told:
                "KakaoTalk chat (Android), 2 turns in 1 dialogue; left out: media and deleted messages (1)",
            exchanges: [["hello|hi", "good night|you too"]]),
        Sample(
            file: "whatsapp-android.txt", speaker: "Mina",
            told:
                "WhatsApp chat (Android), 2 turns; left out: lines of the program's own (2), media and deleted messages (1)",
            exchanges: [["hello: you\nthere?|yes"], ["happy new year|same to you"]]),
        Sample(
            file: "whatsapp-ios.txt", speaker: "Mina",
            told:
                "WhatsApp chat (iOS), 2 turns in 1 dialogue; left out: lines of the program's own (2)",
            exchanges: [["Hallo|Na?", "Bis morgen|Gute Nacht"]]),
        Sample(
            file: "whatsapp-korean.txt", speaker: "민아",
            told:
                "WhatsApp chat (Android), 2 turns in 1 dialogue; left out: lines of the program's own (1), media and deleted messages (1)",
            exchanges: [["안녕|응", "잘 자|너도"]]),
        Sample(
            file: "telegram.json", speaker: "Mina",
            told:
                "Telegram chat, 2 turns in 2 dialogues; left out: lines of the program's own (1), media and deleted messages (1)"
                .replacing(" in 2 dialogues", with: ""),
            exchanges: [["look at example.org please|nice"], ["again?|yes"]]),
        Sample(
            file: "discord.json", speaker: "Mina",
            told: "Discord chat, 1 turn; left out: lines of the program's own (1)",
            exchanges: [["hello|hi"]]),
        Sample(
            file: "discord.csv", speaker: "Mina", told: "Discord chat (table), 1 turn",
            exchanges: [["hello|hi, you"]]),
        Sample(
            file: "discord.txt", speaker: "Mina", told: "Discord chat (text), 1 turn",
            exchanges: [["hello\nthere|hi"]]),
        Sample(
            file: "messenger.json", speaker: "Mina",
            told:
                "Messenger chat, 1 turn; left out: media and deleted messages (1)",
            exchanges: [["café?|naïve 응 🙂"]]),
        Sample(
            file: "messenger-secret.json", speaker: "Mina",
            told: "Messenger chat (end-to-end encrypted), 1 turn", exchanges: [["hello|hi"]]),
        Sample(
            file: "slack.zip", speaker: "Mina",
            told:
                "Slack chat, 2 files, 2 turns; left out: lines of the program's own (1), files of other forms (1), files of other kinds (1)",
            exchanges: [["@Mina see this & that|seen"], ["done?|done"]]),
        Sample(
            file: "signal.jsonl", speaker: "Mina", told: "Signal chat (JSON lines), 1 turn",
            exchanges: [["hello|hi"]]),
        Sample(
            file: "signal.txt", speaker: "Mina", told: "Signal chat (text), 1 turn",
            exchanges: [["hello\nthere|hi"]]),
        Sample(
            file: "signal.md", speaker: "Mina", told: "Signal chat, 2 turns in 1 dialogue",
            exchanges: [["hello|hi", "bye|bye"]]),
    ]

    @Test(arguments: pairs + chats)
    func aSampleIsTakenForWhatItIs(sample: Sample) throws {
        let preview = try FormatSamples.read(sample.file, as: sample.speaker)
        #expect(preview.told == sample.told)
        #expect(preview.exchanges == sample.exchanges)
    }

    @Test(arguments: [
        ("film.srt", "subtitles, as text, 4 lines", "It was raining.|Where to?|- Home.|1984"),
        (
            "page.html", "HTML, as text, 6 lines",
            "Tea & Cake|First line,|second line… café 🙂|a  b|c|one two"
        ),
        (
            "notes.md", "Markdown, as text, 6 lines",
            "Heading||Some bold and soft linked text  2 * 3 * 4.||code * stays|- item with mono"
        ),
        ("book.epub", "EPUB, as text, 2 files, 2 lines", "Chapter one.|Chapter two."),
        ("utf16.txt", "plain text, 2 lines", "Wide text.|Second line."),
    ])
    func aSampleOfTextIsReadAsText(file: String, told: String, lines: String) throws {
        let preview = try FormatSamples.read(file)
        #expect(preview.told == told)
        #expect(preview.lines.joined(separator: "|").trimmingSuffix("|") == lines)
    }

    @Test(arguments: [
        ("cp949.txt", "cp949", "안녕하세요. 오늘은 날씨가 좋습니다."),
        ("latin1.txt", "latin-1", "Das Café in der Straße öffnet um zehn, sagt Zoë."),
    ])
    func anotherEncodingIsGuessedInTheErrorAndReadWhenTold(
        file: String, encoding: String, line: String
    ) throws {
        let error = #expect(throws: CorpusError.self) { try FormatSamples.read(file) }
        #expect(error.map { "\($0)".contains("read it as \(encoding)") } == true)
        var options = CorpusOptions()
        options.encoding = encoding
        let preview = try CorpusPreview(
            files: [FormatSamples.url(file)], options: options, count: 1)
        #expect(preview.lines.first == line)
        options.encoding = "klingon"
        #expect(throws: CorpusError.self) {
            try CorpusPreview(files: [FormatSamples.url(file)], options: options, count: 1)
        }
    }

    @Test func aTableIsKnownWithoutItsEnding() throws {
        let folder = try TemporaryFolder()
        for text in ["one?\tyes\ntwo?\tno\n", "question,answer\none?,yes\ntwo?,no\n"] {
            let file = try folder.write("pairs", text)
            let preview = try CorpusPreview(files: [file], options: CorpusOptions(), count: 9)
            #expect(preview.exchanges == [["one?|yes"], ["two?|no"]])
        }
    }

    @Test func trainingReadsWhatWasShown() throws {
        let corpus = try EncodedCorpus.open(files: [FormatSamples.url("faq.csv")])
        #expect(try corpus.exchanges().count == 3)
        #expect(corpus.notes.first?.turns == 3)
    }

    @Test func systemMessagesAreKeptWhenAskedFor() throws {
        var options = CorpusOptions()
        options.keepsSystem = true
        let preview = try CorpusPreview(
            files: [FormatSamples.url("messages.json")], options: options, count: 1)
        #expect(preview.exchanges == [["Be brief.\nWhat is this?|A bicycle."]])
    }

    @Test func columnsAreNamedOrNumbered() throws {
        for columns in [["category", "question"], ["3", "1"]] {
            var options = CorpusOptions()
            options.columns = columns
            let preview = try CorpusPreview(
                files: [FormatSamples.url("faq.csv")], options: options, count: 1)
            #expect(preview.exchanges == [["hours|When do you open, on Sundays?"]])
        }
    }

    @Test func aChatAsksWhomTheModelLearnsToBe() throws {
        for sample in Self.chats where sample.file != "slack.zip" {
            let error = #expect(throws: CorpusError.self) { try FormatSamples.read(sample.file) }
            #expect(
                error.map { "\($0)".contains("say whom the model learns to be: ") } == true,
                "\(sample.file)")
            let other = #expect(throws: CorpusError.self) {
                try FormatSamples.read(sample.file, as: "Nobody")
            }
            #expect(other.map { "\($0)".contains("has no 'Nobody'; there are") } == true)
        }
    }
}

extension String {
    func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
