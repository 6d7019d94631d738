import ChatCore
import Foundation
import Hummingbird

/// What stays the same in every part of one response, and how it is put on the wire.
struct ResponseFrame: Sendable {
    let model: String
    let alphabet: Alphabet
    let question: String
    let settings: SessionSettings
    let previous: String?
    /// The session; nil for a response that is not kept.
    let conversation: String?
    let created: Int
    let metadata: [String: String]
    /// Of one that was made before.
    private var spoken: SpokenReply?

    init(
        parts: ServerParts, question: String, settings: SessionSettings, previous: String?,
        conversation: String?, created: Int, metadata: [String: String]
    ) {
        model = parts.modelName
        alphabet = parts.model.alphabet
        self.question = question
        self.settings = settings
        self.previous = previous
        self.conversation = conversation
        self.created = created
        self.metadata = metadata
    }

    /// A turn of a saved session; nil where the session has none of that id.
    init?(_ parts: ServerParts, _ transcript: Transcript, _ id: TurnID) {
        guard let turn = transcript.turn(id) else { return nil }
        let previous = turn.startsFresh ? nil : transcript.place(ofTurn: turn.number - 1)
        self.init(
            parts: parts, question: turn.user, settings: transcript.settings(atLine: id.line),
            previous: previous.map { TurnID(session: id.session, place: $0).response },
            conversation: id.session, created: Self.seconds(transcript.time(ofLine: id.line)),
            metadata: parts.sessions.metadata.of(id))
        spoken = SpokenReply(
            text: turn.reply, finishReason: turn.finishReason,
            symbolCount: parts.model.alphabet.encode(turn.reply).count)
    }

    /// Seconds since 1970; 0 for a time that is not known.
    static func seconds(_ time: String?) -> Int {
        time.flatMap { try? Date($0, strategy: .iso8601) }.map { Int($0.timeIntervalSince1970) }
            ?? 0
    }

    /// A response that was made before.
    func object(_ id: TurnID) -> ResponseObject {
        object(id: id.response, item: id.reply, spoken)
    }

    /// - Parameter reply: nil while it is being made.
    private func object(id: String, item: String, _ reply: SpokenReply?) -> ResponseObject {
        let status = reply.map { $0.finishReason == .complete ? "completed" : "incomplete" }
        var response = ResponseObject(
            id: id, created_at: created, status: status ?? "in_progress",
            max_output_tokens: settings.lengthLimit, model: model,
            output: reply.map { [.reply($0.text, id: item, status: status ?? "")] } ?? [],
            previous_response_id: OrNull(previous),
            conversation: OrNull(conversation.map(ResponseObject.ConversationReference.init)),
            store: conversation != nil, temperature: settings.sampling.temperature,
            top_p: settings.sampling.topP, seed: Int64(bitPattern: settings.seed),
            usage: OrNull(
                reply.map {
                    ResponseUsage(
                        input: alphabet.encode(question).count, output: $0.symbolCount)
                }), metadata: metadata)
        if let reply, reply.finishReason != .complete {
            response.incomplete_details = OrNull(
                ResponseObject.IncompleteDetails(
                    reason: reply.finishReason == .interrupted ? "interrupted" : "max_output_tokens"
                ))
        }
        return response
    }

    /// The answer to a request, whole or as a stream.
    func answer<Beginning: Sendable>(
        _ speech: Speech<Beginning>, id: String, item: String, isStreamed: Bool, watch: ReplyWatch,
        ticket: Ticket
    ) async throws -> Response {
        guard isStreamed else {
            var watch = watch
            for try await event in speech.events {
                switch event {
                case .piece: watch.piece()
                case .end(_, let reply):
                    watch.end(reply)
                    return try JSONBody.response(object(id: id, item: item, reply))
                }
            }
            throw RequestError.timeOver
        }
        return StreamedBody.response(ticket: ticket, errors: .event) { send in
            var watch = watch
            var events = ResponseEvents(item: item)
            try await send(Self.bytes(events.opening(object(id: id, item: item, nil))))
            for try await event in speech.events {
                switch event {
                case .piece(_, let text, _):
                    watch.piece()
                    try await send(Self.bytes([events.delta(text)]))
                case .end(_, let reply):
                    watch.end(reply)
                    let whole = object(id: id, item: item, reply)
                    try await send(Self.bytes(events.closing(whole, text: reply.text)))
                }
            }
        }
    }

    /// Events that leave together.
    private static func bytes(_ events: [ResponseEvent]) throws -> ByteBuffer {
        try events.reduce(into: ByteBuffer()) { bytes, event in
            var one = try ServerSentEvent.bytes(event, name: event.type)
            bytes.writeBuffer(&one)
        }
    }
}
