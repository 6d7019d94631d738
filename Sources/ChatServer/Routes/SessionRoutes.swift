import ChatCore
import ChatSearch
import Foundation
import Hummingbird

/// charchat's own: saved sessions with their turns as a tree, what a turn tells, proofs, and search.
struct SessionRoutes: Sendable {
    let parts: ServerParts

    var routes: [Route] {
        [
            Route(.post, "/v1/search") { try await search($0, $1) },
            Route(.get, "/v1/sessions") { try await list($0, $1) },
            Route(.get, "/v1/sessions/{session}") { try await show($0, $1) },
            Route(.post, "/v1/sessions/{session}/verify") { try await verify($0, $1) },
            Route(.get, "/v1/sessions/{session}/turns/{turn}") { try await turn($0, $1) },
            Route(.get, "/v1/sessions/{session}/turns/{turn}/state") { try await state($0, $1) },
        ]
    }

    private func search(_ request: Request, _ context: ServerContext) async throws -> Response {
        let body = try await parts.body(SearchRequest.self, request)
        guard let desk = parts.search else {
            throw RequestError.missing("corpus", "to search in")
        }
        guard body.query.utf8.count <= 2_000 else {
            throw RequestError.invalid("it may have at most 2000 bytes", parameter: "query")
        }
        let limit = body.limit ?? 10
        guard (1...100).contains(limit) else {
            throw RequestError.invalid("it must be 1 to 100", parameter: "limit")
        }
        let found = try await parts.read(context) { _ in
            try desk.search(body.query, limit: limit)
        }
        return try JSONBody.response(
            SearchObject(
                reply: found.reply.text,
                data: found.result.hits.map {
                    SearchObject.Hit(
                        text: $0.entry.text, answer: OrNull($0.entry.answer), score: $0.score,
                        coverage: $0.coverage, matched: $0.matched, missing: $0.missing)
                }))
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let limit = try PageLimit.read(
            request.uri.queryParameters.get("limit"), usual: 100, most: 1_000)
        let store = parts.store
        let all = try await parts.read(context) { _ in try store.list() }
        let page = all.prefix(limit).map {
            SessionListItem(
                id: $0.name, modified_at: Int($0.modified.timeIntervalSince1970),
                turns: $0.turnCount, model: $0.model, opening: $0.opening,
                problem: OrNull($0.problem))
        }
        return try JSONBody.response(
            ListPage(
                data: page, first_id: OrNull(page.first?.id), last_id: OrNull(page.last?.id),
                has_more: all.count > limit))
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("session")
        let store = parts.store
        let transcript = try await parts.read(context) { _ in try store.transcript(name) }
        let nodes = transcript.tree.enumerated().map { index, node in
            SessionObject.Node(
                index: index, parent: OrNull(node.parent),
                kind: node.parent == nil
                    ? "root" : node.isSurgery ? "state" : node.turn == nil ? "clear" : "turn",
                stands: node.stands,
                id: node.turn == nil
                    ? nil : node.place.map { TurnID(session: name, place: $0).response },
                number: node.turn?.number, user: node.turn?.user, reply: node.turn?.reply,
                ending: node.turn?.finishReason.rawValue,
                imported: node.turn.map { $0.origin == .imported })
        }
        return try JSONBody.response(
            SessionObject(
                id: name, created_at: ResponseFrame.seconds(transcript.header.created),
                model: transcript.model, turns: transcript.turnCount,
                parent: OrNull(
                    transcript.parent.map { SessionObject.Parent(session: $0.name, turn: $0.turn) }),
                unanswered: OrNull(transcript.unanswered), nodes: nodes))
    }

    private func verify(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("session")
        let store = parts.store
        let ticket = parts.ticket(context)
        let report = try await parts.queue.run(ticket: ticket) { generator in
            try Replay.verify(try store.transcript(name), generator: generator) { _, _ in
                ticket.goesOn
            }
        }
        try ticket.check()
        return try JSONBody.response(
            VerificationObject(
                id: name, proves: report.provesSomething, verified: report.verified,
                interrupted: report.interrupted, imported: report.imported,
                given_states: report.givenStates,
                skipped_draws: report.skippedDraws, is_closed: report.isClosed,
                difference: OrNull(
                    report.difference.map {
                        VerificationObject.Difference(
                            turn: $0.turn, line: $0.line, character: $0.characterIndex,
                            recorded: $0.recorded, generated: $0.generated)
                    })))
    }

    // MARK: - Looking into a turn

    private func turn(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsMemory = request.uri.queryParameters.get("memory") == "true"
        let ticket = parts.ticket(context)
        let object = try await inspect(context, ticket) { session, turn, id, generator in
            try TurnLook(turn: turn, ticket: ticket)
                .object(session, generator, id: id, withMemory: wantsMemory)
        }
        return try JSONBody.response(object)
    }

    private func state(_ request: Request, _ context: ServerContext) async throws -> Response {
        let object = try await inspect(context, parts.ticket(context)) {
            session, turn, _, generator in
            let state = try session.state(afterTurn: turn.number)
            return StateObject(
                turn: turn.number,
                values: state.values.map { (Double($0) * 10_000).rounded() / 10_000 },
                layers: StateObject.layers(of: generator.model.network.configuration))
        }
        return try JSONBody.response(object)
    }

    /// Uses the session that the path names, at the turn that it names.
    private func inspect<Value: Sendable>(
        _ context: ServerContext, _ ticket: Ticket,
        _ body: @escaping @Sendable (Session, Turn, String, ReplyGenerator) throws -> Value
    ) async throws -> Value {
        let name = try context.parameter("session")
        let text = try context.parameter("turn")
        guard let number = Int(text), number >= 1 else {
            throw RequestError.missing("turn", text)
        }
        let sessions = parts.sessions
        guard try parts.store.exists(name) else { throw RequestError.missing("session", name) }
        return try await parts.queue.run(session: name, ticket: ticket) { generator in
            try sessions.with(name, generator) { session in
                guard number <= session.turnCount, let place = session.place(ofTurn: number),
                    let turn = session.turn(atLine: place.line)
                else { throw RequestError.missing("turn", text) }
                return try body(
                    session, turn, TurnID(session: name, place: place).response, generator)
            }
        }
    }
}
