import ArgumentParser
import ChatCore
import ChatCorpus
import Foundation

struct CorpusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus", abstract: "See files as training does, or write its windows.",
        discussion: "Example: charchat corpus show chat.txt --as Mina",
        subcommands: [CorpusShowCommand.self, CorpusWriteCommand.self])
}

struct CorpusShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what files are taken for, and their first dialogues.",
        discussion: """
            Files are known by what is in them:
              tables      .csv, .tsv: question and answer, with a heading or without
              JSON        .json, .jsonl: messages, ShareGPT, Alpaca, Dolly, prompt and completion, \
            intents, charchat's transcripts; conversations in YAML
              chats       exports of KakaoTalk, WhatsApp, Telegram, Discord, Messenger, Slack and \
            Signal; --as says whom the model learns to be
              text        .txt, Markdown, HTML, EPUB, SubRip
            also in folders, .zip and .gz, and from standard input (-). Nothing leaves this machine.

            Examples:
              charchat corpus show 'WhatsApp Chat.zip' --as Mina --redact
              charchat corpus show faq.csv --columns Question,Answer
              charchat corpus show old.txt --encoding cp949
            """)

    @Argument(help: ArgumentHelp("Files, folders or - for standard input.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var reading: ReadingOptions

    @Option(
        name: .customShort("n"), help: ArgumentHelp("Dialogues or lines shown.", valueName: "N"))
    var count = 3

    func validate() throws {
        guard (0...100_000).contains(count) else {
            throw ValidationError(phrase("-n must be 0 to 100000."))
        }
    }

    func run() throws {
        let urls = ReadingOptions.urls(files)
        if let lessons = urls.first(where: { $0.isFolder && CorpusFolder.holdsLessons($0) }) {
            throw CommandFailure(
                phrase(
                    "%@ is a folder of lessons; 'charchat train %@ --show 3' shows dialogues made of it",
                    lessons.relativePath, lessons.relativePath)
            )
        }
        let options = try reading.options()
        let preview = try CorpusPreview(files: urls, options: options, count: count)
        do {
            try CorpusText.warn(options, on: Output.error)
            try CorpusText.tell(preview.notes, on: Output.standard)
            for dialogue in preview.dialogues {
                try Output.standard.writeLine("")
                for exchange in dialogue.exchanges {
                    try Output.standard.tell(
                        CorpusText.turn(user: exchange.user, reply: exchange.reply))
                }
            }
            if preview.format == .text {
                try Output.standard.writeLine("")
                for line in preview.lines {
                    try Output.standard.tell(VisibleText.lines(line))
                }
            }
        } catch OutputError.closed {}
    }
}
