import ChatCore

/// The body of `POST /v1/responses`. Fields that are not named here change nothing.
struct ResponseRequest: Decodable, Sendable {
    var model: String?
    var input: Input
    var previous_response_id: String?
    var conversation: SessionName?
    var store: Bool?
    var stream: Bool?
    var temperature: Double?
    var top_p: Double?
    /// Not among OpenAI's parameters of this route; it fixes every random choice.
    var seed: Int64?
    var max_output_tokens: Int?
    var metadata: WireMetadata?

    var instructions: Asked?
    var tools: Asked?
    var background: Asked?
    var prompt: Asked?
    var text: TextOptions?

    /// A string, or a list of messages.
    enum Input: Decodable, Sendable {
        case text(String)
        case messages([WireMessage])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .messages(try container.decode([WireMessage].self))
            }
        }
    }

    /// An id, or an object with one.
    struct SessionName: Decodable, Sendable {
        var id: String

        private enum CodingKeys: String, CodingKey { case id }

        init(from decoder: any Decoder) throws {
            if let id = try? decoder.singleValueContainer().decode(String.self) {
                self.id = id
            } else {
                id = try decoder.container(keyedBy: CodingKeys.self).decode(
                    String.self, forKey: .id)
            }
        }
    }

    struct TextOptions: Decodable, Sendable {
        var format: ChatRequest.ResponseFormat?
    }

    /// - Throws: `RequestError` for what would change the reply and cannot be done.
    func refuseUnsupported() throws {
        let refused: [(Asked?, String, String)] = [
            (
                instructions, "instructions",
                "the model cannot follow instructions; it answers what is said to it"
            ),
            (tools, "tools", "the model calls no tools"),
            (background, "background", "a reply is made while you wait"),
            (prompt, "prompt", "there are no prompt templates"),
        ]
        for (asked, name, reason) in refused where asked?.isSet == true {
            throw RequestError.unsupported(name, reason)
        }
        if let format = text?.format, format.type != "text" {
            throw RequestError.unsupported("text.format", "the model speaks text only")
        }
    }

    /// - Throws: `RequestError` also for instructions among the messages.
    func messages() throws -> [Message] {
        switch input {
        case .text(let text): return [Message(role: .user, content: text)]
        case .messages(let list):
            let messages = try list.map { try $0.message() }
            if messages.contains(where: { $0.role == .system }) {
                throw RequestError.unsupported(
                    "input", "the model cannot follow instructions; leave out system messages")
            }
            return messages
        }
    }
}
