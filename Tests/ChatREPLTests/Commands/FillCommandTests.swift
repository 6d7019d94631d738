import ChatCore
import ChatREPL
import Foundation
import Testing

/// `train --fill`, `fill` and `evaluate fill` of the built executable.
@Suite struct FillCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// Lines whose middle is known from their end. So short a training does not learn to look there; what that
    /// is worth `benchmarks/fill.py` measures.
    private func lines(_ count: Int, seed: UInt64) -> String {
        let words = ["river", "candle", "mountain", "garden", "window", "letter"]
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in
            let word = words[random.index(below: words.count)]
            return "here we say \(word) for it ends so: \(word).\n"
        }.joined()
    }

    @Test func aModelOfPlainTextLearnsToFillAndIsMeasured() throws {
        let corpus = try write(lines(400, seed: 1), "lines.txt")
        let held = try write(lines(40, seed: 2), "held.txt")
        let made = folder.url.path + "/fill.safetensors"
        let trained = try run(
            "train", corpus, "--fill", "0.5", "-o", made, "--preset", "tiny", "--threads", "1",
            "--batch", "8", "--window", "48", "--steps", "150", "--seed", "1", "--json")
        #expect(trained.status == 0, "\(trained)")
        let model = try ModelFile.load(URL(fileURLWithPath: made))
        #expect(model.training?.fill == 0.5)

        let measured = try run("evaluate", "fill", held, "-m", made, "--json")
        let sum = try JSONSerialization.jsonObject(with: Data(measured.output.utf8))
        let last = try #require(sum as? [String: Any], "\(measured)")
        #expect(last["lines"] as? Int == 40)
        #expect((-0.3...1).contains(last["saved"] as? Double ?? -1), "\(last)")
        let told = try run("evaluate", "fill", held, "-m", made)
        #expect(told.output.contains("both sides"), "\(told)")

        let filled = try run(
            "fill", "here we say ____ for it ends so: garden.", "-m", made, "--temperature", "0")
        #expect(filled.status == 0 && filled.output.hasPrefix("here we say "), "\(filled)")
        #expect(filled.output.hasSuffix(" for it ends so: garden.\n"), "\(filled)")
        let json = try run("fill", "-", "-m", made, "--seed", "7", "--json", input: "candle.\n")
        #expect(json.output.contains(#""made":true"#) && json.output.contains(#""seed":7"#))
        #expect(
            json.output == (try run("fill", "candle.", "-m", made, "--seed", "7", "--json")).output)

        let chat = try run(
            "--no-save", "-m", made, input: "/fill here we say ____ for it ends so: river.\n")
        #expect(chat.error.contains("here we say "), "\(chat)")
    }

    @Test func whatCannotBeFilledIsTold() throws {
        let shipped = try run("fill", "a ____ b")
        #expect(shipped.status == 1 && shipped.error.contains("--fill"), "\(shipped)")
        let pairs = try write("one two\tthree\n", "a.tsv")
        let dialogues = try run(
            "train", pairs, "--fill", "0.25", "-o", folder.url.path + "/x", "--steps", "1")
        #expect(dialogues.status == 1 && dialogues.error.contains("running text"), "\(dialogues)")
        #expect(try run("fill", "a", "-n", "0").status == 64)
        let text = try write(lines(20, seed: 1), "b.txt")
        let much = try run(
            "train", text, "--fill", "1", "-o", folder.url.path + "/x", "--steps", "1")
        #expect(much.status == 64, "\(much)")
    }
}
