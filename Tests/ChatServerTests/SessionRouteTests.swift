import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct SessionRouteTests {
    @Test func `Sessions are listed, and each shows its turns as a tree`() async throws {
        try await withServer { client, store in
            let first = try await client.post("/v1/responses", "{\"input\":\"one\"}")
            let id = try first.string("id")
            let last = try await client.post(
                "/v1/responses", "{\"input\":\"two\",\"previous_response_id\":\"\(id)\"}")
            _ = try await client.delete("/v1/responses/\(last.string("id"))")
            let list = try await client.get("/v1/sessions")
            let name = try list.string("data.0.id")
            #expect(try list.number("data.0.turns") == 1)
            #expect(try list.string("data.0.opening") == "one")
            let tree = try await client.get("/v1/sessions/\(name)")
            #expect(try tree.string("nodes.0.kind") == "root")
            #expect(try tree.string("nodes.1.id") == id)
            #expect(try tree.value("nodes.1.stands") as? Bool == true)
            #expect(try tree.number("nodes.2.parent") == 1)
            #expect(try tree.value("nodes.2.stands") as? Bool == false)
            #expect(try await client.get("/v1/sessions/none").status == 404)
        }
    }

    @Test func `A turn tells what its characters cost, what it remembers and its state`()
        async throws
    {
        try await withServer { client, _ in
            let first = try await client.post("/v1/responses", "{\"input\":\"one\"}")
            let name = try first.string("conversation.id")
            _ = try await client.post(
                "/v1/responses", "{\"input\":\"two\",\"conversation\":\"\(name)\"}")
            let turn = try await client.get("/v1/sessions/\(name)/turns/2?memory=true")
            let characters = try #require(try turn.value("characters") as? [[String: Any]])
            let text = characters.compactMap { $0["text"] as? String }.joined()
            #expect(try text == turn.string("reply"))
            let bits = characters.compactMap { $0["bits"] as? Double }.reduce(0, +)
            let whole = try #require(try turn.value("bits") as? Double)
            // The end of the reply costs something too.
            #expect(bits <= whole + 1e-6)
            #expect(try turn.number("memory.0.turn") == 1)
            let state = try await client.get("/v1/sessions/\(name)/turns/2/state")
            #expect(try (state.value("values") as? [Any])?.count == 24)
            for path in ["turns/3", "turns/0", "turns/x", "turns/3/state"] {
                #expect(try await client.get("/v1/sessions/\(name)/\(path)").status == 404)
            }
        }
    }

    @Test func `Each Korean character of a turn is told by itself`() async throws {
        try await withServer { client, store in
            _ = try store.importMessages(
                [Message(role: .user, content: "x"), Message(role: .assistant, content: "가 나.")],
                as: "korean", model: try TinyModel.make())
            let turn = try await client.get("/v1/sessions/korean/turns/1")
            let characters = try #require(try turn.value("characters") as? [[String: Any]])
            #expect(characters.compactMap { $0["text"] as? String } == ["가", " ", "나", "."])
        }
    }

    @Test func `Search finds, and says what it would answer`() async throws {
        try await withServer(searches: true) { client, _ in
            let found = try await client.post(
                "/v1/search", "{\"query\":\"What is the capital of France?\"}")
            #expect(try found.string("reply") == "Paris.")
            #expect(try found.string("data.0.answer") == "Paris.")
            let nothing = try await client.post("/v1/search", "{\"query\":\"zebra\"}")
            #expect(try nothing.string("reply").contains("Nothing"))
            #expect(try await client.post("/v1/search", "{\"query\":\"a AND (\"}").status == 400)
            #expect(
                try await client.post("/v1/search", "{\"query\":\"a\",\"limit\":0}").status == 400)
        }
        try await withServer { client, _ in
            let answer = try await client.post("/v1/search", "{\"query\":\"a\"}")
            #expect(answer.status == 404)
        }
    }

    @Test func `Health and numbers are told, and nothing that was said`() async throws {
        try await withServer { client, _ in
            _ = try await client.post("/v1/responses", "{\"input\":\"zebra\"}")
            #expect(try await client.get("/healthz").string("status") == "ok")
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("charchat_turns_total 1"))
            #expect(metrics.contains("charchat_characters_total "))
            #expect(metrics.contains("charchat_symbols_total "))
            #expect(metrics.contains("path=\"/v1/responses\",status=\"200\"} 1"))
            #expect(metrics.contains("charchat_first_character_seconds_count 1"))
            #expect(!metrics.contains("zebra"))
        }
    }

    @Test func `What others do to a session's file is logged, without its name`() async throws {
        var limits = ServerLimits()
        limits.openSessions = 1
        let log = RecordedLog()
        try await withServer(limits: limits, log: log) { client, store in
            let answer = try await client.post("/v1/responses", "{\"input\":\"zebra\"}")
            let id = try answer.string("conversation.id")
            let name = try #require(try store.names().first)
            let file = try FileHandle(forWritingTo: store.url(name))
            try file.seekToEnd()
            try file.write(contentsOf: Data("garbage".utf8))
            try file.close()
            _ = try await client.post("/v1/responses", "{\"input\":\"another\"}")
            #expect(try store.names().contains("\(name)-2"))
            #expect(
                log.lines.contains {
                    $0.hasPrefix("warning: a session's file was changed by something else")
                }, "\(log.lines)")
            for word in [id, name, "zebra"] {
                #expect(!log.lines.contains { $0.contains(word) }, "\(word): \(log.lines)")
            }
        }
    }

    @Test func `A session that nobody uses is let go of, and comes back as it was`() async throws {
        var limits = ServerLimits()
        limits.openSessions = 1
        try await withServer(limits: limits) { client, store in
            var names: [String] = []
            for text in ["one", "two", "three"] {
                let answer = try await client.post(
                    "/v1/responses", "{\"input\":\"\(text)\",\"seed\":5}")
                names.append(try answer.string("conversation.id"))
            }
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("charchat_sessions_open 1"))
            // The first goes on as one does that was open all the while.
            let again = try await client.post(
                "/v1/responses", "{\"input\":\"more\",\"conversation\":\"\(names[0])\"}")
            try await withServer { other, _ in
                let first = try await other.post(
                    "/v1/responses", "{\"input\":\"one\",\"seed\":5}")
                let same = try await other.post(
                    "/v1/responses",
                    "{\"input\":\"more\",\"previous_response_id\":\"\(first.string("id"))\"}")
                #expect(
                    try same.string("output.0.content.0.text")
                        == again.string("output.0.content.0.text"))
            }
        }
    }
}
