import Hummingbird

/// The page, the OpenAPI document, and how the server is doing.
struct PageRoutes: Sendable {
    let parts: ServerParts
    let page: Page

    private struct Health: Encodable { var status = "ok" }

    var routes: [Route] {
        [
            Route(.get, "/") { _, _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/html; charset=utf-8",
                        .contentSecurityPolicy: page.policy, .cacheControl: "no-cache",
                    ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.html)))
            },
            Route(.get, "/openapi.json") { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.openAPI)))
            },
            Route(.get, "/healthz") { _, _ in try JSONBody.response(Health()) },
            Route(.get, "/metrics") { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: metrics)))
            },
        ]
    }

    private var metrics: String {
        let queue = parts.queue.load
        let sessions = parts.sessions.load
        return parts.metrics.text([
            ("queue_waiting", "Requests that wait for a worker.", queue.waiting),
            ("queue_running", "Requests that a worker is busy with.", queue.running),
            ("sessions_open", "Saved sessions that are open.", sessions.count),
            ("sessions_bytes", "Bytes that they take.", sessions.bytes),
            ("states_kept", "States of stateless conversations that are kept.", parts.past.count),
        ])
    }
}
