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

    /// A model with topics in both languages.
    private func taught() throws -> ChatModel {
        var topics = ModelTopics()
        topics.told = [
            .init(tell: "My name is Ada.", ask: "What is my name?"),
            .init(tell: "제 이름은 민준이에요.", ask: "제 이름이 뭐예요?"),
        ]
        topics.asked = [
            "What is the capital of France?", "What does 안녕하세요 mean?", "ChatGPT가 뭐야?",
        ]
        topics.talk = [String(repeating: "long \u{1B}[31m", count: 40)]
        return try TinyModel.make().with(topics)
    }

    @Test func whatToSayIsSuggestedInTheLanguageThatIsSpoken() throws {
        let model = try taught()
        #expect(
            TopicsText.hint(model)
                == "Say for example: My name is Ada. · What is my name? · What is the capital of France?"
        )
        #expect(TopicsText.hint(try TinyModel.make()) == nil)
        #expect(
            TopicsText.hint(try TinyModel.make(format: .text))
                == "This model goes on with any text; it answers nothing.")
        Words(.korean, table: [:]).speak {
            let hint = TopicsText.hint(model)
            #expect(hint?.contains("제 이름은 민준이에요. · 제 이름이 뭐예요? · ChatGPT가 뭐야?") == true)
        }
    }

    @Test(arguments: [40, 80])
    func allTopicsFitTheTerminal(columns: Int) throws {
        let text = TopicsText.all(try taught(), style: .plain, columns: columns)
        #expect(text.contains("My name is Ada.") && text.contains("the capital of"))
        #expect(!text.contains("\u{1B}") && !text.contains("민준"))
        for line in text.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= columns, "\(line)")
        }
        let none = TopicsText.all(try TinyModel.make(), style: .plain, columns: columns)
        #expect(none.contains("not written into its file") || columns < 80)
    }
}
