import ChatCore
import Foundation
import Testing

/// `quiz` of the built executable.
@Suite(.serialized) struct QuizCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome(terminal: ["TERM": "xterm-256color"]) }

    private static let words = ["fox", "dog", "cat", "hen", "owl", "cow"]

    /// Sentences of few words, so that a model learns them at once, in an order of chance.
    private func sentences(_ count: Int) -> String {
        var random = RandomStream(seed: 5)
        func word() -> String { Self.words[random.index(below: Self.words.count)] }
        return (0..<count).map { _ in
            "the \(word()) saw the \(word()) and the \(word()) and a \(word()).\n"
        }.joined()
    }

    private func trained() throws -> (model: String, text: String) {
        let text = try write(sentences(900), "animals.txt")
        let model = folder.url.path + "/animals.safetensors"
        let made = try run(
            "train", text, "-o", model, "--preset", "tiny", "--threads", "1", "--batch", "8",
            "--window", "64", "--steps", "150", "--json")
        #expect(made.status == 0, "\(made)")
        return (model, text)
    }

    private func objects(_ output: String) throws -> [[String: Any]] {
        try output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func linesOfAPipeAnswerAndOnlyWhatWasHeldOutIsAsked() throws {
        let (model, text) = try trained()
        let json = try run(
            "quiz", model, "--text", text, "--rounds", "5", "--seed", "3", "--json",
            input: "1\n2\nx\n1\n2\n1\n")
        // A line was no answer; it is asked again.
        #expect(json.status == 1 && json.error.contains("An answer is 1 or 2."), "\(json)")
        let events = try objects(json.output)
        #expect(
            events.compactMap { $0["event"] as? String }
                == Array(repeating: ["pair", "answer"], count: 5).flatMap { $0 } + ["score"])
        let person = events.last?["person"] as? [String: Any]
        #expect(person?["of"] as? Int == 5 && (person?["interval"] as? [Double])?.count == 2)
        let known = Set(try String(contentsOfFile: text, encoding: .utf8).split(separator: "\n"))
        for event in events where event["event"] as? String == "pair" {
            let lines = try #require(event["lines"] as? [String])
            // One is a line of the text, the other is none.
            #expect(lines.count { known.contains(Substring($0)) } == 1, "\(lines)")
        }
        let plain = try run("quiz", model, "--text", text, "--rounds", "2", input: "1\n")
        #expect(plain.status == 0 && plain.output.contains("1 of 2, after:"), "\(plain)")
        #expect(plain.output.contains("95 %:") && !plain.output.contains("\u{1B}"))
        #expect(plain.output.contains("The model's own odds: 1: 1 in 2^"))
    }

    @Test func aTextThatTheModelWasNotTrainedOnIsToldAndPairsHoldNothingOut() throws {
        let (model, _) = try trained()
        let other = try write(sentences(40) + "something else to be read here\n", "other.txt")
        let told = try run("quiz", model, "--text", other, "--json")
        #expect(told.status == 0 && told.error.contains("was not trained on"), "\(told)")
        let none = try run("quiz", model)
        #expect(none.status == 1 && none.error.contains("--text"), "\(none)")
        let pairs = try run("quiz", model, "--text", try write("a cat?\tyes it is\n", "a.tsv"))
        #expect(pairs.status == 1 && pairs.error.contains("holds dialogues"), "\(pairs)")
        #expect(try run("quiz", model, "--text", "-").status == 64)
        #expect(try run("quiz", model, "--rounds", "0").status == 64)
    }

    @Test func theShippedModelIsAskedWithWhatCameWithIt() throws {
        var bare = environment
        bare["CHARCHAT_MODEL"] = nil
        let result = try Executable.run(
            ["quiz", "--rounds", "2", "--seed", "1"], input: Data("1\n1\n".utf8),
            environment: bare)
        #expect(result.status == 0 && result.output.contains("You: "), "\(result)")
    }

    @Test func keysAnswerAtATerminal() throws {
        let (model, text) = try trained()
        let terminal = try PseudoTerminal(
            try Executable.url, ["quiz", model, "--text", text, "--rounds", "3"],
            environment: environment)
        try terminal.wait { $0.text.contains("1 of 3") && $0.text.contains("(q leaves)") }
        terminal.type("x1")
        try terminal.wait { $0.text.contains("2 of 3") }
        terminal.type("2")
        try terminal.wait { $0.text.contains("3 of 3") }
        terminal.type("q")
        try terminal.wait { $0.text.contains("You: ") && $0.text.contains(" of 2 right") }
        #expect(try terminal.waitForExit() == 0)
        let left = try PseudoTerminal(
            try Executable.url, ["quiz", model, "--text", text], environment: environment)
        try left.wait { $0.text.contains("(q leaves)") }
        // With the Korean layout it is the same key.
        left.type("ㅂ")
        #expect(try left.waitForExit() == 0)
        #expect(!left.screen.text.contains("A judge"))
        let stopped = try PseudoTerminal(
            try Executable.url, ["quiz", model, "--text", text], environment: environment)
        try stopped.wait { $0.text.contains("(q leaves)") }
        stopped.type("\u{3}")
        #expect(try stopped.waitForExit() == 130)
    }
}
