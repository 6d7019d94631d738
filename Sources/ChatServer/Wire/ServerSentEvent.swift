import Hummingbird

/// An event of a stream, as browsers and OpenAI's clients read it.
enum ServerSentEvent {
    /// - Parameter name: what the event is called; nil: it has no name.
    static func bytes(_ value: some Encodable, name: String? = nil) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        if let name { bytes.writeString("event: \(name)\n") }
        bytes.writeString("data: ")
        var json = try JSONBody.encode(value)
        bytes.writeBuffer(&json)
        bytes.writeString("\n\n")
        return bytes
    }

    /// What ends a stream of chat completions.
    static let done = ByteBuffer(string: "data: [DONE]\n\n")

    static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
    ]
}
