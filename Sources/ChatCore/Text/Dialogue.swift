/// Who says a message.
public enum Role: String, Codable, Sendable {
    /// The one who talks with the model.
    case user
    /// The model.
    case assistant
    /// Whoever sets the scene before the first message.
    case system
}

/// One message of a dialogue.
public struct Message: Codable, Sendable, Equatable {
    /// Who says it.
    public var role: Role
    /// What is said.
    public var content: String

    /// A message; `content` is taken as it is.
    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}

/// A conversation from its first message to its last.
public struct Dialogue: Codable, Sendable, Equatable {
    /// In the order in which they were said.
    public var messages: [Message]

    /// A dialogue of the given messages.
    public init(messages: [Message] = []) { self.messages = messages }

    /// A dialogue of `(user, reply)` pairs.
    public init(exchanges: [(user: String, reply: String)]) {
        messages = exchanges.flatMap {
            [Message(role: .user, content: $0.user), Message(role: .assistant, content: $0.reply)]
        }
    }

    /// What the user said and what was replied, turn by turn. Messages of the same role in a row are
    /// one turn, joined by a line break; a reply to nothing answers an empty line; a last question
    /// without a reply is left out, and so are system messages, for which a chat has no turn.
    public var exchanges: [(user: String, reply: String)] {
        var result: [(user: String, reply: String)] = []
        var user: String?
        var reply: String?
        for message in messages {
            switch message.role {
            case .system: continue
            case .user:
                if let reply { result.append((user ?? "", reply)) }
                user =
                    reply == nil && user != nil
                    ? "\(user ?? "")\n\(message.content)" : message.content
                reply = nil
            case .assistant:
                reply = reply.map { "\($0)\n\(message.content)" } ?? message.content
            }
        }
        if let reply { result.append((user ?? "", reply)) }
        return result
    }

    /// For each exchange: `userMark`, what was said, `assistantMark`, the reply, `endMark`.
    public func encoded(with alphabet: Alphabet) -> [Symbol] {
        var symbols: [Symbol] = []
        for exchange in exchanges {
            symbols.append(Alphabet.userMark)
            alphabet.append(exchange.user, to: &symbols)
            symbols.append(Alphabet.assistantMark)
            alphabet.append(exchange.reply, to: &symbols)
            symbols.append(Alphabet.endMark)
        }
        return symbols
    }
}

/// The two kinds of text a model learns: running text, or conversations with marked turns.
public enum CorpusFormat: String, Sendable, Codable {
    /// Running text.
    case text
    /// Conversations of a user and an assistant, whose turns end with a mark.
    case dialogue
}
