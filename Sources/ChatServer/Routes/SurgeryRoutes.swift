import ChatCore
import Hummingbird

/// `POST /v1/surgery`: a question to a state as it stood after some turn of some session, or with heads silenced.
/// The state is a copy and the reply is kept nowhere: no transcript has what was never said in it.
struct SurgeryRoutes: Sendable {
    let parts: ServerParts

    var routes: [Route] { [Route(.post, "/v1/surgery") { try await operate($0, $1) }] }

    private func operate(_ request: Request, _ context: ServerContext) async throws -> Response {
        let body = try await parts.body(SurgeryRequest.self, request)
        try Conversation.check(body.input, parts.model.alphabet)
        let silenced = body.silence ?? []
        guard silenced.count <= 256 else {
            throw RequestError.invalid("it may have at most 256 heads", parameter: "silence")
        }
        let settings = try parts.settings(
            temperature: body.temperature ?? 0, topP: body.top_p, seed: body.seed,
            limit: body.max_output_tokens)
        let surgery = StateSurgery(silenced: silenced)
        let sessions = parts.sessions
        let ticket = parts.ticket(context)
        guard try sessions.store.exists(body.session) else {
            throw RequestError.missing("session", body.session)
        }
        let reply = try await parts.queue.run(session: body.session, ticket: ticket) { generator in
            let before = try sessions.with(body.session, generator) { session in
                guard (0...session.turnCount).contains(body.turn) else {
                    throw RequestError.missing("turn", "\(body.turn)")
                }
                return try session.state(afterTurn: body.turn)
            }
            var state = try surgery.applied(
                to: before, generator.model.network.configuration)
            var random = RandomStream(seed: settings.seed)
            let reply = generator.reply(
                to: body.input, state: &state, random: &random, settings: settings.sampling,
                lengthLimit: settings.lengthLimit, emit: { _ in ticket.goesOn })
            try ticket.check()
            guard let reply else { throw CancellationError() }
            return reply
        }
        return try JSONBody.response(
            SurgeryObject(
                session: body.session, turn: body.turn, silenced: silenced, input: body.input,
                reply: reply.text, ending: reply.finishReason.rawValue))
    }
}
