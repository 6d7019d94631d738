import ChatServer
import Foundation
import Testing

@Suite struct ChatCompletionTests {
    private let path = "/v1/chat/completions"

    @Test func `A whole answer has what clients look for`() async throws {
        try await withServer { client, store in
            let answer = try await client.post(path, chat([("user", "hello")]))
            #expect(answer.status == 200)
            #expect(try answer.string("object") == "chat.completion")
            #expect(try answer.string("model") == "tiny")
            #expect(try answer.string("choices.0.message.role") == "assistant")
            #expect(try !answer.string("choices.0.message.content").isEmpty)
            #expect(try answer.string("choices.0.finish_reason") == "stop")
            let (prompt, completion) = (
                try answer.number("usage.prompt_tokens"),
                try answer.number("usage.completion_tokens")
            )
            #expect(try answer.number("usage.total_tokens") == prompt + completion)
            #expect(try store.names().isEmpty)
        }
    }

    @Test func `A stream says the same as a whole answer, and its usage when asked`() async throws {
        try await withServer { client, _ in
            let whole = try await client.post(path, chat([("user", "hello")]))
            let stream = try await client.post(
                path,
                chat(
                    [("user", "hello")],
                    "\"seed\":7,\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
            #expect(stream.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
            let events = try stream.events()
            let pieces = events.compactMap { event in
                ((event["choices"] as? [[String: Any]])?.first?["delta"] as? [String: Any])?[
                    "content"] as? String
            }
            #expect(try pieces.joined() == whole.string("choices.0.message.content"))
            // What is made within milliseconds leaves together.
            #expect(pieces.count <= 3 + pieces.joined().count / 2)
            #expect(events.allSatisfy { $0["object"] as? String == "chat.completion.chunk" })
            #expect(events.last?["usage"] != nil)
        }
    }

    @Test
    func `A past that was said here is not read again, and nothing of the reply depends on that`()
        async throws
    {
        try await withServer { client, _ in
            let first = try await client.post(path, chat([("user", "one")]))
            let reply = try first.string("choices.0.message.content")
            let messages = [("user", "one"), ("assistant", reply), ("user", "two")]
            let known = try await client.post(path, chat(messages))
            #expect(try known.number("usage.prompt_tokens_details.cached_tokens") > 0)
            // Another server knows nothing of it.
            try await withServer { other, _ in
                let anew = try await other.post(path, chat(messages))
                #expect(try anew.number("usage.prompt_tokens_details.cached_tokens") == 0)
                #expect(
                    try anew.string("choices.0.message.content")
                        == known.string("choices.0.message.content"))
                #expect(
                    try anew.number("usage.prompt_tokens") == known.number("usage.prompt_tokens"))
            }
            let edited = [("user", "uno"), ("assistant", reply), ("user", "two")]
            let other = try await client.post(path, chat(edited))
            #expect(try other.number("usage.prompt_tokens_details.cached_tokens") == 0)
        }
    }

    @Test func `The same seed gives the same choices, each drawn on its own`() async throws {
        try await withServer { client, _ in
            let body = chat([("user", "hi")], "\"seed\":3,\"n\":3,\"temperature\":1.5")
            let (a, b) = (try await client.post(path, body), try await client.post(path, body))
            let choices = try (0..<3).map { try a.string("choices.\($0).message.content") }
            #expect(
                try choices == (0..<3).map { try b.string("choices.\($0).message.content") })
            #expect(Set(choices).count > 1)
        }
    }

    @Test func `A stop string ends the reply before itself, streamed or whole`() async throws {
        try await withServer { client, _ in
            var (prompt, text) = ("", "")
            for candidate in ["hello", "one", "two", "three", "four"] where text.count <= 4 {
                let whole = try await client.post(path, chat([("user", candidate)]))
                (prompt, text) = (candidate, try whole.string("choices.0.message.content"))
            }
            let characters = Array(text)
            try #require(characters.count > 4)
            let stop = String(characters[2...3])
            let expected = String(text[..<(try #require(text.range(of: stop))).lowerBound])
            let more = "\"seed\":7,\"stop\":\(quoted(stop))"
            let stopped = try await client.post(path, chat([("user", prompt)], more))
            #expect(try stopped.string("choices.0.message.content") == expected)
            #expect(try stopped.string("choices.0.finish_reason") == "stop")
        }
    }

    @Test func `The odds of the tokens are those of the reply`() async throws {
        try await withServer { client, _ in
            let answer = try await client.post(
                path,
                chat([("user", "hello")], "\"temperature\":0,\"logprobs\":true,\"top_logprobs\":3"))
            let tokens = try #require(
                try answer.value("choices.0.logprobs.content") as? [[String: Any]])
            let text = tokens.compactMap { $0["token"] as? String }.joined()
            #expect(try text == answer.string("choices.0.message.content"))
            for token in tokens {
                let top = try #require(token["top_logprobs"] as? [[String: Any]])
                #expect(top.count == 3)
                let best = try #require(top.first?["logprob"] as? Double)
                #expect(try #require(token["logprob"] as? Double) <= best + 1e-9)
            }
        }
    }

    @Test func `A length limit ends the reply, and says so`() async throws {
        try await withServer(ends: false) { client, _ in
            let answer = try await client.post(
                path, chat([("user", "hello")], "\"max_completion_tokens\":5"))
            #expect(try answer.number("usage.completion_tokens") == 5)
            #expect(try answer.string("choices.0.finish_reason") == "length")
        }
    }

    @Test func `System messages are left out, and the answer says so`() async throws {
        try await withServer { client, _ in
            let plain = try await client.post(path, chat([("user", "hello")]))
            let told = try await client.post(
                path, chat([("system", "Be brief."), ("user", "hello")]))
            #expect(told.headers["charchat-ignored"] == "system")
            #expect(plain.headers["charchat-ignored"] == nil)
            #expect(
                try told.string("choices.0.message.content")
                    == plain.string("choices.0.message.content"))
        }
    }

    @Test func `A text completion answers each prompt`() async throws {
        try await withServer { client, _ in
            let answer = try await client.post(
                "/v1/completions", "{\"prompt\":[\"hello\",\"hi\"],\"seed\":7}")
            #expect(try answer.string("object") == "text_completion")
            let chatted = try await client.post(
                path, chat([("user", "hello")], "\"seed\":7,\"max_tokens\":256"))
            #expect(
                try answer.string("choices.0.text") == chatted.string("choices.0.message.content"))
            #expect(try answer.number("choices.1.index") == 1)
            let stream = try await client.post(
                "/v1/completions", "{\"prompt\":\"hello\",\"seed\":7,\"stream\":true}")
            let pieces = try stream.events().compactMap {
                ($0["choices"] as? [[String: Any]])?.first?["text"] as? String
            }
            #expect(try pieces.joined() == answer.string("choices.0.text"))
        }
    }
}
