import Foundation
import Testing

/// `charchat evaluate` as a process.
@Suite struct EvaluateCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    @Test func textAgreesWithItself() throws {
        let file = try write("hello 가나다\nabc\n", "text.txt")
        let json = try run("evaluate", "text", file, "--json")
        #expect(json.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let values = try #require(object as? [String: Any]).compactMapValues { $0 as? Double }
        #expect(values["characters"] == 14)
        let nats = try #require(values["nats_per_character"])
        let bits = try #require(values["bits_per_character"])
        let perplexity = try #require(values["perplexity"])
        #expect(abs(bits - nats / 0.6931471805599453) < 1e-12)
        #expect(abs(perplexity - exp(nats)) < 1e-9)
        #expect(try run("evaluate", "text", file).output.contains("characters          14"))
    }

    @Test(arguments: [[], ["--json"], ["--lines"], ["--lines", "--json"]])
    func aLossThatIsNoNumberIsTold(options: [String]) throws {
        let file = try write("hello there\nabc\n", "text.txt")
        let model = try TinyModel.save(TinyModel.makeUnusable(), in: folder.url, as: "unusable")
        let result = try Executable.run(
            ["evaluate", "text", file, "-m", model.path] + options, environment: environment)
        #expect(result.status == 1 && result.output == "", "\(result)")
        #expect(result.error.hasPrefix("charchat: the model's loss on \(file) is not a number"))
        #expect(result.error.split(separator: "\n").count == 1, "\(result)")
    }

    @Test func dialoguesAreGreedyUnlessATemperatureIsGiven() throws {
        let set = try write(
            "{\"id\":\"x\",\"turns\":[{\"user\":\"hello\",\"accept\":[\"never said\"],\"needs\":\"none\"}]}\n",
            "set.jsonl")
        func failures(_ arguments: String...) throws -> String {
            try Executable.run(
                ["evaluate", "dialogues", set] + arguments, environment: environment
            ).output.split(separator: "\n").last.map(String.init) ?? ""
        }
        let greedy = try failures()
        #expect(try failures("--temperature", "0", "--seed", "5") == greedy)
        let wild = try failures("--temperature", "5", "--top-p", "1", "--seed", "5")
        #expect(wild != greedy && wild.hasPrefix("x, turn 1 [none]: hello -> "), "\(wild)")
    }

    @Test func oneReplyThatNeedsTheSessionIsOneReply() throws {
        let turns = #""turns":[{"user":"hello","accept":["never said"],"needs":"session"}]"#
        let set = try write("{\"id\":\"x\",\(turns)}\n{\"id\":\"y\",\(turns)}\n", "set.jsonl")
        let result = try run("evaluate", "dialogues", set)
        #expect(result.output.contains("on 1 reply that needs it:"), "\(result)")
    }
}
