import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct ResponseTests {
    private let path = "/v1/responses"

    private func say(
        _ text: String, after id: String? = nil, _ more: String = "\"seed\":7",
        to client: TestClient
    ) async throws -> TestResponse {
        let previous = id.map { "\"previous_response_id\":\(quoted($0))," } ?? ""
        return try await client.post(path, "{\"input\":\(quoted(text)),\(previous)\(more)}")
    }

    @Test func `A response is a turn of a saved session, which goes on with its id`() async throws {
        try await withServer { client, store in
            let first = try await say("hello", to: client)
            #expect(first.status == 200)
            #expect(try first.string("object") == "response")
            #expect(try first.string("status") == "completed")
            let name = try first.string("conversation.id")
            #expect(try store.names() == [name])
            let second = try await say("again", after: first.string("id"), to: client)
            #expect(try second.string("conversation.id") == name)
            #expect(try second.string("previous_response_id") == first.string("id"))
            let transcript = try store.transcript(name)
            #expect(transcript.turns.map(\.user) == ["hello", "again"])
            #expect(
                try transcript.turns.map(\.reply) == [
                    first.string("output.0.content.0.text"),
                    second.string("output.0.content.0.text"),
                ])
        }
    }

    @Test func `A seed is told as it was sent, and may be sent back`() async throws {
        try await withServer { client, _ in
            let first = try await say("hello", "\"seed\":-5", to: client)
            #expect(try first.number("seed") == -5)
            let again = try await say("hello", "\"seed\":\(first.number("seed"))", to: client)
            #expect(
                try again.string("output.0.content.0.text")
                    == first.string("output.0.content.0.text"))
        }
    }

    @Test func `What was said is proved, here and by the library`() async throws {
        try await withServer { client, store in
            let first = try await say("hello", to: client)
            _ = try await say("again", after: first.string("id"), "\"temperature\":1.2", to: client)
            let name = try first.string("conversation.id")
            let report = try await client.post("/v1/sessions/\(name)/verify", "{}")
            #expect(try report.value("proves") as? Bool == true)
            #expect(try report.number("verified") == 2)
            let model = try TinyModel.make()
            let proof = try Replay.verify(
                store.transcript(name), generator: ReplyGenerator(model: model))
            #expect(proof.provesSomething)
        }
    }

    @Test func `From a turn that is not the last a fork sets out, and the session stays as it was`()
        async throws
    {
        try await withServer { client, store in
            let first = try await say("one", to: client)
            let second = try await say("two", after: first.string("id"), to: client)
            let fork = try await say("three", after: first.string("id"), to: client)
            let (name, forked) = (
                try first.string("conversation.id"), try fork.string("conversation.id")
            )
            #expect(forked != name)
            #expect(try store.transcript(name).turns.map(\.user) == ["one", "two"])
            #expect(try store.transcript(forked).turns.map(\.user) == ["one", "three"])
            #expect(try store.transcript(forked).parent?.name == name)
            // Both go on.
            let third = try await say("four", after: second.string("id"), to: client)
            #expect(try third.string("conversation.id") == name)
            let after = try await say("five", after: fork.string("id"), to: client)
            #expect(try after.string("conversation.id") == forked)
        }
    }

    @Test func `A stream is the whole sequence of events`() async throws {
        try await withServer { client, _ in
            let stream = try await say("hello", "\"seed\":7,\"stream\":true", to: client)
            let events = try stream.events()
            let types = events.compactMap { $0["type"] as? String }
            let deltas = types.filter { $0 == "response.output_text.delta" }.count
            #expect(
                types == [
                    "response.created", "response.in_progress", "response.output_item.added",
                    "response.content_part.added",
                ] + [String](repeating: "response.output_text.delta", count: deltas) + [
                    "response.output_text.done", "response.content_part.done",
                    "response.output_item.done", "response.completed",
                ])
            #expect(
                events.compactMap { $0["sequence_number"] as? Int } == Array(0..<events.count))
            let response = try #require(events.last?["response"] as? [String: Any])
            let id = try #require(response["id"] as? String)
            let got = try await client.get("\(path)/\(id)")
            let text = events.compactMap { $0["delta"] as? String }.joined()
            #expect(try got.string("output.0.content.0.text") == text)
        }
    }

    @Test func `A response is found again, with what was asked, until it is deleted`() async throws
    {
        try await withServer { client, store in
            let first = try await say("one", to: client)
            let second = try await say("two", after: first.string("id"), to: client)
            let (id, last) = (try first.string("id"), try second.string("id"))
            let got = try await client.get("\(path)/\(last)")
            #expect(try got.string("previous_response_id") == id)
            #expect(
                try got.string("output.0.content.0.text")
                    == second.string("output.0.content.0.text"))
            #expect(try got.number("created_at") > 1_000_000_000)
            let items = try await client.get("\(path)/\(id)/input_items")
            #expect(try items.string("data.0.content.0.text") == "one")
            #expect(try await client.delete("\(path)/\(id)").status == 409)
            #expect(try await client.delete("\(path)/\(last)").status == 200)
            #expect(try await client.get("\(path)/\(last)").status == 404)
            #expect(try await say("x", after: last, to: client).status == 404)
            #expect(try await client.delete("\(path)/\(id)").status == 200)
            #expect(try store.names().isEmpty)
        }
    }

    @Test func `A conversation is a session by another name`() async throws {
        try await withServer { client, store in
            let made = try await client.post("/v1/conversations", "{}")
            let id = try made.string("id")
            #expect(try await client.get("/v1/conversations/\(id)").status == 200)
            #expect(try store.names().isEmpty)
            for text in ["one", "two"] {
                let answer = try await client.post(
                    path, "{\"input\":\"\(text)\",\"conversation\":{\"id\":\"\(id)\"}}")
                #expect(try answer.string("conversation.id") == id)
            }
            #expect(try store.transcript(id).turnCount == 2)
            let items = try await client.get("/v1/conversations/\(id)/items?order=asc&limit=3")
            #expect(try items.string("data.2.content.0.text") == "two")
            #expect(try items.value("has_more") as? Bool == true)
            let item = try items.string("data.1.id")
            let one = try await client.get("/v1/conversations/\(id)/items/\(item)")
            #expect(try one.string("role") == "assistant")
            #expect(try await client.delete("/v1/conversations/\(id)").status == 200)
            #expect(try await client.get("/v1/conversations/\(id)").status == 404)
        }
    }

    @Test func `A session that was begun elsewhere goes on by its name`() async throws {
        try await withServer { client, store in
            let generator = ReplyGenerator(model: try TinyModel.make())
            let session = try store.create(
                "my day", generator: generator, settings: .usual(for: generator.model))
            _ = try session.say("hello")
            let body = "{\"input\":\"again\",\"conversation\":\"my day\"}"
            #expect(try await client.post(path, body).status == 409)
            session.close()
            let answer = try await client.post(path, body)
            #expect(answer.status == 200)
            #expect(try store.transcript("my day").turns.map(\.user) == ["hello", "again"])
            let id = try answer.string("id").replacing(" ", with: "%20")
            #expect(try await client.get("\(path)/\(id)").status == 200)
        }
    }

    @Test func `A past that the client brings becomes imported turns`() async throws {
        try await withServer { client, store in
            let answer = try await client.post(
                path,
                """
                {"input":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"output_text",\
                "text":"b"}]},{"role":"user","content":[{"type":"input_text","text":"c"}]}]}
                """)
            let turns = try store.transcript(answer.string("conversation.id")).turns
            #expect(turns.map(\.user) == ["a", "c"])
            #expect(turns.map(\.origin) == [.imported, .generated])
        }
    }

    @Test func `What is not to be kept leaves nothing behind`() async throws {
        try await withServer { client, store in
            let first = try await say("one", to: client)
            let names = try store.names()
            let other = try await say(
                "two", after: first.string("id"), "\"store\":false", to: client)
            #expect(other.status == 200)
            #expect(try store.names() == names)
            #expect(try store.transcript(names[0]).turnCount == 1)
            #expect(try await client.get("\(path)/\(other.string("id"))").status == 404)
        }
    }

    @Test func `Many at once are never mixed up`() async throws {
        try await withServer { client, store in
            let names = try await withThrowingTaskGroup(of: (String, String).self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let text = String(
                            repeating: String("abcdefghijkl".dropFirst(index).prefix(1)), count: 5)
                        var answer = try await say(text, to: client)
                        for _ in 0..<3 {
                            answer = try await say(text, after: answer.string("id"), to: client)
                        }
                        return (text, try answer.string("conversation.id"))
                    }
                }
                return try await group.reduce(into: [(String, String)]()) { $0.append($1) }
            }
            for (text, name) in names {
                #expect(
                    try store.transcript(name).turns.map(\.user)
                        == [String](repeating: text, count: 4))
            }
        }
    }
}
