import ChatCore

/// A message of an exported chat, whichever program wrote it.
struct ChatJSONMessage: Decodable {
    /// Telegram's text: a string, or strings and objects with `text`.
    private struct RichText: Decodable {
        var text = ""

        private struct Part: Decodable {
            var text: String?
        }
        private enum Piece: Decodable {
            case plain(String)
            case part(Part)

            init(from decoder: any Decoder) throws {
                if let text = try? decoder.singleValueContainer().decode(String.self) {
                    self = .plain(text)
                } else {
                    self = .part(try Part(from: decoder))
                }
            }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() { return }
            if let whole = try? container.decode(String.self) {
                text = whole
                return
            }
            for piece in (try? container.decode([Piece].self)) ?? [] {
                switch piece {
                case .plain(let text): self.text += text
                case .part(let part): text += part.text ?? ""
                }
            }
        }
    }

    private struct Author: Decodable {
        var name: String?
        var nickname: String?
    }

    private struct Profile: Decodable {
        var real_name: String?
        var display_name: String?
    }

    private var type: String?
    private var subtype: String?
    private var date: String?
    private var from: String?
    private var text: RichText?
    private var content: String?
    private var author: Author?
    private var timestamp: Time?
    private var timestamp_ms: Double?
    private var sender_name: String?
    private var senderName: String?
    private var user: String?
    private var username: String?
    private var user_profile: Profile?
    private var ts: String?

    /// Discord's is a date, Messenger's a number of milliseconds.
    private struct Time: Decodable {
        var minutes: Int?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                minutes = ChatJSONMessage.minutes(number / 60_000)
            } else {
                minutes = ChatStamp.minutes(try? container.decode(String.self))
            }
        }
    }

    private static func minutes(_ value: Double?) -> Int? {
        value.flatMap { $0.isFinite && abs($0) < 1e12 ? Int($0) : nil }
    }

    func entry(_ form: CorpusForm.ChatForm, people: [String: String]) -> ChatEntry {
        switch form {
        case .telegram:
            let isSaid = type == nil || type == "message"
            return ChatEntry(
                sender: isSaid ? from ?? "Deleted Account" : nil,
                minutes: ChatStamp.minutes(date), text: text?.text ?? "")
        case .discord:
            let isSaid = type == nil || ["Default", "Reply", "0", "19"].contains(type)
            return ChatEntry(
                sender: isSaid ? author?.nickname ?? author?.name : nil,
                minutes: timestamp?.minutes, text: content ?? "")
        case .messengerSecret:
            return ChatEntry(
                sender: senderName, minutes: timestamp?.minutes, text: text?.text ?? "")
        case .slack:
            let isSaid =
                subtype == nil
                || ["thread_broadcast", "me_message", "bot_message", "file_share"].contains(subtype)
            let name =
                user.flatMap { people[$0] } ?? user_profile?.display_name.flatMap {
                    $0.isEmpty ? nil : $0
                }
                ?? user_profile?.real_name ?? username ?? user
            return ChatEntry(
                sender: isSaid ? name : nil,
                minutes: Self.minutes(ts.flatMap(Double.init).map { $0 / 60 }),
                text: SlackText.plain(text?.text ?? "", people: people))
        default:
            return ChatEntry(
                sender: sender_name.map(Mojibake.mended),
                minutes: Self.minutes(timestamp_ms.map { $0 / 60_000 }),
                text: Mojibake.mended(content ?? ""))
        }
    }
}

/// Messenger writes each byte of UTF-8 as a character of its own.
enum Mojibake {
    /// The text meant; `text` itself where its characters are not the bytes of any.
    static func mended(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isWide = false
        for scalar in text.unicodeScalars {
            guard scalar.value < 0x100 else { return text }
            isWide = isWide || scalar.value >= 0x80
            bytes.append(UInt8(scalar.value))
        }
        guard isWide else { return text }
        return String(validating: bytes, as: UTF8.self) ?? text
    }
}

/// Slack's marks in a message: `<@U123>`, `<https://…|label>`, `&amp;`.
enum SlackText {
    static func plain(_ text: String, people: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            result += rest[..<open]
            let inner = rest[rest.index(after: open)..<close]
            let parts = inner.split(separator: "|", maxSplits: 1)
            let label = parts.count > 1 ? String(parts[1]) : nil
            if inner.hasPrefix("@") {
                let id = String(parts[0].dropFirst())
                result += "@" + (label ?? people[id] ?? id)
            } else if inner.hasPrefix("#") || inner.hasPrefix("!") {
                result += String(inner.prefix(1) == "#" ? "#" : "@")
                result += label ?? String((parts.first ?? inner).dropFirst())
            } else {
                result += label ?? String(inner)
            }
            rest = rest[rest.index(after: close)...]
        }
        return (result + rest).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&amp;", with: "&")
    }
}
