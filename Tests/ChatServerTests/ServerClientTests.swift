import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct ServerClientTests {
    /// Has `body` use a client on a thread of its own, for it waits and the server needs the pool's threads.
    private func talk<Value: Sendable>(
        _ port: Int, apiKey: String? = nil,
        _ body: @escaping @Sendable (ServerClient) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try body(
                            ServerClient(
                                try ServerAddress("http://127.0.0.1:\(port)"), apiKey: apiKey))
                    })
            }
        }
    }

    @Test func `What is said is a turn of the server's session, heard piece by piece`()
        async throws
    {
        try await withServer { http, store in
            let (name, pieces, reply) = try await talk(http.port) { client in
                #expect(try client.greet { true }.id == "tiny")
                let name = try client.begin { true }
                var pieces: [String] = []
                let settings = RemoteSettings(temperature: 0.7, topP: 0.9, seed: 5)
                let reply = try client.say("hello", in: name, settings: settings) {
                    if !$0.isEmpty { pieces.append($0) }
                    return true
                }
                _ = try client.say("again", in: name) { _ in true }
                return (name, pieces, reply)
            }
            let transcript = try store.transcript(name)
            #expect(transcript.turns.map(\.user) == ["hello", "again"])
            #expect(transcript.turns.first?.reply == reply.text)
            #expect(pieces.joined() == reply.text && pieces.count > 1)
            #expect(transcript.settings.seed == 5)
            #expect(transcript.settings.sampling.temperature == 0.7)
        }
    }

    @Test func `Sessions and turns are listed, and the last is taken back`() async throws {
        try await withServer { http, store in
            let (sessions, turns) = try await talk(http.port) { client in
                let name = try client.begin { true }
                for text in ["one", "two"] { _ = try client.say(text, in: name) { _ in true } }
                let turns = try client.turns(of: name) { true }
                try client.takeBack(try #require(turns.last).id) { true }
                return (try client.sessions { true }, turns)
            }
            #expect(turns.map(\.turn.user) == ["one", "two"])
            #expect(turns.map(\.turn.startsFresh) == [true, false])
            #expect(sessions.map(\.turnCount) == [1])
            #expect(sessions.first?.opening == "one")
            #expect(try store.transcript(try #require(sessions.first).name).turnCount == 1)
        }
    }

    @Test func `A question without a session leaves nothing behind`() async throws {
        try await withServer { http, store in
            let reply = try await talk(http.port) { try $0.say("hello", in: nil) { _ in true } }
            #expect(!reply.text.isEmpty)
            #expect(try store.names().isEmpty)
        }
    }

    @Test func `A reply that is stopped ends on the server too, and the session goes on`()
        async throws
    {
        try await withServer(hiddenSize: 1_024, ends: false) { http, store in
            let (name, reply) = try await talk(http.port) { client in
                let name = try client.begin { true }
                var heard = 0
                let reply = try client.say("hello", in: name) { piece in
                    heard += piece.count
                    return heard < 3
                }
                _ = try client.say(
                    "again", in: name, settings: RemoteSettings(temperature: 0)
                ) { piece in
                    piece.isEmpty
                }
                return (name, reply)
            }
            #expect(reply.finishReason == .interrupted)
            #expect(reply.text.count >= 3 && reply.text.count < 200)
            #expect(try store.transcript(name).turns.first?.user == "hello")
        }
    }

    @Test func `Whoever has not the key is told so`() async throws {
        let key = "0123456789abcdef"
        try await withServer(apiKey: key) { http, _ in
            let address = "http://127.0.0.1:\(http.port)"
            await #expect(throws: ClientError.key(address: address, isGiven: false)) {
                try await talk(http.port) { try $0.greet { true } }
            }
            await #expect(throws: ClientError.key(address: address, isGiven: true)) {
                try await talk(http.port, apiKey: "another key of length") {
                    try $0.greet { true }
                }
            }
            let greeted = try await talk(http.port, apiKey: key) { try $0.greet { true } }
            #expect(greeted.id == "tiny")
        }
    }

    @Test func `What the server refuses is told in its words`() async throws {
        try await withServer { http, _ in
            await #expect(throws: ClientError.refused("there is no session 'none'")) {
                try await talk(http.port) { try $0.turns(of: "none") { true } }
            }
        }
    }

    @Test func `Where nobody listens, or waiting is given up, that is what is told`() async throws {
        // A port that was free a moment ago.
        var port = 0
        try await withServer { http, _ in port = http.port }
        let free = port
        do {
            _ = try await talk(free) { try $0.greet { true } }
            Issue.record("somebody answered")
        } catch let error as ClientError {
            guard case .away(let address, let reason) = error else { throw error }
            #expect(address == "http://127.0.0.1:\(free)")
            #expect(reason == "Connection refused")
        }
        try await withServer { http, _ in
            await #expect(throws: ClientError.stopped) {
                try await talk(http.port) { try $0.greet { false } }
            }
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080/", "http://localhost:8080"), ("example.org", "http://example.org"),
        ("http://[::1]:80/charchat/v1/", "http://[::1]/charchat"),
    ])
    func `Addresses are read with and without their beginning`(text: String, shown: String) throws {
        #expect(try ServerAddress(text).description == shown)
    }

    @Test(arguments: [
        "", "http://", "ftp://a", "http://a:0", "http://a:99999", "http://me@a", "http://a/?b",
        "a b",
    ])
    func `What is no address is refused`(text: String) {
        #expect(throws: ClientError.address(text)) { try ServerAddress(text) }
    }

    @Test func `An address with https is refused with what helps`() {
        #expect(throws: ClientError.secure("https://a")) { try ServerAddress("https://a") }
    }
}
