import ChatCore
import ChatREPL
import Foundation
import Testing

/// What `FILES.md` says of files and outputs is so.
@Suite struct FilesDocumentTests: ExecutableSuite {
    let home: ExecutableHome
    private let document: FilesDocument

    init() throws {
        home = try ExecutableHome()
        document = try FilesDocument()
    }

    @Test(arguments: ["lstm", "gru", "gated-delta", "kda"])
    func tensorsAreThoseOfTheTables(cell: String) throws {
        let shape = try JSONDecoder().decode(
            ModelConfiguration.self,
            from: Data(try document.block("json architecture \(cell)").text.utf8))
        try shape.validate()
        #expect(
            shape.tensors.map { "\($0.name) \($0.shape)" }
                == (try document.block("text tensors \(cell)").lines))
        #expect(shape.layers.allSatisfy { $0.cell.rawValue == cell })
    }

    @Test func textIsSpelledAsTheExamplesHaveIt() throws {
        let alphabet = try JSONDecoder().decode(
            Alphabet.self, from: Data(try document.block("json alphabet").text.utf8))
        for line in try document.block("text encoding").lines {
            let sides = line.components(separatedBy: " → ")
            #expect(alphabet.encode(sides[0]).map { "\($0)" }.joined(separator: " ") == sides[1])
        }
    }

    @Test func theTranscriptMeansWhatItsTurnsSay() throws {
        let lines = try document.block("jsonl transcript").lines
        let sessions = folder.url.appendingPathComponent("home/sessions")
        try FileManager.default.createDirectory(at: sessions, withIntermediateDirectories: true)
        let file = sessions.appendingPathComponent("names.jsonl")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        #expect(try Transcript(file).isClosed)
        let turns = try document.block("jsonl turns").text + "\n"
        let shown = try run("sessions", "show", "names", "--json")
        #expect(shown.status == 0 && shown.output == turns, "\(shown)")
        // Each event that there is stands in the example.
        let events = try lines.dropFirst().map { line -> [String?] in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return [object?["role"] as? String, object?["event"] as? String]
        }
        for kind in LineKind.allCases {
            #expect(events.contains([kind.names.role, kind.names.event]), "\(kind)")
        }
        if let python = try python("transcript.py", file) { #expect(python.output == turns) }
    }

    @Test func aModelsHashIsMadeAsToldAndItsMetadataHasTheKeysOfTheTable() throws {
        let file = try SafetensorsFile(model)
        let keys = Set(document.names(under: "Models"))
        #expect(Set(file.metadata.keys).isSubset(of: keys), "\(keys)")
        if let read = try python("model.py", model) {
            #expect(read.status == 0, "\(read)")
            #expect(read.output.contains(try ModelFile.load(model).hash))
        }
    }

    @Test func checkpointsAndTrainingRecordsHoldWhatIsToldOfThem() throws {
        let corpus = try write(String(repeating: "hello there. \n", count: 40), "notes.txt")
        let made = folder.url.path + "/made.safetensors"
        let training = try RunningExecutable(
            [
                "train", corpus, "-o", made, "--preset", "tiny", "--threads", "1", "--batch", "2",
                "--window", "16", "--steps", "1000000", "--evaluations", "100000", "--patience",
                "1000000", "--dropout", "0.1", "--json",
            ], environment: environment)
        try training.wait(for: "evaluation")
        training.send(SIGINT)
        let stopped = try training.end()
        #expect(stopped.error.contains("--resume goes on"), "\(stopped)")
        let checkpoint = try SafetensorsFile(URL(fileURLWithPath: made + ".checkpoint"))
        let header = try #require(checkpoint.metadata["charchat_checkpoint"])
        let object = try JSONSerialization.jsonObject(with: Data(header.utf8)) as? [String: Any]
        let record = try #require(
            try SafetensorsFile(URL(fileURLWithPath: made)).metadata["training"])
        let names =
            checkpoint.tensors.map(\.name) + checkpoint.metadata.keys + (object ?? [:]).keys
            + (try FilesDocument.keys(record))
        for name in names { #expect(document.tells(of: name), "\(name)") }
    }

    /// Runs a reader of `examples/python`; nil where there is no Python.
    private func python(_ script: String, _ file: URL) throws -> Executable.Result? {
        let program = URL(filePath: "/usr/bin/python3")
        guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
        let path = FilesDocument.repository.appending(path: "examples/python/\(script)").path
        return try Executable.run([path, file.path], environment: environment, program: program)
    }

    @Test func statesAreWhatIsToldOfThem() throws {
        _ = try run("-s", "talk", input: "one\ntwo\n")
        let path = folder.url.path + "/talk.state.safetensors"
        #expect(try run("sessions", "state", "talk", "-o", path).status == 0)
        #expect(try run("sessions", "state", "talk", "-o", path).error.contains("exists already"))
        let file = try SafetensorsFile(URL(fileURLWithPath: path))
        #expect(file.metadata.keys.sorted() == ["charchat_state", "digest", "model"])
        #expect(file.tensors.map(\.name) == ["state"])
        let usual = try run("sample", "-n", "40", "--seed", "3")
        let after = try run("sample", "-n", "40", "--seed", "3", "--state", path)
        #expect(after.status == 0 && after.output != usual.output, "\(after)")
        let fresh = path + ".fresh"
        #expect(try run("sessions", "state", "talk", "--at", "0", "-o", fresh).status == 0)
        #expect(
            try run("sample", "-n", "40", "--seed", "3", "--state", fresh).output == usual.output)
        #expect(try run("sample", "--state", model.path).error.contains("holds no state"))
    }

    @Test func theEnvironmentAndTheExitCodesAreAllThere() {
        #expect(document.names(under: "Environment") == EnvironmentVariables.all.map(\.name))
        #expect(document.names(under: "Exit codes") == ExitMeanings.all.map { "\($0.code)" })
    }

    @Test func aChatInJSONIsAsTheExampleHasIt() throws {
        let input = try document.block("jsonl chat input").text + "\n"
        let expected = try document.block("jsonl charchat chat --json").lines
        let result = try run("chat", "-s", "talk", "--json", input: input)
        #expect(result.status == 1 && result.error == "", "\(result)")
        let lines = result.output.split(separator: "\n").map { String($0) }
        try #require(lines.count == expected.count)
        for (line, example) in zip(lines, expected) {
            #expect(try FilesDocument.keys(line) == FilesDocument.keys(example), "\(line)")
        }
        #expect(lines.last == expected.last)
        let transcript = try String(
            contentsOf: folder.url.appendingPathComponent("home/sessions/talk.jsonl"),
            encoding: .utf8
        ).split(separator: "\n")
        // The hash of a reply's line is what the line behind it names.
        #expect(lines[0].contains(Transcript.hash(ofLine: Data(transcript[2].utf8))))
    }

    /// Commands that print what the examples show; what is told of the slow one is not tried here.
    private static let commands: [(label: String, arguments: [String])] = [
        ("sample", ["sample", "-n", "12", "--prompt", "RO", "--seed", "7"]),
        ("sessions list", ["sessions", "list"]),
        ("sessions show", ["sessions", "show", "talk"]),
        ("sessions search", ["sessions", "search", "one"]),
        ("replay --verify", ["replay", "talk", "--verify"]),
        ("search", ["search", "capital", "spain", "--explain", "--corpus", "facts.tsv"]),
        ("quiz", ["quiz", "text-model", "--text", "notes-two.txt", "--rounds", "1"]),
        ("segment", ["segment", "notes.txt", "-m", "text-model"]),
        (
            "train",
            [
                "train", "facts.tsv", "-o", "made.safetensors", "--preset", "tiny", "--threads",
                "1", "--batch", "2", "--window", "16", "--steps", "3",
            ]
        ),
        ("train --show", ["train", "shop-lessons", "--show", "1"]),
        ("evaluate text", ["evaluate", "text", "notes.txt"]),
        (
            "evaluate dialogues",
            ["evaluate", "dialogues", "set.jsonl", "--corpus", "facts.tsv"]
        ),
        ("evaluate pairs", ["evaluate", "pairs", "facts.tsv"]),
        ("compare", ["compare", "set.jsonl", "--corpus", "facts.tsv"]),
        ("inspect", ["inspect", "model"]),
        ("inspect", ["inspect", "talk"]),
        ("import", ["import", "model", "--like", "model", "-o", "other.safetensors"]),
    ]

    @Test func everyOutputHasTheKeysOfItsExample() throws {
        _ = try run("-s", "talk", input: "one\ntwo\n")
        let facts = try write(
            "What is the capital of France?\tParis.\nand Spain?\tMadrid.\n", "facts.tsv")
        let set = try write(try document.block("jsonl dialogues").text + "\n", "set.jsonl")
        let notes = try write(String(repeating: "hello there. \n", count: 40), "notes.txt")
        let places = [
            "facts.tsv": facts, "set.jsonl": set, "notes.txt": notes, "model": model.path,
            "notes-two.txt": try write(
                (0..<40).map { "a line that is number \($0)\n" }.joined(), "notes-two.txt"),
            "text-model": try TinyModel.save(
                TinyModel.make(format: .text), in: folder.url, as: "text"
            ).path,
            "shop-lessons": FilesDocument.repository.appending(path: "examples/shop-lessons").path,
            "made.safetensors": folder.url.path + "/made.safetensors",
            "other.safetensors": folder.url.path + "/other.safetensors",
        ]
        for (label, arguments) in Self.commands {
            let result = try Executable.run(
                arguments.map { places[$0] ?? $0 } + ["--json"], environment: environment)
            #expect(result.status == 0, "\(label): \(result)")
            let known = try document.block("json charchat \(label) --json").lines
                .reduce(into: Set<String>()) { $0.formUnion(try FilesDocument.keys($1)) }
            #expect(!result.output.isEmpty, "\(label)")
            for line in result.output.split(separator: "\n") {
                let found = try FilesDocument.keys(String(line))
                #expect(found.isSubset(of: known), "\(label): \(found.subtracting(known))")
            }
        }
        let tried = Set(Self.commands.map { "json charchat \($0.label) --json" })
        let told = document.blocks.map(\.label).filter { $0.hasPrefix("json charchat") }
        #expect(Set(told).subtracting(tried) == ["json charchat benchmark --json"])
    }
}
