import ChatCore
import Foundation
import Testing

/// The built executable in pipes: what goes where, and the exit codes.
@Suite struct ExecutableTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    @Test(arguments: [
        [], ["chat"], ["sample"], ["evaluate"], ["evaluate", "text"], ["replay"], ["inspect"],
        ["sessions"], ["sessions", "list"], ["sessions", "show"], ["sessions", "search"],
        ["sessions", "export"], ["sessions", "import"], ["sessions", "fork"],
        ["sessions", "rename"], ["sessions", "delete"], ["search"], ["compare"],
        ["evaluate", "dialogues"], ["train"], ["benchmark"], ["numbers"], ["import"], ["manual"],
        ["sessions", "state"],
    ])
    func everyCommandHasHelpWithAnExample(command: [String]) throws {
        let result = try Executable.run(command + ["--help"], environment: environment)
        #expect(result.status == 0)
        #expect(result.output.contains("Example"))
        #expect(result.error == "")
    }

    @Test(arguments: [
        ["--frobnicate"], ["chat", "-c", "-s", "x"], ["chat", "--no-save", "-c"],
        ["chat", "--temperature", "-1"], ["chat", "--top-p", "0"], ["chat", "--seed", "x"],
        ["sample", "-n", "-5"], ["replay"], ["sessions", "export", "x", "--format", "pdf"],
        ["search"], ["search", "x", "--limit", "0"], ["compare", "x", "--korean"],
        ["inspect", "--svg", "x.svg"], ["inspect", "--text", ""],
        ["train", "x.txt", "-o", "y", "--steps", "0"],
        ["train", "x.txt", "-o", "y", "--batch", "0"],
        ["train", "x.txt", "-o", "y", "--minutes", "0"],
        ["train", "x.txt", "-o", "y", "--dropout", "2"],
        ["train", "x.txt", "-o", "y", "--batch", "4096", "--window", "8192"],
    ])
    func wrongUsageIs64(arguments: [String]) throws {
        let result = try Executable.run(arguments, environment: environment)
        #expect(result.status == 64)
        #expect(result.output == "")
    }

    @Test func oneLineIsOneTurnAndOneReplyIsOneLine() throws {
        let result = try run("-s", "talk", "--seed", "3", input: "hello\r\n\n가나다\nlast")
        #expect(result.status == 0)
        #expect(result.error == "")
        #expect(result.output.split(separator: "\n").count == 3)
        #expect(result.output.hasSuffix("\n"))
        #expect(!result.output.contains("\u{1B}") && !result.output.contains(">>>"))
        let again = try run("-s", "same", "--seed", "3", input: "hello\n가나다\nlast\n")
        #expect(again.output == result.output.replacing("\n\n", with: "\n"))
    }

    @Test func slashCommandsInAPipeSpeakOnStandardError() throws {
        let result = try run("-s", "talk", input: "one\n/undo\n/x\n//x\n/log\n/bye\nnever\n")
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count == 2)
        // One line for each line, empty where there is no reply.
        #expect(result.output.split(separator: "\n", omittingEmptySubsequences: false).count == 7)
        #expect(result.error.contains("Undid 1 turn"))
        #expect(result.error.contains("Unknown command '/x'. Type /? for help.\n"))
        #expect(result.error.contains("/x"))
    }

    @Test func whatACommandInAPipeCannotDoIsOneLine() throws {
        let result = try run("-s", "talk", input: "/load nosuch\n/set temperature 99\n")
        #expect(result.status == 1 && result.output == "\n\n", "\(result)")
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 2, "\(result)")
        #expect(lines.first?.hasPrefix("There is no session named 'nosuch'") == true)
        #expect(
            lines.last == "The temperature cannot be '99'; it must be a number from 0 to 10.")
    }

    @Test func withoutCommandsEveryLineOfAPipeIsSaid() throws {
        let result = try run("-s", "talk", "--seed", "3", input: "one\n//undo\n")
        #expect(result.status == 0)
        let plain = try Executable.run(
            ["-s", "plain", "--seed", "3"], input: Data("one\n/undo\n".utf8),
            environment: environment)
        #expect(plain.status == 0 && plain.error == "")
        #expect(plain.output == result.output)
        #expect(try run("sessions", "show", "plain").output.contains(">>> /undo"))
    }

    @Test func closedStreamsAreToldAndWaitForNothing() throws {
        func shell(_ command: String) throws -> Executable.Result {
            try Executable.run(
                ["-c", "exec \"$0\" \(command)", try Executable.url.path],
                environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
        }
        let input = try shell("--no-save <&-")
        #expect(input.status == 1 && input.error.contains("cannot read standard input"), "\(input)")
        let output = try shell("sessions list --json >&-")
        #expect(output.status == 0, "nothing to write")
        _ = try run("-s", "talk", input: "one\n")
        let lost = try shell("sessions show talk >&-")
        #expect(lost.status == 1 && lost.error.contains("cannot write the output"), "\(lost)")
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/closed.safetensors"
        let train = try shell(
            "train '\(corpus)' -o '\(model)' --preset tiny --threads 1 --batch 2 --window 16 --steps 2 2>&-"
        )
        #expect(train.status == 0 && FileManager.default.fileExists(atPath: model), "\(train)")
    }

    @Test func whatIsNotGivenIsWhatIsUsualForTheModel() throws {
        let text = try TinyModel.save(TinyModel.make(format: .text), in: folder.url, as: "text")
        for (arguments, temperature) in [
            ([], "0.2"), (["-m", text.path], "0.7"), (["--temperature", "0.5"], "0.5"),
        ] {
            let result = try Executable.run(
                ["--no-save", "--commands"] + arguments, input: Data("/show parameters\n".utf8),
                environment: environment)
            #expect(
                result.error.hasPrefix("temperature \(temperature), top-p 0.9, seed "), "\(result)")
        }
    }

    @Test func badLinesAreToldAndTheRestGoesOn() throws {
        var input = Data("one\n".utf8) + Data([0xFF, 0x0A])
        input += Data(repeating: 0x61, count: 1 << 20) + Data("\na\0b\nlast\n".utf8)
        let result = try Executable.run(["-s", "bad"], input: input, environment: environment)
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count == 3)
        #expect(result.output.split(separator: "\n", omittingEmptySubsequences: false).count == 6)
        #expect(result.error.contains("Line 2 is not UTF-8 at its byte 1. It was not sent."))
        #expect(result.error.contains("Line 3: That line has 1048576 bytes"))
        #expect(result.error.contains("NUL"))
        let shown = try run("sessions", "show", "bad")
        #expect(shown.output.contains("a␀b"))
    }

    @Test func aByteOrderMarkIsNoPartOfWhatIsSaid() throws {
        let piped = try run("--no-save", input: "\u{FEFF}/show parameters\n")
        #expect(piped.output == "\n" && piped.error.contains("temperature"), "\(piped)")
        let set = try write(
            "\u{FEFF}{\"id\":\"x\",\"turns\":[{\"user\":\"hello\",\"accept\":[\"z\"],\"needs\":\"none\"}]}\n",
            "set.jsonl")
        let corpus = try write("hello there\n", "text.txt")
        let compared = try run("compare", set, "--corpus", corpus, "--json")
        #expect(compared.status == 0 && !compared.output.contains("turns\\\""), "\(compared)")
        #expect(compared.output.contains("\"hello\""), "\(compared)")
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT], [0, O_NONBLOCK])
    func aReaderThatDoesNotReadKeepsNoProcessAlive(signal: Int32, flags: Int32) throws {
        let process = Process()
        process.executableURL = try Executable.url
        process.arguments = ["sample", "-n", "10000000"]
        process.environment = environment
        let output = Pipe()
        _ = fcntl(output.fileHandleForWriting.fileDescriptor, F_SETFL, flags)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try RunningExecutable.withUsualSignals { try process.run() }
        _ = output.fileHandleForReading.readData(ofLength: 1)
        // More than a pipe holds is soon written.
        usleep(500_000)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 128 + signal)
    }

    @Test func aDeviceIsNoFile() throws {
        for command in [
            ["chat", "-m", "/dev/zero"], ["replay", "/dev/zero"],
            ["sessions", "import", "/dev/zero"], ["evaluate", "dialogues", "/dev/zero"],
        ] {
            let result = try Executable.run(command, environment: environment)
            #expect(result.status == 1 && result.error.contains("/dev/zero"), "\(result)")
        }
    }

    @Test func datesOfAnyCenturyAreListed() throws {
        _ = try run("-s", "talk", input: "one\n")
        let file = folder.url.appendingPathComponent("home/sessions/talk.jsonl")
        for year in [-100_000_000_000, 12_000_000_000] {
            var times = [timespec(tv_sec: year, tv_nsec: 0), timespec(tv_sec: year, tv_nsec: 0)]
            guard utimensat(AT_FDCWD, file.path, &times, 0) == 0 else { continue }
            let result = try run("sessions", "list")
            #expect(result.status == 0 && result.output.contains("talk"), "\(result)")
        }
    }

    @Test(arguments: [["sesions"], ["serach", "Spain"], ["help", "sessons"]])
    func aCommandThatDoesNotExistIsTold(arguments: [String]) throws {
        let result = try Executable.run(arguments, environment: environment)
        #expect(result.status == 64 && result.output == "")
        #expect(result.error.contains("There is no command '"), "\(result)")
        #expect(result.error.contains("chat, sample, fill, evaluate"), "\(result)")
    }

    @Test func theInsideOfASessionIsNoModel() throws {
        _ = try run("-s", "talk", input: "one\n")
        let result = try run("inspect", "talk", "--text", "hi")
        #expect(result.status == 1 && result.error.contains("name a model file"), "\(result)")
    }

    @Test(arguments: [
        ["evaluate", "text", "/nowhere/x.txt"], ["evaluate", "text", "/"],
        ["inspect", "/nowhere/x"], ["replay", "/nowhere/x.jsonl"], ["chat", "-m", "/nowhere/m"],
        ["sample", "-m", "/"], ["sessions", "show", "../x"], ["sessions", "delete", "none"],
        ["chat", "-s", "a/b"],
    ])
    func errorsAreOneLineAndCode1(arguments: [String]) throws {
        let result = try Executable.run(arguments, environment: environment)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.error.hasPrefix("charchat: "))
        #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }

    @Test func aMissingModelSaysWhatToDo() throws {
        var environment = environment
        environment["CHARCHAT_MODEL"] = "/nowhere/model.safetensors"
        let result = try Executable.run([], environment: environment)
        #expect(result.status == 1)
        #expect(result.error.contains("/nowhere/model.safetensors"))
    }

    @Test func theSameSeedSamplesTheSameText() throws {
        let first = try run("sample", "-n", "50", "--seed", "7", "--prompt", "hello")
        #expect(first.status == 0)
        #expect(first.output.hasPrefix("hello\n"))
        #expect(try run("sample", "-n", "50", "--seed", "7", "--prompt", "hello") == first)
        #expect(try run("sample", "-n", "50", "--seed", "8", "--prompt", "hello") != first)
        #expect(try run("sample", "-n", "0").output == "\n")
    }

    @Test func inspectShowsModelsAndTranscripts() throws {
        let shown = try run("inspect", model.path)
        #expect(shown.output.contains("layers      gru 24"))
        let json = try run("inspect", model.path, "--json")
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    }

    @Test func inspectTakesATextForNoModel() throws {
        let result = try run("inspect", try write("Tea is a drink.\n", "tea.txt"))
        #expect(result.status == 1 && result.output == "")
        #expect(
            result.error.contains("is a text, neither a model nor a transcript"), "\(result)")
    }

    @Test(arguments: ["compare", "inspect"])
    func whatIsReadTwiceCannotBeAPipe(command: String) throws {
        let pipe = folder.url.appendingPathComponent("pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let result = try run(command, pipe.path)
        #expect(result.status == 1 && result.error.contains("is not a regular file"), "\(result)")
    }

    @Test func anEmptyTextHoldsNoQuestion() throws {
        let result = try run("compare", try write("", "empty.txt"))
        #expect(result.status == 1 && result.error.contains("holds no question"), "\(result)")
    }

    @Test func aReaderThatGoesAwayIsNoCrash() throws {
        let command =
            "{ '\(try Executable.url.path)' sample -n 200000 || echo $? >&2; } | head -c 10 >/dev/null"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = environment
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }

    @Test func ctrlCInAPipeIs130AndKeepsTheSession() throws {
        let slow = try TinyModel.save(
            TinyModel.make(hiddenSize: 1024, ends: false), in: folder.url, as: "slow")
        let process = Process()
        process.executableURL = try Executable.url
        process.arguments = ["-s", "stop", "-m", slow.path]
        process.environment = environment
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try RunningExecutable.withUsualSignals { try process.run() }
        try input.fileHandleForWriting.write(contentsOf: Data("one\n".utf8))
        // What was said is on disk before the model begins to reply.
        let transcript = folder.url.appendingPathComponent("home/sessions/stop.jsonl").path
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: transcript) {
            usleep(50_000)
        }
        usleep(100_000)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(try run("sessions", "list", "-h").status == 0)
        #expect(try run("replay", "stop", "--verify", "-m", slow.path).status == 0)
    }
}
