import ChatCore

/// What a client adds to a conversation: whole exchanges, for what was never answered is no turn yet.
struct AddedItems: Sendable {
    /// Most of one request, as OpenAI's.
    static let most = 20

    private let messages: [Message]

    /// - Throws: `RequestError` for what is no message of a conversation, or unanswered at its end.
    init(_ items: [WireMessage]) throws {
        messages = try items.map { try $0.message() }
        guard (1...Self.most).contains(messages.count) else {
            throw RequestError.invalid("1 to \(Self.most) at once", parameter: "items")
        }
        guard !messages.contains(where: { $0.role == .system }) else {
            throw RequestError.unsupported("items", "the model cannot follow instructions")
        }
        guard messages.last?.role == .assistant else {
            throw RequestError.invalid(
                "the last item must be the assistant's; what is to be answered goes to /v1/responses",
                parameter: "items")
        }
    }

    /// - Throws: `RequestError` for a text that is too long, alone or with the others.
    func exchanges(_ parts: ServerParts) throws -> [(user: String, reply: String)] {
        let exchanges = Dialogue(messages: messages).exchanges
        var characters = 0
        for text in exchanges.flatMap({ [$0.user, $0.reply] }) {
            try Conversation.check(text, parts.model.alphabet)
            characters += text.unicodeScalars.count
        }
        guard characters <= parts.limits.characters else {
            throw RequestError.invalid(
                "the items have \(characters) characters together, and \(parts.limits.characters) is the most",
                parameter: "items", code: "context_length_exceeded")
        }
        return exchanges
    }
}
