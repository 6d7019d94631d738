import ChatCore
import ChatServer
import Foundation
import Testing

@Suite struct PageTests {
    @Test
    func
        `The page has one script and one style, both named by its policy, and nothing from elsewhere`()
        async throws
    {
        try await withServer { client, _ in
            let page = try await client.get("/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'"))
            #expect(!policy.contains("unsafe"))
            for tag in ["script", "style"] {
                let parts = Page.contents(of: tag, in: page.text)
                #expect(parts.count == 1)
                let hash = Data(SHA256.hash(data: Array(try #require(parts.first).utf8)))
                #expect(policy.contains("\(tag)-src 'sha256-\(hash.base64EncodedString())'"))
            }
            #expect(!page.text.contains("://"))
            for forbidden in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", " style=\"",
            ] {
                #expect(!page.text.contains(forbidden))
            }
        }
    }

    @Test func `Headings follow one another without a step left out, and inputs have labels`()
        async throws
    {
        try await withServer { client, _ in
            let text = try await client.get("/").text
            let levels = text.matches(of: /<h([1-6])/).compactMap { Int($0.output.1) }
            #expect(levels.first == 1)
            for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
            // In a label, or named by one that is not hidden.
            for match in text.matches(of: /<(?:input|select) id="([a-zA-Z]+)"/) {
                let start = text[..<match.range.lowerBound]
                let isInside =
                    start.ranges(of: "<label").count > start.ranges(of: "</label>").count
                #expect(isInside || text.contains("for=\"\(match.output.1)\""), "\(match.output.1)")
            }
        }
    }

    @Test func `Every text of the page is there in both languages`() async throws {
        try await withServer { client, _ in
            let text = try await client.get("/").text
            let script = try #require(Page.contents(of: "script", in: text).first)
            let keys = Set(text.matches(of: /data-text="([a-zA-Z]+)"/).map { $0.output.1 })
            #expect(keys.count > 20)
            for key in keys {
                let count = script.ranges(of: "\(key): \"").count
                #expect(count == 2, "\(key)")
            }
        }
    }

    @Test func `The OpenAPI document has every route, and no other`() async throws {
        let places = Places(folder: FileManager.default.temporaryDirectory)
        let service = try ChatService(
            model: try TinyModel.make(), store: SessionStore(places: places), search: nil,
            settings: ServerSettings(port: 0))
        defer { service.stop() }
        let routes = Set(service.endpoints.map { "\($0.method) \($0.path)" })
        let document = try #require(
            try JSONSerialization.jsonObject(with: try Page().openAPI) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let documented = paths.flatMap { path, methods in
            methods.keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(documented) == routes)
    }
}
