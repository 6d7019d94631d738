import ChatCore

/// A reply on its way from a worker thread to a client: how it begins, and its pieces.
///
/// Nothing here waits for the client: a reply is short, and what the client has not read yet is kept.
struct Speech<Beginning: Sendable>: Sendable {
    /// What happens to a reply.
    enum Event: Sendable {
        case piece(choice: Int, text: String, odds: [TokenOdds])
        case end(choice: Int, SpokenReply)
    }

    private let beginning: AsyncThrowingStream<Beginning, any Error>
    /// In the order in which they come; ends after the last choice's end.
    let events: AsyncThrowingStream<Event, any Error>

    /// The worker's side.
    struct Speaker: Sendable {
        fileprivate let beginning: AsyncThrowingStream<Beginning, any Error>.Continuation
        fileprivate let events: AsyncThrowingStream<Event, any Error>.Continuation

        /// To be called once, before the first event.
        func begin(_ value: Beginning) {
            beginning.yield(value)
            beginning.finish()
        }
        func piece(_ text: String, odds: [TokenOdds] = [], choice: Int = 0) {
            events.yield(.piece(choice: choice, text: text, odds: odds))
        }
        func end(_ reply: SpokenReply, choice: Int = 0) {
            events.yield(.end(choice: choice, reply))
        }
        func finish() {
            beginning.finish(throwing: CancellationError())
            events.finish()
        }
        func fail(_ error: any Error) {
            beginning.finish(throwing: error)
            events.finish(throwing: error)
        }
    }

    /// Puts the reply that `body` makes in the queue.
    /// - Throws: as `ReplyQueue.submit`.
    init(
        in queue: ReplyQueue, session: String? = nil, ticket: Ticket,
        _ body: @escaping @Sendable (ReplyGenerator, Speaker) throws -> Void
    ) throws {
        let (beginning, beginningSource) = AsyncThrowingStream<Beginning, any Error>.makeStream()
        let (events, eventSource) = AsyncThrowingStream<Event, any Error>.makeStream()
        (self.beginning, self.events) = (beginning, events)
        let speaker = Speaker(beginning: beginningSource, events: eventSource)
        try queue.submit(
            session: session, ticket: ticket, abandon: { speaker.fail($0) },
            body: { generator in
                do {
                    try body(generator, speaker)
                    speaker.finish()
                } catch {
                    speaker.fail(error)
                }
            })
    }

    /// Waits for the beginning.
    /// - Throws: what kept the reply from beginning.
    func begun() async throws -> Beginning {
        for try await value in beginning { return value }
        throw CancellationError()
    }
}

/// A reply as it was made and shown.
struct SpokenReply: Sendable {
    var text: String
    var ending: ReplyEnding
    var symbolCount: Int
    /// A stop string ended it.
    var isStopped = false
}
