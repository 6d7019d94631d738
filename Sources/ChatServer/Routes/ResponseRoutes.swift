import ChatCore
import Foundation
import Hummingbird

/// `/v1/responses`: each response is a turn of a saved session, and its id names it for good.
struct ResponseRoutes: Sendable {
    let parts: ServerParts

    var routes: [Route] {
        [
            Route(.post, "/v1/responses") { try await create($0, $1) },
            Route(.get, "/v1/responses/{response}") { _, context in
                let (id, frame) = try await find(context)
                return try JSONBody.response(frame.object(id))
            },
            Route(.delete, "/v1/responses/{response}") { try await delete($0, $1) },
            Route(.get, "/v1/responses/{response}/input_items") { _, context in
                let (id, frame) = try await find(context)
                let item = MessageItem.said(frame.question, id: id.question)
                return try JSONBody.response(
                    ListPage(
                        data: [item], first_id: OrNull(item.id), last_id: OrNull(item.id),
                        has_more: false))
            },
        ]
    }

    // MARK: - Saying something

    private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        let watch = ReplyWatch(parts.metrics)
        let body = try await parts.body(ResponseRequest.self, request)
        try body.refuseUnsupported()
        try parts.check(model: body.model)
        let messages = try body.messages()
        guard messages.count <= parts.limits.messages else {
            throw RequestError.invalid(
                "a request may have at most \(parts.limits.messages) messages", parameter: "input")
        }
        let conversation = try Conversation(messages)
        try conversation.check(parts.model.alphabet, limit: parts.limits.characters)
        let target = try target(body, conversation)
        // What is out of range is refused before anything is written.
        let settings = try parts.settings(
            temperature: body.temperature, topP: body.top_p, seed: body.seed,
            limit: body.max_output_tokens)
        guard body.store != false else {
            return try await createUnsaved(
                body, conversation, target, settings, watch, parts.ticket(context))
        }
        let changes = [
            body.temperature.map { SettingChange.temperature($0) },
            body.top_p.map { .topP($0) }, body.seed.map { _ in .seed(settings.seed) },
            body.max_output_tokens.map { _ in .lengthLimit(settings.lengthLimit) },
        ].compactMap { $0 }
        let ticket = parts.ticket(context)
        let reply = SessionReply(
            target: target, question: conversation.question, changes: changes,
            metadata: body.metadata?.pairs ?? [:], ticket: ticket)
        let name = parts.sessions.freshName()
        let sessions = parts.sessions
        let speech = try Speech<SessionReply.Beginning>(
            in: parts.queue, session: reply.queueName(new: name), ticket: ticket
        ) { try reply.speak(in: sessions, new: name, $0, to: $1) }
        let beginning = try await speech.begun()
        let frame = ResponseFrame(
            parts: parts, question: conversation.question, settings: beginning.settings,
            previous: beginning.previous?.response, conversation: beginning.id.session,
            created: Int(Date().timeIntervalSince1970), metadata: body.metadata?.pairs ?? [:])
        return try await frame.answer(
            speech, id: beginning.id.response, item: beginning.id.reply,
            isStreamed: body.stream == true, watch: watch, ticket: ticket)
    }

    private func target(
        _ body: ResponseRequest, _ conversation: Conversation
    ) throws -> SessionReply.Target {
        let isNew = body.previous_response_id == nil && body.conversation == nil
        guard isNew || conversation.past.isEmpty else {
            throw RequestError.invalid(
                "what was replied before stands in the conversation; send the user's messages alone",
                parameter: "input")
        }
        if let previous = body.previous_response_id {
            guard body.conversation == nil else {
                throw RequestError.invalid(
                    "give previous_response_id or conversation, not both",
                    parameter: "conversation")
            }
            guard let id = TurnID(previous) else {
                throw RequestError.missing("response", previous)
            }
            return .after(id)
        }
        if let conversation = body.conversation { return .end(of: conversation.id) }
        return .new(
            past: conversation.past.flatMap {
                [
                    Message(role: .user, content: $0.user),
                    Message(role: .assistant, content: $0.reply),
                ]
            })
    }

    /// A reply that leaves nothing behind.
    private func createUnsaved(
        _ body: ResponseRequest, _ conversation: Conversation, _ target: SessionReply.Target,
        _ settings: SessionSettings, _ watch: ReplyWatch, _ ticket: Ticket
    ) async throws -> Response {
        let reply = StatelessReply(
            drawing: StatelessReply.Drawing(settings: settings), ticket: ticket)
        let (known, sessions) = (parts.past, parts.sessions)
        let speech: Speech<StatelessReply.Beginning>
        switch target {
        case .end:
            throw RequestError.unsupported("store", "what is said in a conversation is kept")
        case .new:
            speech = try Speech(in: parts.queue, ticket: ticket) {
                try reply.speak(conversation, $0, known: known, to: $1)
            }
        case .after(let id):
            speech = try Speech(in: parts.queue, session: id.session, ticket: ticket) {
                generator, speaker in
                let state = try sessions.with(id.session, generator) { session in
                    guard let turn = session.turn(id) else {
                        throw RequestError.missing("response", id.response)
                    }
                    return try session.state(afterTurn: turn.number)
                }
                try reply.speak(conversation.question, from: state, generator, to: speaker)
            }
        }
        _ = try await speech.begun()
        let random = UUID().uuidString.lowercased()
        let frame = ResponseFrame(
            parts: parts, question: conversation.question, settings: settings,
            previous: body.previous_response_id, conversation: nil,
            created: Int(Date().timeIntervalSince1970), metadata: body.metadata?.pairs ?? [:])
        return try await frame.answer(
            speech, id: "resp_" + random, item: "msg_" + random, isStreamed: body.stream == true,
            watch: watch, ticket: ticket)
    }

    // MARK: - What was said

    private func find(_ context: ServerContext) async throws -> (TurnID, ResponseFrame) {
        let text = try context.parameter("response")
        guard let id = TurnID(text), id.response == text else {
            throw RequestError.missing("response", text)
        }
        let parts = parts
        let frame = try await parts.read(context) { _ -> ResponseFrame? in
            guard try parts.store.exists(id.session) else { return nil }
            return ResponseFrame(parts, try parts.store.transcript(id.session), id)
        }
        guard let frame else { throw RequestError.missing("response", text) }
        return (id, frame)
    }

    /// Takes back the last turn of a session; with its only one the session is deleted. What others rest on
    /// stays.
    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let text = try context.parameter("response")
        guard let id = TurnID(text), id.response == text else {
            throw RequestError.missing("response", text)
        }
        let sessions = parts.sessions
        try await parts.queue.run(session: id.session, ticket: parts.ticket(context)) { generator in
            let isEmpty = try sessions.with(id.session, generator) { session in
                guard session.turn(id) != nil else {
                    throw RequestError.missing("response", text)
                }
                guard id.names(session.lastPlace) else {
                    throw RequestError.conflict(
                        "later turns rest on this one; delete them first, or the conversation")
                }
                try session.undo(session.unanswered == nil ? 1 : 2)
                try? sessions.metadata.attach([:], to: id)
                return session.turnCount == 0
            }
            if isEmpty { try sessions.delete(id.session) }
        }
        return try JSONBody.response(Deleted(id: text, object: "response"))
    }
}
