import ChatCore
import Foundation
import Hummingbird

/// `POST /v1/chat/completions`: stateless, as OpenAI's. The client sends all messages each time, and where the
/// state after those before the last is known, only the last is read.
struct ChatRoutes: Sendable {
    let parts: ServerParts

    var routes: [Route] {
        [Route(.post, "/v1/chat/completions") { try await complete($0, $1) }]
    }

    private func complete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let watch = ReplyWatch(parts.metrics)
        let body = try await parts.body(ChatRequest.self, request)
        try body.refuseUnsupported()
        try parts.check(model: body.model)
        guard body.messages.count <= parts.limits.messages else {
            throw RequestError.invalid(
                "a request may have at most \(parts.limits.messages) messages",
                parameter: "messages")
        }
        let conversation = try Conversation(try body.messages.map { try $0.message() })
        try conversation.check(parts.model.alphabet, limit: parts.limits.characters)
        let ticket = parts.ticket(context)
        let reply = StatelessReply(drawing: try drawing(body), ticket: ticket)
        let known = parts.past
        let speech = try Speech<StatelessReply.Beginning>(in: parts.queue, ticket: ticket) {
            try reply.speak(conversation, $0, known: known, to: $1)
        }
        let frame = ChatFrame(
            id: "chatcmpl-" + UUID().uuidString.lowercased(),
            created: Int(Date().timeIntervalSince1970), model: parts.modelName,
            fingerprint: parts.fingerprint, hasOdds: reply.drawing.alternatives != nil)
        let beginning = try await speech.begun()
        // The model has no turn for system messages; who sent one is told that it was left out.
        var headers: HTTPFields = [:]
        if conversation.ignoredCount > 0, let name = HTTPFieldName.ignored {
            headers[name] = "system"
        }
        guard body.stream == true else {
            let answer = try await frame.whole(speech, beginning, watch, reply.drawing.choices)
            return try JSONBody.response(answer, headers: headers)
        }
        let includesUsage = body.stream_options?.include_usage == true
        return StreamedBody.response(
            ticket: ticket, headers: headers, errors: .object
        ) { send in
            try await frame.stream(
                speech, beginning, watch, reply.drawing.choices, includesUsage, send)
        }
    }

    private func drawing(_ body: ChatRequest) throws -> StatelessReply.Drawing {
        let choices = try Self.choices(body.n, limit: parts.limits.choices)
        let stops = try Self.stops(body.stop)
        var alternatives: Int?
        if body.logprobs == true {
            guard stops.isEmpty else {
                throw RequestError.unsupported("logprobs", "logprobs and stop do not go together")
            }
            alternatives = body.top_logprobs ?? 0
            guard (0...20).contains(alternatives ?? 0) else {
                throw RequestError.invalid("it must be 0 to 20", parameter: "top_logprobs")
            }
        }
        return StatelessReply.Drawing(
            settings: try parts.settings(
                temperature: body.temperature, topP: body.top_p, seed: body.seed,
                limit: body.max_completion_tokens ?? body.max_tokens),
            stops: stops, choices: choices, alternatives: alternatives)
    }

    static func choices(_ n: Int?, limit: Int) throws -> Int {
        let n = n ?? 1
        guard (1...limit).contains(n) else {
            throw RequestError.invalid("it must be 1 to \(limit)", parameter: "n")
        }
        return n
    }

    static func stops(_ stop: OneOrMany<String>?) throws -> [String] {
        let stops = stop?.values ?? []
        guard stops.count <= 4, stops.allSatisfy({ (1...256).contains($0.utf8.count) }) else {
            throw RequestError.invalid(
                "up to four strings of 1 to 256 bytes each", parameter: "stop")
        }
        return stops
    }
}
