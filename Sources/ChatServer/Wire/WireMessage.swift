import ChatCore

/// A message as clients send it. The content is a string or a list of parts of text.
struct WireMessage: Decodable, Sendable {
    var type: String?
    var role: String
    var content: WireText

    enum CodingKeys: String, CodingKey { case type, role, content }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decodeIfPresent(String.self, forKey: .type)
        if let type, type != "message" {
            throw RequestError.unsupported("type", "only messages of text can be read")
        }
        role = try container.decode(String.self, forKey: .role)
        content = try container.decode(WireText.self, forKey: .content)
    }

    /// - Throws: `RequestError` for tools and whatever else speaks.
    func message() throws -> Message {
        switch role {
        case "user": Message(role: .user, content: content.text)
        case "assistant": Message(role: .assistant, content: content.text)
        case "system", "developer": Message(role: .system, content: content.text)
        default:
            throw RequestError.invalid(
                "a role is user, assistant, system or developer", parameter: "role")
        }
    }
}

/// Text as a string or a list of parts, which are joined.
struct WireText: Decodable, Sendable {
    var text: String

    private struct Part: Decodable {
        var type: String
        var text: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
            return
        }
        text = try container.decode([Part].self).map { part in
            guard ["text", "input_text", "output_text"].contains(part.type), let text = part.text
            else {
                throw RequestError.unsupported("content", "only parts of text can be read")
            }
            return text
        }.joined()
    }
}
