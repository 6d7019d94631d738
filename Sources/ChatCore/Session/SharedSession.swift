/// A session that several tasks may use at once: what they ask for is done one request after another, each
/// to its end.
///
/// A reply takes one thread of Swift's pool for as long as it is generated; it looks for cancellation between
/// characters. Sessions that are to speak at the same time each need a `ReplyGenerator` of their own; the
/// model itself is a value that they share.
public actor SharedSession {
    private let session: Session

    /// Takes over a session, which nobody else may use from then on.
    public init(_ session: sending Session) { self.session = session }

    /// Says `text`: the pieces of the reply as they become certain. The turn is recorded when the stream has
    /// ended. Cancelling the task that reads the stream, or letting go of the stream, interrupts the reply;
    /// what was said so far is kept.
    public nonisolated func say(_ text: String) -> AsyncThrowingStream<String, any Error> {
        stream { try $0.say(text, emit: $1) }
    }

    /// Replaces the last reply with another one, or answers what was never answered; as `say`.
    public nonisolated func regenerate() -> AsyncThrowingStream<String, any Error> {
        stream { try $0.regenerate(emit: $1) }
    }

    /// Gives `body` the session while no other task uses it.
    public func withSession<Result: Sendable>(
        _ body: @Sendable (Session) throws -> Result
    ) rethrows -> Result {
        try body(session)
    }

    /// Writes what waits and lets go of the file.
    /// - Returns: as `Session.close`.
    @discardableResult
    public func close() -> Bool { session.close() }

    private typealias Speech = @Sendable (Session, (String) -> Bool) throws -> Turn?

    private nonisolated func stream(
        _ speech: @escaping Speech
    ) -> AsyncThrowingStream<String, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await speak(speech) { piece in
                        if !piece.isEmpty { continuation.yield(piece) }
                        return !Task.isCancelled
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func speak(_ speech: Speech, emit: @escaping @Sendable (String) -> Bool) throws {
        try Task.checkCancellation()
        _ = try speech(session, emit)
    }
}
