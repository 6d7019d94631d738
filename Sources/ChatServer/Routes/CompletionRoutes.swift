import ChatCore
import Foundation
import Hummingbird

/// `POST /v1/completions`: a prompt and what follows it. A model of dialogues replies to it as to the first
/// thing that is said; a model of plain text goes on from it.
struct CompletionRoutes: Sendable {
    /// Most symbols where the request does not say.
    static let usualLength = 256

    let parts: ServerParts

    var routes: [Route] { [Route(.post, "/v1/completions") { try await complete($0, $1) }] }

    private typealias Heard = Speech<StatelessReply.Beginning>

    private func complete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let watch = ReplyWatch(parts.metrics)
        let body = try await parts.body(CompletionRequest.self, request)
        try body.refuseUnsupported()
        try parts.check(model: body.model)
        let n = try ChatRoutes.choices(body.n, limit: parts.limits.choices)
        let prompts = body.prompt.values
        guard (1...parts.limits.choices).contains(prompts.count * n) else {
            throw RequestError.invalid(
                "1 to \(parts.limits.choices) texts may be asked for at once", parameter: "prompt")
        }
        for prompt in prompts { try Conversation.check(prompt, parts.model.alphabet) }
        let drawing = StatelessReply.Drawing(
            settings: try parts.settings(
                temperature: body.temperature, topP: body.top_p, seed: body.seed,
                limit: body.max_tokens ?? Self.usualLength),
            stops: try ChatRoutes.stops(body.stop), choices: n)
        let ticket = parts.ticket(context)
        let text = CompletionText(prompts: prompts, drawing: drawing, ticket: ticket)
        let speech = try Heard(in: parts.queue, ticket: ticket) { try text.speak($0, to: $1) }
        let beginning = try await speech.begun()
        let count = prompts.count * n
        let empty = TextAnswer(
            id: "cmpl-" + UUID().uuidString.lowercased(),
            created: Int(Date().timeIntervalSince1970), model: parts.modelName, choices: [])
        guard body.stream == true else {
            return try JSONBody.response(
                try await whole(speech, beginning, empty, count, watch))
        }
        let includesUsage = body.stream_options?.include_usage == true
        return StreamedBody.response(ticket: ticket, errors: .object) { send in
            var watch = watch
            var spoken: [SpokenReply] = []
            for try await event in speech.events {
                var chunk = empty
                switch event {
                case .piece(let choice, let piece, _):
                    watch.piece()
                    chunk.choices = [
                        TextAnswer.Choice(index: choice, text: piece, finish_reason: OrNull(nil))
                    ]
                case .end(let choice, let reply):
                    watch.end(reply)
                    spoken.append(reply)
                    chunk.choices = [
                        TextAnswer.Choice(
                            index: choice, text: "", finish_reason: OrNull(reply.chatFinishReason))
                    ]
                }
                try await send(ServerSentEvent.bytes(chunk))
            }
            if includesUsage {
                var chunk = empty
                chunk.usage = usage(beginning, spoken)
                try await send(ServerSentEvent.bytes(chunk))
            }
            try await send(ServerSentEvent.done)
        }
    }

    private func whole(
        _ speech: Heard, _ beginning: StatelessReply.Beginning, _ empty: TextAnswer, _ count: Int,
        _ watch: ReplyWatch
    ) async throws -> TextAnswer {
        var watch = watch
        var answer = empty
        var spoken: [SpokenReply] = []
        for try await event in speech.events {
            switch event {
            case .piece: watch.piece()
            case .end(let choice, let reply):
                watch.end(reply)
                spoken.append(reply)
                answer.choices.append(
                    TextAnswer.Choice(
                        index: choice, text: reply.text,
                        finish_reason: OrNull(reply.chatFinishReason)))
            }
        }
        guard spoken.count == count else { throw RequestError.timeOver }
        answer.usage = usage(beginning, spoken)
        return answer
    }

    private func usage(_ beginning: StatelessReply.Beginning, _ spoken: [SpokenReply]) -> Usage {
        Usage(
            prompt: beginning.symbolCount, completion: spoken.reduce(0) { $0 + $1.symbolCount },
            cached: 0)
    }
}
