import ChatCore
import Foundation
import Testing

/// `charchat replay` as a process.
extension ExecutableTests {
    @Test func replayShowsVerifiesAndFindsEdits() throws {
        _ = try run(
            "-s", "talk", input: "one\n/set temperature 1\ntwo\n/regen\n/undo\n/clear\nthree\n")
        let file = folder.url.appendingPathComponent("home/sessions/talk.jsonl")
        let shown = try run("replay", file.path)
        #expect(shown.status == 0)
        #expect(shown.output.contains(">>> one\n") && shown.output.contains("[regenerated]"))
        #expect(shown.output.contains("[context cleared]"))
        let exact = try run("replay", "talk", "--verify")
        #expect(exact.status == 0, "\(exact)")
        #expect(exact.output.contains("the same to the last character"))

        let other = try TinyModel.save(TinyModel.make(seed: 2), in: folder.url, as: "other")
        let wrong = try run("replay", "talk", "--verify", "-m", other.path)
        #expect(wrong.status == 3)
        #expect(wrong.error.contains("model"))

        let text = try String(contentsOf: file, encoding: .utf8)
        let edited = try write(text.replacing("three", with: "thrEe"), "edited.jsonl")
        let caught = try run("replay", edited, "--verify")
        #expect(caught.status == 3)
        #expect(caught.error.contains("edited.jsonl"))

        // An edited reply is shown beside what the model says.
        var lines = text.components(separatedBy: "\n")
        let place = try #require(lines.firstIndex { $0.contains("\"role\":\"assistant\"") })
        lines[place] = lines[place].replacing("\"content\":\"", with: "\"content\":\"~")
        let forged = try write(lines.joined(separator: "\n"), "forged.jsonl")
        let difference = try run("replay", forged, "--verify")
        #expect(difference.status == 3)
        #expect(difference.error.contains("forged.jsonl was changed after it was written"))
        #expect(difference.output.contains("differs at character 1:"), "\(difference)")
        #expect(difference.output.contains("  recorded:  ~"))
        #expect(difference.output.contains("  generated: "))
        #expect(try run("replay", forged).status == 1)
    }
}
