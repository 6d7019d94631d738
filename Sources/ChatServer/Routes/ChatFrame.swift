import Hummingbird

/// What stays the same in every part of one chat completion, and how it is put on the wire.
struct ChatFrame: Sendable {
    let id: String
    let created: Int
    let model: String
    let fingerprint: String
    let hasOdds: Bool

    typealias Heard = Speech<StatelessReply.Beginning>

    /// The answer in one piece.
    func whole(
        _ speech: Heard, _ beginning: StatelessReply.Beginning, _ watch: ReplyWatch, _ choices: Int
    ) async throws -> ChatAnswer {
        var watch = watch
        var replies = [SpokenReply?](repeating: nil, count: choices)
        var odds = [[TokenOdds]](repeating: [], count: choices)
        for try await event in speech.events {
            switch event {
            case .piece(let choice, _, let tokens):
                watch.piece()
                odds[choice] += tokens
            case .end(let choice, let reply):
                watch.end(reply)
                replies[choice] = reply
            }
        }
        let spoken = replies.compactMap { $0 }
        guard spoken.count == choices else { throw RequestError.timeOver }
        return ChatAnswer(
            id: id, created: created, model: model, system_fingerprint: fingerprint,
            choices: spoken.enumerated().map { index, reply in
                ChatAnswer.Choice(
                    index: index, message: ChatAnswer.Message(content: reply.text),
                    logprobs: logprobs(odds[index]), finish_reason: reply.chatFinishReason)
            },
            usage: usage(beginning, spoken))
    }

    /// The answer event by event.
    func stream(
        _ speech: Heard, _ beginning: StatelessReply.Beginning, _ watch: ReplyWatch, _ choices: Int,
        _ includesUsage: Bool, _ send: (ByteBuffer) async throws -> Void
    ) async throws {
        var watch = watch
        var spoken: [SpokenReply] = []
        for choice in 0..<choices {
            try await send(chunk(choice, ChatChunk.Delta(role: "assistant", content: "")))
        }
        for try await event in speech.events {
            switch event {
            case .piece(let choice, let text, let tokens):
                watch.piece()
                try await send(chunk(choice, ChatChunk.Delta(content: text), tokens))
            case .end(let choice, let reply):
                watch.end(reply)
                spoken.append(reply)
                try await send(chunk(choice, ChatChunk.Delta(), end: reply.chatFinishReason))
            }
        }
        if includesUsage {
            try await send(
                ServerSentEvent.bytes(
                    ChatChunk(
                        id: id, created: created, model: model, system_fingerprint: fingerprint,
                        choices: [], usage: usage(beginning, spoken))))
        }
        try await send(ServerSentEvent.done)
    }

    private func chunk(
        _ choice: Int, _ delta: ChatChunk.Delta, _ tokens: [TokenOdds] = [], end: String? = nil
    ) throws -> ByteBuffer {
        try ServerSentEvent.bytes(
            ChatChunk(
                id: id, created: created, model: model, system_fingerprint: fingerprint,
                choices: [
                    ChatChunk.Choice(
                        index: choice, delta: delta,
                        logprobs: tokens.isEmpty ? OrNull(nil) : logprobs(tokens),
                        finish_reason: OrNull(end))
                ]))
    }

    private func usage(_ beginning: StatelessReply.Beginning, _ spoken: [SpokenReply]) -> Usage {
        Usage(
            prompt: beginning.symbolCount, completion: spoken.reduce(0) { $0 + $1.symbolCount },
            cached: beginning.cachedCount)
    }

    private func logprobs(_ tokens: [TokenOdds]) -> OrNull<Logprobs> {
        guard hasOdds else { return OrNull(nil) }
        return OrNull(
            Logprobs(
                content: tokens.map { token in
                    Logprobs.Token(
                        token: token.text, logprob: token.logprob, bytes: Array(token.text.utf8),
                        top_logprobs: token.alternatives.map {
                            Logprobs.Top(
                                token: $0.text, logprob: $0.logprob, bytes: Array($0.text.utf8))
                        })
                }))
    }
}
