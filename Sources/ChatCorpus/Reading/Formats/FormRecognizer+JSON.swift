import ChatCore
import Foundation

/// Which form a file of JSON has, by the keys of its first objects.
extension FormRecognizer {
    /// The keys of an object.
    private struct Keys: Decodable {
        var all: Set<String>

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            all = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
        }
    }

    func keys(_ bytes: [UInt8]) -> Set<String>? {
        (try? CorpusJSON.decode(Keys.self, from: bytes))?.all
    }

    func json() throws -> CorpusForm {
        if let first = lines.first, let keys = keys(Array(first.utf8)),
            lines.count > 1 || ending != "json"
        {
            // Whole exports, one a line.
            if ending == "json", let form = try? jsonObject() {
                switch form {
                case .chat, .intents, .chatterBotJSON: return form
                default: break
                }
            }
            return Set(["date", "sender", "body"]).isSubset(of: keys)
                ? .chat(.signalLines) : .jsonLines
        }
        if ending == "jsonl" || ending == "ndjson" { return .jsonLines }
        switch start.first(where: { !$0.isWhitespace }) {
        case "[": return try jsonArray()
        case "{": return try jsonObject()
        default: throw unknown("it is no JSON")
        }
    }

    private func jsonArray() throws -> CorpusForm {
        var pieces = try JSONPieces(file) { $0.isEmpty }
        guard let piece = try pieces.next() else { throw unknown("its list is empty") }
        if piece.bytes.first == UInt8(ascii: "[") { return .jsonRecords(isSingle: false) }
        guard let keys = keys(piece.bytes) else { throw unknown("its list holds no objects") }
        if keys.contains("ts"), keys.contains("text") || keys.contains("subtype") {
            return .chat(.slack)
        }
        // The list is one conversation.
        if keys.isSuperset(of: ["role", "content"]) || keys.isSuperset(of: ["from", "value"]) {
            return .jsonRecords(isSingle: true)
        }
        if DialogueRecord.isPair(keys) { return .jsonRecords(isSingle: false) }
        let record = try? CorpusJSON.decode(DialogueRecord.self, from: piece.bytes)
        // One that cannot be decoded is told by its reader, with the place.
        if record == nil || record?.shape != nil { return .jsonRecords(isSingle: false) }
        throw unknown(Self.noForm(keys))
    }

    private static func noForm(_ keys: Set<String>) -> String {
        let names = VisibleText.oneLine(keys.sorted().prefix(8).joined(separator: ", "))
        return
            "its JSON has \(names.isEmpty ? "no keys" : "the keys \(names)"), and no messages, questions or chat that are known"
    }

    private func jsonObject() throws -> CorpusForm {
        let lists = RecordArray.keys.union(["messages", "intents", "conversations", "chats"])
        var pieces = try JSONPieces(file) { path in
            path.isEmpty || path.count == 1 && lists.contains(path[0])
        }
        var keys: Set<String> = []
        // The first object tells; others may follow it.
        while let piece = try pieces.next(), pieces.count == 1 {
            guard let key = piece.path.first else { break }
            keys.insert(key)
            guard piece.path.count == 2 else { continue }
            let inner = self.keys(piece.bytes) ?? []
            switch key {
            case "intents": return .intents
            case "chats": return .chat(.telegram)
            case "conversations":
                return inner.isEmpty ? .chatterBotJSON : .jsonRecords(isSingle: true)
            case "messages":
                if inner.contains("role") { return .jsonRecords(isSingle: true) }
                if inner.contains("sender_name") { return .chat(.messenger) }
                if inner.contains("senderName") { return .chat(.messengerSecret) }
                if inner.contains("author"), inner.contains("timestamp") { return .chat(.discord) }
                if inner.contains("date"), inner.contains("type") { return .chat(.telegram) }
            default: return .jsonRecords(isSingle: false)
            }
        }
        var objects = try JSONPieces(file) { _ in false }
        let bytes = (try? objects.next())?.bytes ?? []
        let record = try? CorpusJSON.decode(DialogueRecord.self, from: bytes)
        if record?.shape != nil { return .jsonRecords(isSingle: true) }
        throw unknown(Self.noForm(keys))
    }
}
