import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct ConversationTests {
    private let path = "/v1/conversations"

    private func say(_ text: String, in id: String, _ client: TestClient)
        async throws -> TestResponse
    {
        try await client.post(
            "/v1/responses", "{\"input\":\"\(text)\",\"conversation\":\"\(id)\"}")
    }

    @Test func `Metadata of a conversation is kept from before its first turn on`() async throws {
        try await withServer { client, _ in
            let made = try await client.post(path, "{\"metadata\":{\"shop\":\"7\"}}")
            let id = try made.string("id")
            #expect(try made.string("metadata.shop") == "7")
            #expect(try await client.get("\(path)/\(id)").string("metadata.shop") == "7")
            #expect(try await say("one", in: id, client).status == 200)
            #expect(try await client.get("\(path)/\(id)").string("metadata.shop") == "7")
            let changed = try await client.post("\(path)/\(id)", "{\"metadata\":{\"till\":\"2\"}}")
            #expect(try changed.string("metadata.till") == "2")
            #expect(try changed.value("metadata.shop") == nil)
            #expect(try await client.post("\(path)/\(id)", "{}").status == 200)
            #expect(try await client.get("\(path)/\(id)").value("metadata.till") == nil)
            #expect(try await client.post("\(path)/none", "{}").status == 404)
        }
    }

    @Test func `Metadata of a response is found with it, and deleted with its session`()
        async throws
    {
        try await withServer { client, store in
            let first = try await client.post(
                "/v1/responses", "{\"input\":\"one\",\"metadata\":{\"a\":\"b\"}}")
            let (id, name) = (try first.string("id"), try first.string("conversation.id"))
            #expect(try first.string("metadata.a") == "b")
            #expect(try await client.get("/v1/responses/\(id)").string("metadata.a") == "b")
            let second = try await say("two", in: name, client)
            let last = try await client.get("/v1/responses/\(second.string("id"))")
            #expect(try (last.value("metadata") as? [String: Any])?.isEmpty == true)
            let folder = store.places.metadataFolder.appendingPathComponent(name)
            #expect(FileManager.default.fileExists(atPath: folder.path))
            #expect(try await client.delete("\(path)/\(name)").status == 200)
            #expect(!FileManager.default.fileExists(atPath: folder.path))
        }
    }

    @Test(arguments: [
        (17, 1, 1), (1, 65, 1), (1, 1, 513),
    ])
    func `Metadata beyond OpenAI's limits is refused`(pairs: Int, key: Int, value: Int)
        async throws
    {
        let text = (0..<pairs).map { index in
            "\(quoted("\(index)" + String(repeating: "k", count: key - 1))):\(quoted(String(repeating: "v", count: value)))"
        }.joined(separator: ",")
        try await withServer { client, store in
            for path in ["/v1/conversations", "/v1/responses"] {
                let answer = try await client.post(
                    path, "{\"input\":\"x\",\"metadata\":{\(text)}}")
                #expect(answer.status == 400)
                #expect(try answer.string("error.param") == "metadata")
            }
            #expect(try store.names().isEmpty)
        }
    }

    @Test func `Items that are added are imported turns, and the conversation goes on from them`()
        async throws
    {
        let items = """
            {"items":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},\
            {"role":"user","content":"c"},{"role":"user","content":"d"},\
            {"role":"assistant","content":"e"}]}
            """
        try await withServer { client, store in
            // To one in which nothing was said yet, and to one that has turns.
            let empty = try await client.post(path, "{}").string("id")
            let begun = try await client.post("/v1/responses", "{\"input\":\"one\"}")
                .string("conversation.id")
            for id in [empty, begun] {
                let added = try await client.post("\(path)/\(id)/items", items)
                #expect(added.status == 200)
                #expect(try added.string("data.2.content.0.text") == "c\nd")
                #expect(try added.string("data.3.role") == "assistant")
                #expect(try added.value("data.4") == nil)
                #expect(try await say("more", in: id, client).status == 200)
            }
            let turns = try store.transcript(begun).turns
            #expect(turns.map(\.user) == ["one", "a", "c\nd", "more"])
            #expect(turns.map(\.origin) == [.generated, .imported, .imported, .generated])
            let proof = try Replay.verify(
                store.transcript(begun), generator: ReplyGenerator(model: try TinyModel.make()))
            #expect(proof.provesSomething)
            #expect(try store.transcript(empty).turns.map(\.user) == ["a", "c\nd", "more"])
        }
    }

    @Test(arguments: [
        "{\"items\":[]}", "{}", "{\"items\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        "{\"items\":[{\"role\":\"system\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}",
    ])
    func `Items that are no whole exchanges are refused`(body: String) async throws {
        try await withServer { client, _ in
            let id = try await client.post(path, "{}").string("id")
            #expect(try await client.post("\(path)/\(id)/items", body).status == 400)
            #expect(try await client.get("\(path)/\(id)/items").status == 200)
        }
    }

    @Test func `What a conversation begins with is checked as what is added to one`() async throws {
        func body(_ count: Int, _ content: String) -> String {
            let items = (0..<count).map {
                let role = $0 % 2 == 0 ? "user" : "assistant"
                return "{\"role\":\"\(role)\",\"content\":\(quoted(content))}"
            }
            return "{\"items\":[\(items.joined(separator: ","))]}"
        }
        try await withServer { client, store in
            let long = try await client.post(path, body(2, String(repeating: "x", count: 100_000)))
            #expect(long.status == 400)
            #expect(try long.string("error.code") == "context_length_exceeded")
            #expect(try await client.post(path, body(22, "x")).status == 400)
            #expect(try await client.post(path, body(1, "x")).status == 400)
            let system = try await client.post(
                path, body(2, "x").replacing("\"user\"", with: "\"system\""))
            #expect(try system.string("error.code") == "unsupported_parameter")
            #expect(try store.names().isEmpty)
            let made = try await client.post(path, body(20, "x"))
            #expect(try store.transcript(made.string("id")).turns.count == 10)
        }
    }

    @Test func `What was attached to a session goes along when it is renamed`() async throws {
        try await withServer { client, store in
            _ = try store.importMessages(
                [Message(role: .user, content: "x"), Message(role: .assistant, content: "y")],
                as: "old", model: try TinyModel.make())
            _ = try await client.post("\(path)/old", "{\"metadata\":{\"c\":\"d\"}}")
            try store.rename("old", to: "new")
            #expect(try await client.get("\(path)/new").string("metadata.c") == "d")
        }
    }
}
