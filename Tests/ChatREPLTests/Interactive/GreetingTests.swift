import ChatCore
import ChatREPL
import Foundation
import Testing

@Suite struct GreetingTests {
    @Test(arguments: [30, 200])
    func itFitsTheTerminal(columns: Int) throws {
        let folder = try TemporaryFolder()
        let store = SessionStore(places: Places(environment: ["CHARCHAT_HOME": folder.url.path]))
        let session = try store.create(
            "greeted", generator: ReplyGenerator(model: try TinyModel.make()),
            settings: SessionSettings())
        let lines = Greeting.text(
            session, modelName: "a-long-name-of-a-model.safetensors", isNew: true,
            style: Style(isTerminal: false, environment: [:]), columns: columns
        ).split(separator: "\n")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= columns }, "\(lines)")
        #expect(lines.first?.hasPrefix("charchat ") == true)
    }
}
