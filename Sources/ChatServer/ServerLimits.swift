/// How much the server takes upon itself. What goes beyond is refused with a message that says so.
public struct ServerLimits: Sendable, Equatable {
    /// Bytes of a request's body.
    public var bodyBytes = 2 << 20
    /// Messages of one request.
    public var messages = 4_096
    /// Characters (Unicode scalars) of all messages of one request together.
    public var characters = 200_000
    /// Replies asked for in one request (`n`, or prompts times `n`).
    public var choices = 8
    /// Replies that are made at the same time, for each core.
    public var repliesPerCore = 8
    /// Requests that wait for a worker thread.
    public var waiting = 128
    /// Seconds from a request to the end of its reply.
    public var seconds = 60.0
    /// Connections at once.
    public var connections = 512
    /// Sessions that are kept open.
    public var openSessions = 128
    /// Bytes that the open sessions' states and transcripts may take.
    public var sessionBytes = 128 << 20
    /// Bytes of states of stateless conversations that are kept for their next turn.
    public var pastBytes = 32 << 20
    /// Seconds after which a session that nobody uses is closed, so that others may open its file.
    public var idleSeconds = 10.0

    /// The usual limits.
    public init() {}
}
