import ChatCore
import Foundation
import Testing

/// What scripts rely on: a line out for each line in, exit codes, standard input for a file.
@Suite struct ScriptingTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    @Test func aHundredLinesInAreAHundredLinesOut() throws {
        let kinds = [
            "hello", "", "/delete talk", "  ", "//x", String(repeating: "x", count: 70_000),
            "가나다", "\u{7F}\u{1B}[2J", "/bye", "\"quoted\"",
        ]
        let input = (0..<100).map { kinds[$0 % kinds.count] }.joined(separator: "\n") + "\n"
        let plain = try Executable.run(
            ["-s", "talk"], input: Data(input.utf8), environment: environment)
        #expect(plain.status == 1)
        #expect(plain.output.split(separator: "\n", omittingEmptySubsequences: false).count == 101)
        // No command ran.
        #expect(try run("sessions", "show", "talk").output.contains(">>> /delete talk"))
        let json = try Executable.run(
            ["-s", "other", "--json"], input: Data(input.utf8), environment: environment)
        #expect(json.status == 1 && json.error == "", "\(json.error)")
        let lines = json.output.split(separator: "\n")
        #expect(lines.count == 100)
        #expect(lines.count { $0.contains("\"error\"") } == 70)
        #expect(lines[9].contains("\"turn\":1"), "\(lines[9])")
    }

    @Test func aQuestionIsAnsweredAndThatIsAll() throws {
        let asked = try run("hello there?")
        // The seed is another one each time, and some replies are marked as cut.
        let isMark = asked.error.hasPrefix("The reply is marked: ")
        #expect(asked.status == 0 && (asked.error == "" || isMark), "\(asked)")
        #expect(asked.output.split(separator: "\n").count == 1)
        #expect(try run("sessions", "list").output == "")
        // In a session it is a turn like others; options may stand before it.
        #expect(try run("-s", "talk", "and then?").status == 0)
        #expect(try run("-c", "그리고").output.hasSuffix("\n"))
        #expect(try run("sessions", "show", "talk").output.contains(">>> 그리고"))
        let json = try run("chat", "--json", "hello there")
        #expect(json.output.contains(#""reply":"#) && json.output.contains(#""turn":1"#))
        #expect(try run("Hello!").status == 0)
        // A wrong command is no question.
        #expect(try run("hello").status == 64)
        // What the shipped model was not told it says that it does not know.
        let shipped = environment.filter { $0.key != "CHARCHAT_MODEL" }
        let unknown = try Executable.run(["What is my name?"], environment: shipped)
        #expect(unknown.status == 1 && unknown.output.contains("not told"), "\(unknown)")
    }

    @Test func commandsInJSONTellWhatTheyDid() throws {
        let lines = [#"{"user":"one\ntwo"}"#, #""/undo""#, #"{"user":"/x"}"#, #""/bye""#, #""no""#]
        let result = try Executable.run(
            ["-s", "talk", "--json", "--commands"], input: Data(lines.joined(separator: "\n").utf8),
            environment: environment)
        let out = result.output.split(separator: "\n")
        try #require(out.count == 4, "\(result)")
        #expect(result.status == 1)
        #expect(out[1].contains("notices") && out[1].contains("Undid 1 turn"))
        #expect(out[2].contains("Unknown command"))
        #expect(out[3] == "{}")
    }

    @Test func standardInputIsAFileWhereOneIsNamed() throws {
        let set = #"{"id":"a","turns":[{"user":"hi","accept":["."],"needs":"none"}]}"# + "\n"
        let text = "the fox\nthe dog\n"
        _ = try run("-s", "talk", input: "one\n")
        let transcript = try String(
            contentsOf: folder.url.appendingPathComponent("home/sessions/talk.jsonl"),
            encoding: .utf8)
        for (arguments, input) in [
            (["evaluate", "dialogues", "-", "--corpus", model.path + ".tsv"], set),
            (["compare", "-", "--corpus", model.path + ".tsv"], text),
            (["compare", "-", "--corpus", model.path + ".tsv"], set),
            (["search", "fox", "--corpus", "-"], text), (["inspect", "-"], transcript),
            (["replay", "-", "--verify"], transcript), (["evaluate", "text", "-"], text),
        ] {
            _ = try write("a fox?\tyes\n", "tiny.safetensors.tsv")
            let corpus = arguments.map {
                $0.hasSuffix(".tsv") ? folder.url.path + "/tiny.safetensors.tsv" : $0
            }
            let result = try Executable.run(
                corpus, input: Data(input.utf8), environment: environment)
            #expect(result.status == 0, "\(arguments): \(result)")
            #expect(!result.output.isEmpty)
        }
        #expect(try run("--corpus", "-", input: "x\n").status == 64)
    }

    @Test func importedWeightsMakeAModelOfTheirOwn() throws {
        let like = try ModelFile.load(model)
        // The same values as float16, which a random model's are near to.
        let halves = like.network.configuration.tensors.map { tensor in
            SafetensorsFile.Contents(
                name: tensor.name, type: .float16, shape: tensor.shape,
                bytes: Data(
                    (0..<tensor.elementCount).flatMap { [0x00, UInt8($0 % 2 == 0 ? 0x3C : 0xB8)] }))
        }
        let weights = folder.url.appendingPathComponent("half.safetensors")
        try SafetensorsFile.write(metadata: [:], tensors: halves, to: weights)
        let made = folder.url.path + "/made.safetensors"
        let result = try run("import", weights.path, "--like", model.path, "-o", made)
        #expect(result.status == 0, "\(result)")
        let loaded = try ModelFile.load(URL(fileURLWithPath: made))
        #expect(loaded.hash != like.hash && result.output.contains(loaded.hash))
        #expect(Array(loaded.network.parameters.values.prefix(2)) == [1, -0.5])
        #expect(loaded.training?.imported?.file == "half.safetensors")
        #expect(loaded.training?.imported?.like == like.hash)
        #expect(try run("inspect", made).output.contains("imported from half.safetensors"))
        #expect(try run("-m", made, "--no-save", input: "hi\n").status == 0)
        // Nothing is written over, and what does not fit is told.
        #expect(
            try run("import", weights.path, "--like", model.path, "-o", made).error.contains(
                "exists already"))
        let other = folder.url.appendingPathComponent("other.safetensors")
        try SafetensorsFile.write(metadata: [:], tensors: [halves[0]], to: other)
        let wrong = try run("import", other.path, "--like", model.path, "-o", made + "2")
        #expect(wrong.status == 1 && wrong.error.contains("it has no tensor"), "\(wrong)")
        #expect(wrong.error.contains("give weights with the names and shapes"))
    }

    #if os(Linux)
        @Test func withoutOneDNNItChatsAndSaysWhatTrainingNeeds() throws {
            // Files of its name that are no libraries, found before the system's.
            for name in ["libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"] {
                _ = try write(String(repeating: "0", count: 4_096), name)
            }
            let bare = environment.merging(["LD_LIBRARY_PATH": folder.url.path]) { $1 }
            let corpus = try write("one\ttwo\n", "facts.tsv")
            let trained = try Executable.run(
                ["train", corpus, "-o", folder.url.path + "/made"], environment: bare)
            #expect(trained.status == 1 && trained.output == "")
            #expect(trained.error.split(separator: "\n").count == 1)
            #expect(trained.error.contains("libdnnl2"), "\(trained)")
            let chat = try Executable.run(
                ["--no-save"], input: Data("hello\n".utf8), environment: bare)
            #expect(chat.status == 0 && !chat.error.contains("dnn"), "\(chat)")
        }
    #endif

    @Test func theManualAndTheCompletionsAreMadeFromTheCommands() throws {
        let page = try run("manual").output
        for part in [
            ".TH CHARCHAT 1", "charchat sessions search", "\\fB\\-\\-verify\\fR", ".SH ENVIRONMENT",
            ".B CHARCHAT_HOME", ".SH EXIT STATUS", ".B /undo",
        ] { #expect(page.contains(part), "\(part)") }
        _ = try run("-s", "holiday", input: "one\n")
        for shell in ["bash", "zsh", "fish"] {
            let script = try run("--generate-completion-script", shell)
            #expect(script.status == 0 && script.output.contains("safetensors"), "\(shell)")
        }
        #expect(try run("--version").output == "charchat \(chatCoreVersion)\n")
    }
}
