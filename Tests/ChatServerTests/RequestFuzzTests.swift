import ChatCore
import ChatServer
import Foundation
import Testing

/// Requests of every kind, most of them wrong: each is answered, and none with an error of the server.
/// `scripts/fuzz-serve 100000` sends that many.
@Suite struct RequestFuzzTests {
    private static let words = [
        "model", "messages", "input", "role", "user", "assistant", "system", "content", "stream",
        "stop", "n", "seed", "temperature", "top_p", "max_tokens", "previous_response_id",
        "conversation", "store", "prompt", "query", "limit", "type", "text", "input_text", "items",
        "logprobs", "top_logprobs", "stream_options", "include_usage", "tiny", "id", "metadata",
        "session", "turn", "silence", "layer", "head", "resp_3_00000000_x", "\u{0}", "가나다",
        "\u{10FFFF}", "..", "/", "%00",
    ]
    private static let paths = [
        "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/conversations",
        "/v1/conversations/x", "/v1/conversations/x/items", "/v1/surgery", "/v1/search",
        "/v1/sessions/x/verify", "/v1/responses/x", "/v1/models/x", "/",
    ]

    private struct Maker {
        var random: RandomStream

        mutating func pick<Element>(_ list: [Element]) -> Element {
            list[Int(random.below(UInt64(list.count)))]
        }

        mutating func value(_ depth: Int) -> String {
            switch random.below(depth > 4 ? 6 : 9) {
            case 0: return pick(["null", "true", "false"])
            case 1:
                return pick([
                    "0", "1", "-1", "0.5", "1e308", "1e999", "-0", "99999999999999999999", "2",
                ])
            case 2, 3, 4: return quoted(pick(RequestFuzzTests.words))
            case 5: return "\"user\""
            case 6:
                return "["
                    + (0..<random.below(4)).map { _ in value(depth + 1) }.joined(separator: ",")
                    + "]"
            default:
                return "{"
                    + (0..<random.below(6)).map { _ in
                        "\(quoted(pick(RequestFuzzTests.words))):\(value(depth + 1))"
                    }.joined(separator: ",") + "}"
            }
        }

        /// A body that is nearly right, and one that is not.
        mutating func body() -> String {
            let more = (0..<random.below(3)).map { _ in
                ",\(quoted(pick(RequestFuzzTests.words))):\(value(2))"
            }.joined()
            var text =
                switch random.below(8) {
                case 0: "{\"messages\":[{\"role\":\"user\",\"content\":\(value(3))}]\(more)}"
                case 1: "{\"input\":\(value(1)),\"max_output_tokens\":3\(more)}"
                case 2: "{\"prompt\":\(value(2)),\"max_tokens\":3\(more)}"
                case 3: "{\"input\":\"a\",\"session\":\"x\",\"turn\":\(value(5))\(more)}"
                case 4:
                    "{\"items\":[{\"role\":\"user\",\"content\":\(value(3))},{\"role\":\"assistant\",\"content\":\(value(3))}],\"metadata\":\(value(2))\(more)}"
                default: value(0)
                }
            // Damage.
            if random.below(6) == 0, !text.isEmpty {
                text = String(text.prefix(Int(random.below(UInt64(text.count)))))
            }
            return text
        }
    }

    @Test func `No request is answered with an error of the server`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["CHARCHAT_SERVER_FUZZ"].flatMap { Int($0) } ?? 1_500
        let seed = environment["CHARCHAT_SERVER_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        let model = try TinyModel.make()
        try await withServer(searches: true) { client, store in
            var maker = Maker(random: RandomStream(seed: seed))
            for index in 0..<count {
                // A session that is there, until a request deletes it.
                if index % 50 == 0 {
                    _ = try? store.importMessages(
                        [
                            Message(role: .user, content: "one"),
                            Message(role: .assistant, content: "two"),
                        ], as: "x", model: model)
                }
                let (path, body) = (maker.pick(Self.paths), maker.body())
                let method = maker.pick(["POST", "POST", "POST", "POST", "GET", "DELETE", "PUT"])
                let answer = try await client.send(
                    method, path, ["Content-Type": "application/json"], Data(body.utf8))
                #expect(answer.status < 500, "request \(index): \(method) \(path) \(body)")
            }
            // Bytes that are no HTTP.
            for index in 0..<min(200, count) {
                let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: maker.random.next()) }
                _ = try await client.exchange(
                    Data((index % 2 == 0 ? Array("POST / HTTP/1.1\r\n".utf8) : []) + bytes)
                        + Data("\r\n\r\n".utf8), vanishing: true)
            }
            #expect(try await client.get("/healthz").status == 200)
        }
    }
}
