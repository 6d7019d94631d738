import ChatCore

/// What a file of a corpus can be, once it was looked into.
package enum CorpusForm: Sendable, Equatable {
    case text, markdown, html, epub, subRip
    /// Rows of columns; the byte parts the columns. Only `isQuoted` tables have quotation marks around values.
    case table(delimiter: UInt8, isQuoted: Bool)
    /// JSON objects, one a line: of messages, of questions and answers, or a transcript of charchat's own.
    case jsonLines
    /// The same objects in one array, at the top or under a key, or a single dialogue.
    case jsonRecords(isSingle: Bool)
    case intents, chatterBotJSON, chatterBotYAML
    case chat(ChatForm)

    /// The programs whose exported chats are read.
    package enum ChatForm: String, Sendable {
        case kakaoWindows = "KakaoTalk chat (Windows)"
        case kakaoMac = "KakaoTalk chat (macOS)"
        case kakaoAndroid = "KakaoTalk chat (Android)"
        case kakaoIOS = "KakaoTalk chat (iOS)"
        case whatsAppAndroid = "WhatsApp chat (Android)"
        case whatsAppIOS = "WhatsApp chat (iOS)"
        case telegram = "Telegram chat"
        case discord = "Discord chat"
        case discordText = "Discord chat (text)"
        case discordTable = "Discord chat (table)"
        case messenger = "Messenger chat"
        case messengerSecret = "Messenger chat (end-to-end encrypted)"
        case slack = "Slack chat"
        case signalLines = "Signal chat (JSON lines)"
        case signalText = "Signal chat (text)"
        case signalMarkdown = "Signal chat"
    }

    var format: CorpusFormat {
        switch self {
        case .text, .markdown, .html, .epub, .subRip: .text
        default: .dialogue
        }
    }

    /// What is told to the person; a reader of records may know better.
    var description: String {
        switch self {
        case .text: "plain text"
        case .markdown: "Markdown, as text"
        case .html: "HTML, as text"
        case .epub: "EPUB, as text"
        case .subRip: "subtitles, as text"
        case .table: "table of pairs"
        case .jsonLines: "JSON lines"
        case .jsonRecords: "JSON"
        case .intents: "intents"
        case .chatterBotJSON, .chatterBotYAML: "conversations of ChatterBot's form"
        case .chat(let form): form.rawValue
        }
    }
}
