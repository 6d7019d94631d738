import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct SurgeryTests {
    private let question = "what was it?"

    /// A session of two turns; its name.
    private func session(_ first: String, _ client: TestClient) async throws -> String {
        let made = try await client.post("/v1/responses", "{\"input\":\"\(first)\",\"seed\":3}")
        let name = try made.string("conversation.id")
        _ = try await client.post(
            "/v1/responses", "{\"input\":\"and more\",\"conversation\":\"\(name)\"}")
        return name
    }

    private func ask(
        _ name: String, _ turn: Int, _ more: String = "", _ client: TestClient
    ) async throws -> TestResponse {
        try await client.post(
            "/v1/surgery",
            "{\"input\":\"\(question)\",\"session\":\"\(name)\",\"turn\":\(turn)\(more)}")
    }

    @Test func `An untouched state replies as its session would, and no session keeps it`()
        async throws
    {
        try await withServer { client, store in
            let name = try await session("one", client)
            let before = try Data(contentsOf: store.url(name))
            let asked = try await ask(name, 2, "", client)
            let id = try await client.get("/v1/sessions/\(name)/turns/2").string("id")
            let unsaved = try await client.post(
                "/v1/responses",
                "{\"input\":\"\(question)\",\"previous_response_id\":\"\(id)\",\"store\":false,\"temperature\":0}"
            )
            #expect(try asked.string("reply") == unsaved.string("output.0.content.0.text"))
            #expect(try asked.string("object") == "surgery")
            #expect(try Data(contentsOf: store.url(name)) == before)
            #expect(try store.names() == [name])
        }
    }

    @Test func `Turn 0 is the fresh state, in every session the same`() async throws {
        try await withServer { client, _ in
            let (one, other) = (
                try await session("one", client), try await session("quite another", client)
            )
            let (first, second) = (
                try await ask(one, 0, "", client), try await ask(other, 0, "", client)
            )
            #expect(try first.string("reply") == second.string("reply"))
        }
    }

    @Test func `A layer whose only head is silenced remembers nothing`() async throws {
        try await withServer { client, _ in
            let name = try await session("one", client)
            let state = try await client.get("/v1/sessions/\(name)/turns/2/state")
            #expect(try state.number("layers.0.heads") == 1)
            #expect(try state.number("layers.0.head_start") == 0)
            let silenced = ",\"silence\":[{\"layer\":0,\"head\":0}]"
            let asked = try await ask(name, 2, silenced, client)
            let fresh = try await ask(name, 0, "", client)
            #expect(try asked.string("reply") == fresh.string("reply"))
            #expect(try asked.number("silenced.0.layer") == 0)
        }
    }

    @Test func `A pointer head is a layer of its own behind the others`() async throws {
        let head = PointerHeadConfiguration(keySize: 4, reach: 64)
        try await withServer(pointerHead: head) { client, _ in
            let name = try await session("one", client)
            let state = try await client.get("/v1/sessions/\(name)/turns/2/state")
            #expect(try state.string("layers.1.name") == "pointer")
            #expect(try state.number("layers.1.start") == 24)
            #expect(try state.number("layers.1.count") == 9 * 64 + 3 + 24)
            #expect(try state.number("layers.1.width") == 64)
            let silenced = ",\"silence\":[{\"layer\":0,\"head\":0},{\"layer\":1,\"head\":0}]"
            let asked = try await ask(name, 2, silenced, client)
            let fresh = try await ask(name, 0, "", client)
            #expect(try asked.string("reply") == fresh.string("reply"))
        }
    }

    @Test func `What is not there is refused`() async throws {
        try await withServer { client, _ in
            let name = try await session("one", client)
            #expect(try await ask("none", 1, "", client).status == 404)
            for turn in [-1, 3] { #expect(try await ask(name, turn, "", client).status == 404) }
            for head in ["{\"layer\":1,\"head\":0}", "{\"layer\":0,\"head\":-1}"] {
                let answer = try await ask(name, 1, ",\"silence\":[\(head)]", client)
                #expect(answer.status == 400)
                #expect(try answer.string("error.param") == "silence")
            }
        }
    }
}
