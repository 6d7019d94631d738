import ChatServer
import Foundation
import Testing

@Suite struct RefusalTests {
    /// Bodies of a chat completion that are refused, with the status.
    static let bodies: [(String, Int)] = [
        ("", 400), ("{", 400), ("[]", 400), ("null", 400), ("\"x\"", 400), ("{}", 400),
        ("{\"messages\":[]}", 400), ("{\"messages\":{}}", 400), ("{\"messages\":[1]}", 400),
        ("{\"messages\":[{\"role\":\"user\"}]}", 400),
        ("{\"messages\":[{\"role\":\"user\",\"content\":5}]}", 400),
        ("{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}", 400),
        ("{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}", 400),
        ("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", 400),
        (chat([("user", "x")], "\"model\":\"gpt-4o\""), 404),
        (chat([("user", "x")], "\"temperature\":-1"), 400),
        (chat([("user", "x")], "\"temperature\":11"), 400),
        (chat([("user", "x")], "\"temperature\":1e999"), 400),
        (chat([("user", "x")], "\"temperature\":\"hot\""), 400),
        (chat([("user", "x")], "\"top_p\":0"), 400),
        (chat([("user", "x")], "\"seed\":99999999999999999999"), 400),
        (chat([("user", "x")], "\"seed\":1.5"), 400),
        (chat([("user", "x")], "\"n\":0"), 400), (chat([("user", "x")], "\"n\":9"), 400),
        (chat([("user", "x")], "\"max_tokens\":0"), 400),
        (chat([("user", "x")], "\"max_tokens\":-9223372036854775808"), 400),
        (chat([("user", "x")], "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"), 400),
        (chat([("user", "x")], "\"stop\":\"\""), 400),
        (chat([("user", "x")], "\"logprobs\":true,\"top_logprobs\":21"), 400),
        (chat([("user", "x")], "\"tools\":[{}]"), 400),
        (chat([("user", "x")], "\"logit_bias\":{\"1\":2}"), 400),
        (chat([("user", "x")], "\"presence_penalty\":0.5"), 400),
        (chat([("user", "x")], "\"store\":true"), 400),
        (chat([("user", "x")], "\"response_format\":{\"type\":\"json_object\"}"), 400),
        ("{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", 400),
        (String(repeating: "[", count: 20_000), 400),
        ("{\"messages\":" + String(repeating: "[", count: 20_000), 400),
        ("{\"x\":" + String(repeating: "{\"x\":", count: 20_000), 400),
    ]

    @Test(arguments: bodies)
    func `What cannot be is refused with an error object`(_ body: String, _ status: Int)
        async throws
    {
        try await withServer { client, _ in
            let answer = try await client.post("/v1/chat/completions", body)
            #expect(answer.status == status)
            #expect(try !answer.string("error.message").isEmpty)
            #expect(try !answer.string("error.type").isEmpty)
        }
    }

    @Test(arguments: [
        ("{\"input\":\"x\",\"instructions\":\"Be brief.\"}", 400, "instructions"),
        ("{\"input\":[{\"role\":\"system\",\"content\":\"x\"}]}", 400, "input"),
        ("{\"input\":\"x\",\"previous_response_id\":\"resp_nonsense\"}", 404, nil),
        ("{\"input\":\"x\",\"previous_response_id\":\"resp_3_00000000_../../etc\"}", 404, nil),
        ("{\"input\":\"x\",\"conversation\":\"not there\"}", 404, nil),
        ("{\"input\":\"x\",\"conversation\":\"../x\"}", 404, nil),
        (
            "{\"input\":\"x\",\"conversation\":\"a\",\"previous_response_id\":\"b\"}", 400,
            "conversation"
        ),
        ("{\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]}", 400, "tools"),
        ("{\"input\":\"x\",\"background\":true}", 400, "background"),
        ("{\"input\":\"x\",\"max_output_tokens\":0}", 400, "max_tokens"),
        ("{\"input\":[]}", 400, "messages"),
    ])
    func `A response that cannot be is refused, and nothing is written`(
        _ body: String, _ status: Int, _ parameter: String?
    ) async throws {
        try await withServer { client, store in
            let answer = try await client.post("/v1/responses", body)
            #expect(answer.status == status)
            #expect(try answer.value("error.param") as? String == parameter)
            #expect(try store.names().isEmpty)
        }
    }

    @Test func `Only this machine's names and pages are answered`() async throws {
        try await withServer(origins: ["https://shop.example"]) { client, _ in
            let own = "127.0.0.1:\(client.port)"
            func status(_ headers: [String: String]) async throws -> Int {
                try await client.get("/v1/models", headers).status
            }
            #expect(try await status(["Host": "evil.example"]) == 403)
            #expect(try await status(["Host": "localhost"]) == 200)
            #expect(try await status(["Host": "[::1]:80"]) == 200)
            #expect(try await status(["Origin": "http://\(own)"]) == 200)
            #expect(try await status(["Origin": "https://evil.example"]) == 403)
            #expect(try await status(["Origin": "null"]) == 403)
            let shop = try await client.get("/v1/models", ["Origin": "https://shop.example"])
            #expect(shop.headers["access-control-allow-origin"] == "https://shop.example")
            let asked = try await client.send(
                "OPTIONS", "/v1/responses", ["Origin": "https://shop.example"])
            #expect(asked.status == 204)
            let usual = "authorization, content-type"
            #expect(asked.headers["access-control-allow-headers"] == usual)
            let fields = "authorization,content-type,x-stainless-os"
            let more = try await client.send(
                "OPTIONS", "/v1/responses",
                ["Origin": "https://shop.example", "Access-Control-Request-Headers": fields])
            #expect(more.headers["access-control-allow-headers"] == fields)
            let exposed = "charchat-ignored, retry-after"
            #expect(shop.headers["access-control-expose-headers"] == exposed)
            #expect(try await client.get("/").headers["access-control-allow-origin"] == nil)
        }
    }

    @Test(arguments: [
        "*", "null", "shop.example", "https://shop.example/", "https://Shop.example", "https://",
        "https://shop.example/page", "https://shop.example?a", "ftp://shop.example", "",
    ])
    func `What no browser sends as an origin is refused`(_ text: String) {
        #expect(throws: ServerError.origin(text)) {
            try ServerSettings(allowedOrigins: ["https://shop.example", text]).validate()
        }
    }

    @Test(arguments: [
        "https://shop.example", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:80",
        "https://a-b.xn--9t4b11yi5a.example",
    ])
    func `What browsers send as an origin is taken`(_ text: String) throws {
        try ServerSettings(allowedOrigins: [text]).validate()
    }

    @Test(arguments: [
        ("\"seed\":99999999999999999999", "invalid_number"), ("\"seed\":1.5", "invalid_number"),
        ("\"seed\":", "invalid_json"),
    ])
    func `A number that does not fit is told from what is no JSON`(_ more: String, _ code: String)
        async throws
    {
        try await withServer { client, _ in
            let answer = try await client.post("/v1/chat/completions", chat([("user", "x")], more))
            #expect(answer.status == 400)
            #expect(try answer.string("error.code") == code)
        }
    }

    @Test func `A key is wanted where there is one, and compared whole`() async throws {
        let key = "a key of sufficient length"
        try await withServer(apiKey: key) { client, _ in
            func status(_ value: String?) async throws -> Int {
                try await client.get("/v1/models", value.map { ["Authorization": $0] } ?? [:])
                    .status
            }
            #expect(try await status(nil) == 401)
            let refused = try await client.get("/v1/models")
            #expect(refused.headers["www-authenticate"] == "Bearer")
            #expect(try await status("Bearer " + key.dropLast()) == 401)
            #expect(try await status("Bearer \(key)x") == 401)
            #expect(try await status(key) == 401)
            #expect(try await status("Bearer \(key)") == 200)
            for path in ["/", "/healthz", "/openapi.json"] {
                #expect(try await client.get(path).status == 200)
                #expect(try await client.send("HEAD", path).status == 200)
            }
            #expect(try await client.get("/metrics").status == 401)
        }
        #expect(throws: ServerError.keyRequired(host: "0.0.0.0")) {
            try ServerSettings(host: "0.0.0.0").validate()
        }
        #expect(throws: ServerError.weakKey) {
            try ServerSettings(host: "0.0.0.0", apiKey: "short").validate()
        }
    }

    @Test func `Addresses, methods, kinds and sizes that cannot be are refused`() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 10_000
        limits.messages = 3
        limits.characters = 500
        try await withServer(limits: limits) { client, _ in
            #expect(try await client.get("/v1/nothing").status == 404)
            #expect(try await client.get("/v1/models/other").status == 404)
            let wrong = try await client.get("/v1/chat/completions")
            #expect(wrong.status == 405)
            #expect(wrong.headers["allow"] == "POST")
            let plain = try await client.send(
                "POST", "/v1/responses", ["Content-Type": "text/plain"], Data("{}".utf8))
            #expect(plain.status == 415)
            let path = "/v1/chat/completions"
            let large = String(repeating: "x", count: 20_000)
            #expect(try await client.post(path, chat([("user", large)])).status == 413)
            let many = [(String, String)](repeating: ("user", "x"), count: 4)
            #expect(try await client.post(path, chat(many)).status == 400)
            let long = try await client.post(
                path, chat([("user", String(repeating: "x", count: 501))]))
            #expect(try long.string("error.code") == "context_length_exceeded")
        }
    }

    @Test func `Whoever comes when the queue is full is told to come again`() async throws {
        var limits = ServerLimits()
        limits.waiting = 1
        limits.seconds = 5
        try await withServer(hiddenSize: 1_024, ends: false, limits: limits) { client, _ in
            let statuses = try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        try await client.post(
                            "/v1/chat/completions", chat([("user", "x")], "\"max_tokens\":400"))
                    }
                }
                return try await group.reduce(into: [TestResponse]()) { $0.append($1) }
            }
            let refused = statuses.filter { $0.status == 429 }
            #expect(!refused.isEmpty)
            #expect(refused.allSatisfy { $0.headers["retry-after"] == "1" })
            #expect(statuses.contains { $0.status == 200 })
        }
    }

    @Test func `A client that vanishes frees its worker`() async throws {
        try await withServer(hiddenSize: 1_024, ends: false) { client, _ in
            let body = Data(chat([("user", "x")], "\"max_tokens\":10000").utf8)
            let head =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
            for _ in 0..<8 {
                _ = try await client.exchange(Data(head.utf8) + body, vanishing: true)
            }
            var running = 1
            for _ in 0..<100 where running > 0 {
                try await Task.sleep(for: .milliseconds(50))
                let metrics = try await client.get("/metrics").text
                let line = metrics.components(separatedBy: "\n").filter {
                    $0.hasPrefix("charchat_queue_running ")
                        || $0.hasPrefix("charchat_queue_waiting ")
                }
                running = line.compactMap { Int($0.split(separator: " ")[1]) }.reduce(0, +)
            }
            #expect(running == 0)
        }
    }

    @Test func `A reply that takes too long ends there`() async throws {
        var limits = ServerLimits()
        limits.seconds = 0.3
        try await withServer(hiddenSize: 1_024, ends: false, limits: limits) { client, _ in
            let answer = try await client.post(
                "/v1/chat/completions", chat([("user", "x")], "\"max_tokens\":10000"))
            #expect(try answer.string("choices.0.finish_reason") == "length")
            #expect(try answer.number("usage.completion_tokens") < 10_000)
        }
    }
}
