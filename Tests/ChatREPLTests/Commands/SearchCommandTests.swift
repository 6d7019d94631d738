import ChatCore
import Foundation
import Testing

/// `search`, `compare`, `evaluate dialogues` and `inspect --text` of the built executable.
@Suite struct SearchCommandTests {
    let folder: TemporaryFolder
    let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        let model = try TinyModel.save(TinyModel.make(), in: folder.url)
        environment = Executable.environment(
            home: folder.url.appendingPathComponent("home"), model: model)
    }

    private func run(_ arguments: String...) throws -> Executable.Result {
        try Executable.run(arguments, environment: environment)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func theShippedWorldIsFoundWithoutTheRepository() throws {
        let result = try run("search", "What is the capital of France?")
        #expect(result.status == 0 && result.error == "")
        #expect(result.output.contains("The capital of France is Paris."))
        let korean = try object(try run("search", "프랑스의 수도", "--limit", "1", "--json").output)
        let hits = try #require(korean["hits"] as? [[String: Any]])
        #expect((hits.first?["answer"] as? String)?.contains("파리") == true)
    }

    @Test func everyLineEndIsOneOfTheTextThatIsSearched() throws {
        let found = try ["\n", "\r", "\r\n"].map { lineEnd in
            let text = ["the lamp is in the garden", "the cat sleeps", ""]
            return try run(
                "search", "lamp", "--corpus",
                try write(text.joined(separator: lineEnd), "notes.txt"))
        }
        #expect(found[0].status == 0 && found[0].output.contains("garden"), "\(found)")
        #expect(found.allSatisfy { $0 == found[0] }, "\(found)")
    }

    @Test func searchSaysWhatIsWrongAndExitsWith1() throws {
        let wrong = try run("search", "capital AND")
        #expect(wrong.status == 1 && wrong.output == "")
        #expect(
            wrong.error
                == "charchat: the query is wrong at character 9: AND needs a word after it\n")
        let missing = try run("search", "x", "--corpus", "missing.txt")
        #expect(missing.status == 1 && missing.error.contains("there is no such file"))
        let bad = folder.url.appendingPathComponent("bad.txt")
        try Data([0x61, 0xFF]).write(to: bad)
        let invalid = try run("search", "x", "--corpus", bad.path)
        #expect(invalid.status == 1 && invalid.error.contains("byte offset 1"))
        // "서울" as an old Korean file has it.
        let old = folder.url.appendingPathComponent("old.txt")
        try Data([0xBC, 0xAD, 0xBF, 0xEF, 0x0A]).write(to: old)
        let named = try run("search", "서울", "--corpus", old.path)
        #expect(named.status == 1 && named.error.contains("(--encoding cp949)"))
        let read = try run("search", "서울", "--corpus", old.path, "--encoding", "cp949")
        #expect(read.status == 0 && read.output.contains("서울"))
        let nothing = try run("search", "xylophonist")
        #expect(nothing.status == 1 && nothing.output == "")
        #expect(nothing.error.contains("Nothing found"))
    }

    @Test func aTextOfOnesOwnIsSearched() throws {
        let file = try write("the fox\nthe dog\n", "mine.txt")
        let result = try run("search", "fox", "--corpus", file)
        #expect(result.output.contains("the [fox]") && result.output.contains("mine.txt:1"))
    }

    @Test func aHitIsExplainedWhereItIsAskedFor() throws {
        let file = try write("the fox\nthe dog\n", "mine.txt")
        let query = "the AND NOT dog"
        #expect(!(try run("search", query, "--corpus", file).output.contains("A NOT B")))
        let result = try run("search", query, "--corpus", file, "--explain")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasSuffix("\nA the, B dog\n   A B  A NOT B\n1  1 0  1\n"))
        let json = try object(
            try run("search", query, "--corpus", file, "--explain", "--json").output)
        #expect((json["truth"] as? [String: Any])?["rows"] as? [[Bool]] == [[true, false]])
    }

    @Test func compareWithoutAFilePlaysSixTurns() throws {
        let shown = try run("compare")
        #expect(shown.status == 0 && shown.error == "")
        #expect(shown.output.components(separatedBy: ">>> ").count == 7)
        #expect(shown.output.contains("needs the session"))
        let json = try object(try run("compare", "--json", "--korean").output)
        #expect(json["scores"] != nil && json["conversations"] != nil)
        let page = folder.url.appendingPathComponent("page.html").path
        #expect(try run("compare", "--html", page).status == 0)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("</html>"))
        #expect(try run("compare", "--html", page).status == 1)
    }

    @Test func compareTakesTranscriptsDialoguesAndQuestions() throws {
        let questions = try write("capital of France\n\ncapital of Spain\n", "questions.txt")
        let shown = try run("compare", questions)
        #expect(shown.status == 0 && shown.output.contains("The same words as with the session"))
        _ = try Executable.run(
            ["-s", "talk", "--seed", "1"], input: Data("hello\n가나\n".utf8),
            environment: environment)
        let held = try run("compare", "talk")
        #expect(held.status == 0 && held.output.contains(">>> hello"))
        let set = try write(
            #"{"id":"a","turns":[{"user":"capital of France?","accept":["Paris"],"needs":"world"}]}"#,
            "set.jsonl")
        #expect(try run("compare", set).output.contains("about the world"))
        let named = try write(
            #"{"id":"a","turns":[{"user":"What is \"charchat\"?","accept":["x"],"needs":"world"}],"x":"charchat"}"#,
            "named.jsonl")
        #expect(try run("compare", named).output.contains("about the world"))
        let missing = try run("compare", "nothing-here")
        #expect(missing.status == 1 && missing.output == "")
        let evaluated = try object(try run("evaluate", "dialogues", set, "--json").output)
        let search = try #require(evaluated["search"] as? [String: [String: Int]])
        #expect(search["world"] == ["right": 1, "of": 1])
    }

    @Test func inspectShowsTheInside() throws {
        let picture = folder.url.appendingPathComponent("inside.svg").path
        let model = try #require(environment["CHARCHAT_MODEL"])
        let result = try run("inspect", model, "--text", "abc 가나", "--svg", picture)
        #expect(result.status == 0 && result.output.contains("layer 1 unit"))
        #expect(result.output.contains("correlation"))
        #expect(try String(contentsOfFile: picture, encoding: .utf8).hasPrefix("<svg"))
    }
}
