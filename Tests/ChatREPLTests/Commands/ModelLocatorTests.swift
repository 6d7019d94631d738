import ChatCore
import ChatREPL
import Foundation
import Testing

/// Which file a command takes for its model.
@Suite struct ModelLocatorTests {
    @Test func theShippedModelHasAName() throws {
        let shipped = try #require(ChatModel.shippedURL)
        let ways: [(String?, String)] = [
            ("shipped", "other.safetensors"), (nil, "shipped"), (nil, ""),
        ]
        for (option, set) in ways {
            let url = try ModelLocator.url(option: option, environment: ["CHARCHAT_MODEL": set])
            #expect(url == shipped)
        }
    }

    @Test func aFileIsNamedByItsPath() throws {
        let url = try ModelLocator.url(
            option: "./shipped", environment: ["CHARCHAT_MODEL": "other.safetensors"])
        #expect(url == URL(fileURLWithPath: "./shipped"))
        #expect(
            try ModelLocator.url(option: nil, environment: ["CHARCHAT_MODEL": "m"])
                == URL(fileURLWithPath: "m"))
    }
}
