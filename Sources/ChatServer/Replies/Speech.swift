import ChatCore
import Foundation

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

    /// The worker's side, which one thread at a time uses.
    ///
    /// The first piece leaves at once; what is made within the next milliseconds leaves together, as one piece,
    /// since a client that is sent every character by itself costs more than the model that makes it.
    final class Speaker: @unchecked Sendable {
        private struct Held {
            var text = ""
            var odds: [TokenOdds] = []
            var choice = 0
            var last: ContinuousClock.Instant?
        }

        /// How long pieces may wait for others.
        private static var pause: Duration { .milliseconds(5) }

        private let beginning: AsyncThrowingStream<Beginning, any Error>.Continuation
        private let events: AsyncThrowingStream<Event, any Error>.Continuation
        private let lock = NSLock()
        private var held = Held()

        fileprivate init(
            beginning: AsyncThrowingStream<Beginning, any Error>.Continuation,
            events: AsyncThrowingStream<Event, any Error>.Continuation
        ) {
            (self.beginning, self.events) = (beginning, events)
        }

        /// To be called once, before the first event.
        func begin(_ value: Beginning) {
            beginning.yield(value)
            beginning.finish()
        }
        func piece(_ text: String, odds: [TokenOdds] = [], choice: Int = 0) {
            lock.withLock {
                if choice != held.choice { send() }
                held.choice = choice
                held.text += text
                held.odds += odds
                let now = ContinuousClock.now
                guard held.last.map({ now - $0 >= Self.pause }) ?? true else { return }
                held.last = now
                send()
            }
        }
        func end(_ reply: SpokenReply, choice: Int = 0) {
            lock.withLock { send() }
            events.yield(.end(choice: choice, reply))
        }
        func finish() {
            lock.withLock { send() }
            beginning.finish(throwing: CancellationError())
            events.finish()
        }
        func fail(_ error: any Error) {
            lock.withLock { send() }
            beginning.finish(throwing: error)
            events.finish(throwing: error)
        }

        /// Sends what is held; called under the lock.
        private func send() {
            guard !held.text.isEmpty else { return }
            events.yield(.piece(choice: held.choice, text: held.text, odds: held.odds))
            (held.text, held.odds) = ("", [])
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
    var finishReason: FinishReason
    var symbolCount: Int
    /// A stop string ended it.
    var isStopped = false
}
