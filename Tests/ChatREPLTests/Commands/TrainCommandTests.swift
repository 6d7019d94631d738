import ChatCore
import Foundation
import Testing

/// `charchat train` as a process.
@Suite struct TrainCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// A model and windows so small that a step takes no time.
    let tiny = ["--preset", "tiny", "--threads", "1", "--batch", "2", "--window", "16"]

    func run(_ arguments: [String]) throws -> Executable.Result {
        try Executable.run(arguments, environment: environment)
    }

    /// Starts the executable, sends it signals, the last of them SIGINT, and waits for its end.
    /// - Parameter microseconds: before each signal.
    private func interrupt(
        _ arguments: [String], after microseconds: UInt32 = 400_000, first: [Int32] = [],
        program: URL? = nil
    ) throws -> Executable.Result {
        let running = try RunningExecutable(
            arguments, environment: environment, program: program)
        // Written when signals are heeded.
        try running.wait(for: "parameters")
        for signal in first + [SIGINT] {
            usleep(microseconds)
            #expect(running.isRunning)
            running.send(signal)
        }
        return try running.end()
    }

    @Test func aModelThatGoesOnLearningTellsOfAllItsTraining() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let first = folder.url.path + "/first.safetensors"
        let second = folder.url.path + "/second.safetensors"
        let options = [
            "--threads", "1", "--batch", "2", "--window", "16", "--steps", "3", "--json",
        ]
        let made = try Executable.run(
            ["train", corpus, "-o", first, "--preset", "tiny"] + options, input: Data(),
            environment: environment)
        #expect(made.status == 0, "\(made)")
        let taught = try Executable.run(
            ["train", corpus, "--from", first, "-o", second] + options, input: Data(),
            environment: environment)
        #expect(taught.status == 0, "\(taught)")
        let record = try #require(try ModelFile.load(URL(fileURLWithPath: second)).training)
        #expect(record.steps == 6 && record.characters == 6 * 2 * 16)
        for wrong in [
            ["--from", first, "-o", first], ["--from", first, "-o", second, "--hidden", "8"],
            ["--from", first, "-o", second, "--preset", "base"],
        ] {
            let refused = try Executable.run(
                ["train", corpus] + wrong + options, input: Data(), environment: environment)
            #expect(refused.status == 64, "\(refused)")
        }
        let dialogues = try write("hello\thello yourself\n", "talk.tsv")
        let other = try run("train", dialogues, "--from", first, "-o", second, "--steps", "1")
        #expect(other.status == 1 && other.error.contains("was taught text"), "\(other)")
    }

    @Test func lessonsAreShownWithoutAModel() throws {
        let lessons = folder.url.appendingPathComponent("lessons")
        try FileManager.default.createDirectory(at: lessons, withIntermediateDirectories: true)
        _ = try write("[talk]\nPing. => Pong.\n", "lessons/talk.txt")
        let shown = try run("train", lessons.path, "--show", "2")
        #expect(shown.status == 0 && shown.output.contains("Pong."), "\(shown)")
        #expect(try run("train", lessons.path, "--steps", "1").status == 64)
    }

    @Test func trainingNeverWritesOverItsCorpus() throws {
        let corpus = try write("hello\n", "notes.txt")
        let link = folder.url.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: corpus)
        for output in [corpus, link, folder.url.path + "/./notes.txt", "model.svg"] {
            let result = try run("train", corpus, "-o", output, "--steps", "1")
            #expect(result.status == 64 && result.output == "", "\(result)")
        }
        let drawing = try write("hello\n", "notes.svg")
        let curve = try run(
            "train", drawing, "-o", folder.url.path + "/notes.safetensors", "--steps", "1")
        #expect(curve.status == 64, "\(curve)")
        let lesson = try run("train", folder.url.path, "-o", corpus, "--steps", "1")
        #expect(lesson.status == 64, "\(lesson)")
        #expect(try String(contentsOfFile: corpus, encoding: .utf8) == "hello\n")
    }

    @Test func trainingWritesOverNothingButModelsAndTheirCurves() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let options = [
            "--preset", "tiny", "--threads", "1", "--batch", "2", "--window", "16", "--steps", "2",
        ]
        func train(_ output: String, _ more: String...) throws -> Executable.Result {
            try Executable.run(
                ["train", corpus, "-o", output] + options + more, environment: environment)
        }
        let letter = try write("Dear Ada", "letter.md")
        let drawing = try write("<svg xmlns='mine'/>", "logo.svg")
        for output in [letter, folder.url.path + "/logo.safetensors"] {
            let result = try train(output)
            #expect(result.status == 1 && result.error.contains("would write over it"), "\(result)")
        }
        #expect(try String(contentsOfFile: letter, encoding: .utf8) == "Dear Ada")
        #expect(try String(contentsOfFile: drawing, encoding: .utf8) == "<svg xmlns='mine'/>")
        let model = folder.url.path + "/notes.safetensors"
        #expect(try train(model).status == 0)
        #expect(try train(model).status == 0)
    }

    @Test func twoTrainingsOfOneModelExcludeEachOther() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/notes.safetensors"
        let command = ["train", corpus, "-o", model, "--steps", "2"] + tiny
        var lock = try OutputLock.take(URL(fileURLWithPath: model))
        #expect(lock != nil)
        for more in [[], ["--resume"]] {
            let second = try Executable.run(command + more, environment: environment)
            #expect(second.status == 1, "\(second)")
            #expect(second.error.contains("another training is writing \(model)"), "\(second)")
        }
        let lessons = FilesDocument.repository.appending(path: "examples/shop-lessons").path
        let topics = try run("lessons", "topics", lessons, "-m", model)
        #expect(topics.status == 1 && topics.error.contains("another training is"), "\(topics)")
        #expect(try OutputLock.take(URL(fileURLWithPath: model)) == nil)
        lock = nil
        #expect(try Executable.run(command, environment: environment).status == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(left.allSatisfy { !$0.hasPrefix(".") }, "\(left)")
    }

    @Test func aModelIsForWhomTheUmaskLetsAndALinkToItStays() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.appendingPathComponent("notes.safetensors")
        let link = folder.url.appendingPathComponent("link.safetensors")
        func train(_ output: URL) throws {
            let result = try Executable.run(
                ["-c", "umask 027; exec \"$0\" \"$@\"", try Executable.url.path]
                    + ["train", corpus, "-o", output.path, "--steps", "2"] + tiny,
                environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
            #expect(result.status == 0, "\(result)")
        }
        func mode(_ url: URL) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
        }
        try train(model)
        #expect(try mode(model) == 0o640)
        chmod(model.path, 0o664)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: model)
        try train(link)
        #expect(try mode(model) == 0o664)
        let kind = try FileManager.default.attributesOfItem(atPath: link.path)[.type]
        #expect(kind as? FileAttributeType == .typeSymbolicLink)
    }

    @Test func aFinishedModelIsNotTrainedAnewByMistake() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/notes.safetensors"
        let command = ["train", corpus, "-o", model, "--resume", "--steps", "2"] + tiny
        #expect(try Executable.run(command, environment: environment).status == 0)
        let finished = try Data(contentsOf: URL(fileURLWithPath: model))
        let again = try Executable.run(command, environment: environment)
        #expect(again.status == 1 && again.error.contains("no interrupted run"), "\(again)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == finished)
    }

    @Test func aRunStoppedBeforeItsFirstEvaluationReplacesNothing() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.appendingPathComponent("notes.safetensors")
        let checkpoint = model.appendingPathExtension("checkpoint")
        let options = tiny + ["--steps"]
        let made = try run(["train", corpus, "-o", model.path] + options + ["2"])
        #expect(made.status == 0 && made.error.contains("is small"), "\(made)")
        try Data("another run".utf8).write(to: checkpoint)
        let before = [try Data(contentsOf: model), try Data(contentsOf: checkpoint)]
        let stopped = try interrupt(["train", corpus, "-o", model.path] + options + ["1000000"])
        #expect(stopped.status == 130, "\(stopped)")
        #expect(stopped.error.contains("will be replaced at the first evaluation"), "\(stopped)")
        #expect(stopped.error.contains("what was there is as it was"), "\(stopped)")
        #expect([try Data(contentsOf: model), try Data(contentsOf: checkpoint)] == before)
    }

    @Test func aRunGoesOnWithTheThreadsItBeganWith() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/notes.safetensors"
        let command = [
            "train", corpus, "-o", model, "--resume", "--preset", "tiny", "--batch", "2",
            "--window", "16", "--steps", "1000000", "--patience", "1000000",
        ]
        _ = try interrupt(command + ["--threads", "1", "--precision", "float32"])
        let other = try run(command + ["--seed", "2"])
        #expect(other.status == 1 && other.error.contains("made with --seed 1;"), "\(other)")
        var short = command
        short[short.firstIndex(of: "1000000")!] = "1"
        let again = try run(short)
        #expect(again.status == 0 && again.output.contains("1 threads"), "\(again)")
    }

    @Test func nohupKeepsATrainingAlive() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let result = try interrupt(
            [
                "-c", "trap '' HUP; exec \"$0\" \"$@\"", try Executable.url.path, "train", corpus,
                "-o", folder.url.path + "/notes.safetensors", "--preset", "tiny", "--threads",
                "1", "--batch", "2", "--window", "16", "--steps", "1000000", "--patience",
                "1000000",
            ], first: [SIGHUP], program: URL(fileURLWithPath: "/bin/sh"))
        #expect(result.status == 130, "\(result)")
    }

    @Test func aCheckpointThatCannotBeWrittenDoesNotCostTheModel() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/notes.safetensors"
        try FileManager.default.createDirectory(
            atPath: model + ".checkpoint/full", withIntermediateDirectories: true)
        let result = try run(
            "train", corpus, "-o", model, "--preset", "tiny", "--threads", "1", "--batch", "2",
            "--window", "16", "--steps", "2", "--json")
        #expect(result.status == 0 && result.output.contains("\"done\""), "\(result)")
        #expect(result.error.contains("The checkpoint was not written"), "\(result)")
        #expect(FileManager.default.fileExists(atPath: model))
    }

    @Test func aLossCurveThatCannotBeWrittenIsANotice() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        try FileManager.default.createDirectory(
            atPath: folder.url.path + "/notes.svg", withIntermediateDirectories: true)
        let result = try run(
            "train", corpus, "-o", folder.url.path + "/notes.safetensors", "--preset", "tiny",
            "--threads", "1", "--batch", "2", "--window", "16", "--steps", "2", "--json")
        #expect(result.status == 0 && result.output.contains("\"done\""), "\(result)")
        #expect(result.error.contains("The loss curve was not written"), "\(result)")
    }

    @Test func aTrainingWhoseReaderGoesAwayKeepsItsModel() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.appendingPathComponent("notes.safetensors").path
        let program = try Executable.url.path
        let options =
            "--preset tiny --threads 1 --batch 2 --window 16 --steps 400 --evaluations 100 --json"
        let command =
            "'\(program)' train '\(corpus)' -o '\(model)' \(options) | head -n 1 >/dev/null"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = environment
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(try run("inspect", model).status == 0)
    }

    /// oneDNN's kernels use the stack pointer for their own ends; a signal in the midst of one must not
    /// write into the weights. One run would often get by with luck.
    @Test(arguments: 1...6)
    func ctrlCInTheMidstOfTrainingHarmsNothing(number: Int) throws {
        let talk = (0..<60).map { "hello \($0)\thello yourself \($0)\n" }.joined()
        let corpus = try write(talk, "talk.tsv")
        let model = folder.url.appendingPathComponent("trained.safetensors").path
        let arguments = [
            "train", corpus, "-o", model, "--preset", "tiny", "--threads", "1", "--batch", "4",
            "--window", "32", "--patience", "1000000", "--steps",
        ]
        let result = try interrupt(
            arguments + ["1000000"], after: 300_000 + 37_000 * UInt32(number))
        #expect(result.status == 130, "\(result)")
        #expect(try run("inspect", model).status == 0)
    }
}
