import Foundation
import Testing

@Suite struct OlderHTTPTests {
    private func ask(_ line: String, _ fields: String, _ body: String, _ client: TestClient)
        async throws -> String
    {
        let head =
            "\(line)\r\nHost: localhost\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n"
        return String(
            decoding: try await client.exchange(Data((head + body).utf8)), as: UTF8.self)
    }

    @Test func `HTTP 1.0 is answered in HTTP 1.0, and the connection closed`() async throws {
        try await withServer { client, _ in
            let health = try await ask("GET /healthz HTTP/1.0", "", "", client)
            #expect(health.hasPrefix("HTTP/1.0 200 OK\r\n"))
            #expect(health.contains("connection: close"))
            let stream = try await ask(
                "POST /v1/chat/completions HTTP/1.0", "Connection: keep-alive\r\n",
                chat([("user", "hello")], "\"seed\":7,\"stream\":true"), client)
            #expect(stream.hasPrefix("HTTP/1.0 200 OK\r\n"))
            #expect(!stream.lowercased().contains("transfer-encoding"))
            #expect(stream.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test func `Who waits for leave to send a body is given it`() async throws {
        try await withServer { client, _ in
            let answer = try await ask(
                "POST /v1/chat/completions HTTP/1.1",
                "Connection: close\r\nExpect: 100-continue\r\n", chat([("user", "hello")]), client)
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        }
    }
}
