/// The body of `POST /v1/chat/completions`. Fields that are not named here change nothing.
struct ChatRequest: Decodable, Sendable {
    var model: String?
    var messages: [WireMessage]
    var stream: Bool?
    var stream_options: StreamOptions?
    var temperature: Double?
    var top_p: Double?
    var seed: Int64?
    var max_tokens: Int?
    var max_completion_tokens: Int?
    var stop: OneOrMany<String>?
    var n: Int?
    var logprobs: Bool?
    var top_logprobs: Int?

    var tools: Asked?
    var functions: Asked?
    var logit_bias: Asked?
    var presence_penalty: Asked?
    var frequency_penalty: Asked?
    var store: Asked?
    var audio: Asked?
    var response_format: ResponseFormat?

    struct StreamOptions: Decodable, Sendable { var include_usage: Bool? }
    struct ResponseFormat: Decodable, Sendable { var type: String }

    /// - Throws: `RequestError` for what would change the reply and cannot be done.
    func refuseUnsupported() throws {
        let refused: [(Asked?, String, String)] = [
            (tools, "tools", "the model calls no tools"),
            (functions, "functions", "the model calls no functions"),
            (logit_bias, "logit_bias", "the odds of single tokens cannot be changed"),
            (presence_penalty, "presence_penalty", "there are no penalties"),
            (frequency_penalty, "frequency_penalty", "there are no penalties"),
            (audio, "audio", "the model speaks text only"),
            (store, "store", "chat completions are not kept; /v1/responses keeps what is said"),
        ]
        for (asked, name, reason) in refused where asked?.isSet == true {
            throw RequestError.unsupported(name, reason)
        }
        if let format = response_format, format.type != "text" {
            throw RequestError.unsupported("response_format", "the model speaks text only")
        }
    }
}

/// The body of `POST /v1/completions`.
struct CompletionRequest: Decodable, Sendable {
    var model: String?
    var prompt: OneOrMany<String>
    var stream: Bool?
    var stream_options: ChatRequest.StreamOptions?
    var temperature: Double?
    var top_p: Double?
    var seed: Int64?
    var max_tokens: Int?
    var stop: OneOrMany<String>?
    var n: Int?

    var echo: Asked?
    var suffix: Asked?
    var logprobs: Asked?
    var logit_bias: Asked?
    var presence_penalty: Asked?
    var frequency_penalty: Asked?

    /// - Throws: `RequestError` for what would change the text and cannot be done.
    func refuseUnsupported() throws {
        let refused: [(Asked?, String)] = [
            (echo, "echo"), (suffix, "suffix"), (logprobs, "logprobs"),
            (logit_bias, "logit_bias"), (presence_penalty, "presence_penalty"),
            (frequency_penalty, "frequency_penalty"),
        ]
        for (asked, name) in refused where asked?.isSet == true {
            throw RequestError.unsupported(name, "\(name) is not supported")
        }
    }
}
