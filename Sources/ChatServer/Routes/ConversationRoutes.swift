import ChatCore
import Foundation
import Hummingbird

/// `/v1/conversations`: saved sessions by OpenAI's name for them. The id is the session's name.
struct ConversationRoutes: Sendable {
    let parts: ServerParts

    var routes: [Route] {
        [
            Route(.post, "/v1/conversations") { try await create($0, $1) },
            Route(.get, "/v1/conversations/{conversation}") { try await show($0, $1) },
            Route(.post, "/v1/conversations/{conversation}") { try await update($0, $1) },
            Route(.delete, "/v1/conversations/{conversation}") { try await delete($0, $1) },
            Route(.get, "/v1/conversations/{conversation}/items") { try await items($0, $1) },
            Route(.post, "/v1/conversations/{conversation}/items") { try await add($0, $1) },
            Route(.get, "/v1/conversations/{conversation}/items/{item}") {
                try await item($0, $1)
            },
        ]
    }

    private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        let body = try await parts.body(ConversationRequest.self, request)
        let items = body.items ?? []
        guard !items.isEmpty else {
            return try JSONBody.response(
                ConversationObject(parts.sessions.makeEmpty(metadata: body.metadata?.pairs ?? [:])))
        }
        let exchanges = try AddedItems(items).exchanges(parts)
        let messages = Dialogue(exchanges: exchanges).messages
        let parts = parts
        let name = parts.sessions.freshName()
        let metadata = body.metadata?.pairs ?? [:]
        let made = try await parts.queue.run(session: name, ticket: parts.ticket(context)) { _ in
            let made = try parts.store.importMessages(messages, as: name, model: parts.model)
            try parts.sessions.metadata.attach(metadata, toConversation: made)
            return made
        }
        return try JSONBody.response(
            ConversationObject(
                id: made, created_at: Int(Date().timeIntervalSince1970), metadata: metadata))
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        return try JSONBody.response(try await conversation(name, context))
    }

    /// Attaches other metadata.
    private func update(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        let body = try await parts.body(ConversationUpdate.self, request)
        let metadata = body.metadata?.pairs ?? [:]
        let sessions = parts.sessions
        try await parts.queue.run(session: name, ticket: parts.ticket(context)) { _ in
            guard !sessions.attach(metadata, toEmpty: name) else { return }
            guard try sessions.store.exists(name) else {
                throw RequestError.missing("conversation", name)
            }
            try sessions.metadata.attach(metadata, toConversation: name)
        }
        return try JSONBody.response(try await conversation(name, context))
    }

    private func conversation(
        _ name: String, _ context: ServerContext
    ) async throws -> ConversationObject {
        if let empty = parts.sessions.emptyConversation(name) { return ConversationObject(empty) }
        let sessions = parts.sessions
        return try await parts.read(context) { _ in
            let transcript = try sessions.store.transcript(name)
            return ConversationObject(
                id: name, created_at: ResponseFrame.seconds(transcript.header.created),
                metadata: sessions.metadata.ofConversation(name))
        }
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        let sessions = parts.sessions
        if sessions.emptyConversation(name) != nil {
            sessions.forgetEmpty(name)
        } else {
            try await parts.queue.run(session: name, ticket: parts.ticket(context)) { _ in
                try sessions.delete(name)
            }
        }
        return try JSONBody.response(Deleted(id: name, object: "conversation.deleted"))
    }

    private func items(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        let query = request.uri.queryParameters
        let limit = try PageLimit.read(query.get("limit"), usual: 20, most: 100)
        var items = try await items(of: name, context)
        switch query.get("order") ?? "desc" {
        case "asc": break
        case "desc": items.reverse()
        default: throw RequestError.invalid("it is asc or desc", parameter: "order")
        }
        if let after = query.get("after") {
            guard let place = items.firstIndex(where: { $0.id == after }) else {
                throw RequestError.invalid("there is no such item", parameter: "after")
            }
            items.removeFirst(place + 1)
        }
        let page = Array(items.prefix(limit))
        return try JSONBody.response(
            ListPage(
                data: page, first_id: OrNull(page.first?.id), last_id: OrNull(page.last?.id),
                has_more: items.count > limit))
    }

    /// Adds exchanges that took place elsewhere, as imported turns.
    private func add(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        let body = try await parts.body(ItemsRequest.self, request)
        let exchanges = try AddedItems(body.items).exchanges(parts)
        let parts = parts
        let sessions = parts.sessions
        try await parts.queue.run(session: name, ticket: parts.ticket(context)) { generator in
            guard let empty = sessions.emptyConversation(name) else {
                return try sessions.with(name, generator) { session -> Void in
                    for (user, reply) in exchanges { try session.add(user, reply: reply) }
                    guard session.isOnDisk else {
                        throw RequestError.failed(
                            "the items could not be saved: the disk took them not")
                    }
                }
            }
            let messages = Dialogue(exchanges: exchanges).messages
            _ = try sessions.store.importMessages(messages, as: name, model: parts.model)
            sessions.forgetEmpty(name)
            try sessions.metadata.attach(empty.metadata, toConversation: name)
        }
        let page = Array(try await items(of: name, context).suffix(2 * exchanges.count))
        return try JSONBody.response(
            ListPage(
                data: page, first_id: OrNull(page.first?.id), last_id: OrNull(page.last?.id),
                has_more: false))
    }

    private func item(_ request: Request, _ context: ServerContext) async throws -> Response {
        let name = try context.parameter("conversation")
        let id = try context.parameter("item")
        guard let item = try await items(of: name, context).first(where: { $0.id == id }) else {
            throw RequestError.missing("item", id)
        }
        return try JSONBody.response(item)
    }

    /// What was said, the first thing first.
    private func items(of name: String, _ context: ServerContext) async throws -> [MessageItem] {
        if parts.sessions.emptyConversation(name) != nil { return [] }
        let transcript = try await transcript(name, context)
        return transcript.turns.flatMap { turn -> [MessageItem] in
            guard let place = transcript.place(ofTurn: turn.number) else { return [] }
            let id = TurnID(session: name, place: place)
            return [
                .said(turn.user, id: id.question),
                .reply(
                    turn.reply, id: id.reply,
                    status: turn.finishReason == .complete ? "completed" : "incomplete"),
            ]
        }
    }

    private func transcript(_ name: String, _ context: ServerContext) async throws -> Transcript {
        let store = parts.store
        return try await parts.read(context) { _ in try store.transcript(name) }
    }
}

extension ConversationObject {
    fileprivate init(_ empty: EmptyConversation) {
        self.init(
            id: empty.name, created_at: Int(empty.created.timeIntervalSince1970),
            metadata: empty.metadata)
    }
}

/// How many of a list are asked for.
enum PageLimit {
    /// - Throws: `RequestError` for what is not a whole number from 1 to `most`.
    static func read(_ text: String?, usual: Int, most: Int) throws -> Int {
        guard let text else { return usual }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw RequestError.invalid("it must be 1 to \(most)", parameter: "limit")
        }
        return limit
    }
}
