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
