/// What a chat completion, a chunk of one and a text completion look like on the wire.
struct ChatAnswer: Encodable, Sendable {
    var id: String
    var object = "chat.completion"
    var created: Int
    var model: String
    var system_fingerprint: String
    var choices: [Choice]
    var usage: Usage

    struct Choice: Encodable, Sendable {
        var index: Int
        var message: Message
        var logprobs: OrNull<Logprobs>
        var finish_reason: String
    }

    struct Message: Encodable, Sendable {
        var role = "assistant"
        var content: String
        var refusal = OrNull<String>(nil)
    }
}

/// One event of a streamed chat completion.
struct ChatChunk: Encodable, Sendable {
    var id: String
    var object = "chat.completion.chunk"
    var created: Int
    var model: String
    var system_fingerprint: String
    var choices: [Choice]
    var usage: Usage?

    struct Choice: Encodable, Sendable {
        var index: Int
        var delta: Delta
        var logprobs: OrNull<Logprobs>
        var finish_reason: OrNull<String>
    }

    struct Delta: Encodable, Sendable {
        var role: String?
        var content: String?
    }
}

/// A text completion, and a chunk of one.
struct TextAnswer: Encodable, Sendable {
    var id: String
    var object = "text_completion"
    var created: Int
    var model: String
    var choices: [Choice]
    var usage: Usage?

    struct Choice: Encodable, Sendable {
        var index: Int
        var text: String
        var logprobs = OrNull<String>(nil)
        var finish_reason: OrNull<String>
    }
}

/// Symbols read and generated; a symbol is a character, or a part of one that the alphabet spells.
struct Usage: Encodable, Sendable {
    var prompt_tokens: Int
    var completion_tokens: Int
    var total_tokens: Int
    var prompt_tokens_details: Details

    struct Details: Encodable, Sendable { var cached_tokens: Int }

    /// - Parameter cached: of `prompt`, what was known from before and not read again.
    init(prompt: Int, completion: Int, cached: Int) {
        prompt_tokens = prompt
        completion_tokens = completion
        total_tokens = prompt + completion
        prompt_tokens_details = Details(cached_tokens: cached)
    }
}

/// The odds of what was said, token by token.
struct Logprobs: Encodable, Sendable {
    var content: [Token]

    struct Token: Encodable, Sendable {
        var token: String
        /// Natural logarithm of its probability.
        var logprob: Double
        var bytes: [UInt8]
        var top_logprobs: [Top]
    }

    struct Top: Encodable, Sendable {
        var token: String
        var logprob: Double
        var bytes: [UInt8]
    }
}
