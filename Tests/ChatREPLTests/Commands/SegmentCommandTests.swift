import ChatCore
import ChatREPL
import Foundation
import Testing

/// `train --without-spaces` and `segment` of the built executable.
@Suite struct SegmentCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// Four words of three syllables in any order.
    private func stream(_ lines: Int, seed: UInt64) -> String {
        let words = ["tupiro", "golabu", "bidaku", "padoti"]
        var random = RandomStream(seed: seed)
        return (0..<lines).map { _ in
            (0..<8).map { _ in words[random.index(below: words.count)] }.joined(separator: " ")
                + ".\n"
        }.joined()
    }

    @Test func aModelThatNeverSawASpaceFindsTheWords() throws {
        let corpus = try write(stream(400, seed: 1), "stream.txt")
        let held = try write(stream(20, seed: 2), "held.txt")
        let made = folder.url.path + "/run.safetensors"
        let trained = try run(
            "train", corpus, "--without-spaces", "-o", made, "--preset", "tiny", "--threads", "1",
            "--batch", "8", "--window", "48", "--steps", "250", "--seed", "1", "--json")
        #expect(trained.status == 0, "\(trained)")
        let learned = try ModelFile.load(URL(fileURLWithPath: made)).alphabet
        #expect(learned.symbol(of: " ") == nil && learned.symbol(of: "t") != nil)

        let picture = folder.url.path + "/cuts.svg"
        let result = try run(
            "segment", held, "-m", made, "--pairs", corpus, "--svg", picture, "--json")
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 21 && lines[0].contains(#""words":["#))
        let sum = try JSONSerialization.jsonObject(with: Data((lines.last ?? "").utf8))
        let last = try #require(sum as? [String: Any])
        func f1(_ who: String) -> Double { (last[who] as? [String: Double])?["f1"] ?? 0 }
        #expect(f1("surprise") > 0.8 && f1("random") < 0.4, "\(last)")
        #expect(try String(contentsOfFile: picture, encoding: .utf8).hasPrefix("<svg"))

        // In a pipe: the text and nothing else, the comparison beside it.
        let plain = try run("segment", "-", "-m", made, input: "tupirogolabupadoti\n")
        #expect(plain.output == "tupiro golabu padoti\n", "\(plain)")
        #expect(plain.error == "The text had no spaces to compare the cuts with.\n")
        let compared = try run("segment", held, "-m", made)
        #expect(!compared.output.contains("\u{1B}") && compared.error.contains("F1\nsurprise"))
    }

    @Test func whatCannotBeCutIsTold() throws {
        let text = try write("one two\n", "a.txt")
        let dialogue = try run("segment", text)
        #expect(dialogue.status == 1 && dialogue.error.contains("--without-spaces"), "\(dialogue)")
        let pairs = try write("one two\tthree\n", "a.tsv")
        let spaceless = try run(
            "train", pairs, "--without-spaces", "-o", folder.url.path + "/x", "--steps", "1")
        #expect(spaceless.status == 1 && spaceless.error.contains("plain text"), "\(spaceless)")
        let spaced = try TinyModel.save(TinyModel.make(format: .text), in: folder.url, as: "text")
        let warned = try run("segment", text, "-m", spaced.path)
        #expect(warned.status == 0 && warned.error.contains("was trained on text with spaces"))
        let table = try run("segment", pairs, "-m", spaced.path)
        #expect(table.status == 1 && table.error.contains("holds dialogues"), "\(table)")
    }
}
