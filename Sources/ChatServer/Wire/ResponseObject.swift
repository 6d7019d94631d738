/// A response: one turn of a session.
struct ResponseObject: Encodable, Sendable {
    var id: String
    var object = "response"
    var created_at: Int
    /// `in_progress`, `completed` or `incomplete`.
    var status: String
    var background = false
    var error = OrNull<String>(nil)
    var incomplete_details = OrNull<IncompleteDetails>(nil)
    var instructions = OrNull<String>(nil)
    var max_output_tokens: Int
    var model: String
    var output: [MessageItem]
    var parallel_tool_calls = false
    var previous_response_id: OrNull<String>
    var conversation: OrNull<ConversationReference>
    var store: Bool
    var temperature: Double
    var top_p: Double
    /// As clients send it, so that it can be sent back.
    var seed: Int64
    var text = TextOptions()
    var tool_choice = "none"
    var tools: [String] = []
    var truncation = "disabled"
    var usage: OrNull<ResponseUsage>
    var metadata: [String: String] = [:]

    struct IncompleteDetails: Encodable, Sendable { var reason: String }
    struct ConversationReference: Encodable, Sendable { var id: String }
    struct TextOptions: Encodable, Sendable {
        var format = Format()
        struct Format: Encodable, Sendable { var type = "text" }
    }
}

/// Symbols of what was said in this turn and of its reply.
struct ResponseUsage: Encodable, Sendable {
    var input_tokens: Int
    var input_tokens_details = InputDetails()
    var output_tokens: Int
    var output_tokens_details = OutputDetails()
    var total_tokens: Int

    struct InputDetails: Encodable, Sendable { var cached_tokens = 0 }
    struct OutputDetails: Encodable, Sendable { var reasoning_tokens = 0 }

    init(input: Int, output: Int) {
        input_tokens = input
        output_tokens = output
        total_tokens = input + output
    }
}

/// A message of a response or a conversation.
struct MessageItem: Encodable, Sendable {
    var id: String
    var type = "message"
    var role: String
    var status: String
    var content: [Part]

    struct Part: Encodable, Sendable {
        /// `input_text` or `output_text`.
        var type: String
        var text: String
        /// Of output alone.
        var annotations: [String]?
        var logprobs: [String]?
    }

    static func said(_ text: String, id: String) -> MessageItem {
        MessageItem(
            id: id, role: "user", status: "completed",
            content: [Part(type: "input_text", text: text)])
    }

    /// - Parameter text: nil: nothing has been said yet.
    static func reply(_ text: String?, id: String, status: String) -> MessageItem {
        MessageItem(
            id: id, role: "assistant", status: status,
            content: text.map { [.output($0)] } ?? [])
    }
}

extension MessageItem.Part {
    static func output(_ text: String) -> MessageItem.Part {
        MessageItem.Part(type: "output_text", text: text, annotations: [], logprobs: [])
    }
}

/// A page of a list.
struct ListPage<Element: Encodable & Sendable>: Encodable, Sendable {
    var object = "list"
    var data: [Element]
    var first_id: OrNull<String>
    var last_id: OrNull<String>
    var has_more: Bool
}

/// What tells that something is gone.
struct Deleted: Encodable, Sendable {
    var id: String
    var object: String
    var deleted = true
}

/// A conversation: a saved session, or one in which nothing has been said yet.
struct ConversationObject: Encodable, Sendable {
    var id: String
    var object = "conversation"
    var created_at: Int
    var metadata: [String: String] = [:]
}

/// The body of `POST /v1/conversations`.
struct ConversationRequest: Decodable, Sendable {
    var items: [WireMessage]?
    var metadata: WireMetadata?
}

/// The body of `POST /v1/conversations/{id}`.
struct ConversationUpdate: Decodable, Sendable {
    /// Takes the place of what was there; null or nothing: none.
    var metadata: WireMetadata?
}

/// The body of `POST /v1/conversations/{id}/items`.
struct ItemsRequest: Decodable, Sendable {
    var items: [WireMessage]
}
