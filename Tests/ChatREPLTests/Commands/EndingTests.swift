import ChatCore
import Foundation
import Testing

/// Whatever a command is at, a signal that asks it to end ends it. `scripts/interrupt-test` sends fifty to
/// each command and measures how long they take.
@Suite(.serialized) struct EndingTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// Starts a command, sends signals to it after `seconds`, and returns its status and the seconds from
    /// the first signal to its end.
    private func end(
        _ arguments: [String], input: String = "", after seconds: Double, by signals: [Int32],
        environment: [String: String]
    ) throws -> (status: Int32, seconds: Double) {
        let running = try RunningExecutable(
            arguments, input: Data(input.utf8), environment: environment)
        Thread.sleep(forTimeInterval: seconds)
        let start = ContinuousClock.now
        for (index, signal) in signals.enumerated() {
            // What comes sooner is the same wish.
            if index > 0 { Thread.sleep(forTimeInterval: 0.3) }
            running.send(signal)
        }
        let status = try running.end(within: 60).status
        let duration = ContinuousClock.now - start
        return (
            status,
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        )
    }

    /// With the shipped model, whose replies are sentences.
    private var shipped: [String: String] { environment.filter { $0.key != "CHARCHAT_MODEL" } }

    /// Patterns that each try a million ways in a reply of thirty characters, one after the other.
    private func endless() throws -> String {
        let patterns = Array(repeating: #"".*.*.*.*Z""#, count: 2_000).joined(separator: ",")
        return try write(
            #"{"id":"a","turns":[{"user":"What is the capital of Spain?","accept":[\#(patterns)],"#
                + #""reject":[],"needs":"none"}]}"# + "\n", "endless.jsonl")
    }

    @Test func aPatternThatTriesForEverIsToldWithItsLine() throws {
        let set = try write(
            #"{"id":"a","turns":[{"user":"What is the capital of Spain?","accept":["(.|.)*(.|.)*Z"],"needs":"none"}]}"#
                + "\n", "slow.jsonl")
        for command in [["evaluate", "dialogues"], ["evaluate", "certainty"], ["compare"]] {
            let result = try RunningExecutable(command + [set], environment: shipped)
                .end(within: 300)
            #expect(result.status == 1 && result.output == "", "\(result)")
            #expect(
                result.error.contains("slow.jsonl: line 1: '(.|.)*(.|.)*Z' takes too much work"),
                "\(result)")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func workInOnePieceEndsWithinASecond(signal: Int32) throws {
        let ended = try end(
            ["evaluate", "dialogues", try endless()], after: 2.5, by: [signal],
            environment: shipped)
        #expect(ended.status == 128 + signal)
        #expect(ended.seconds < 3, "\(ended)")
    }

    @Test func aSecondSignalEndsAtOnce() throws {
        let ended = try end(
            ["evaluate", "dialogues", try endless()], after: 2.5, by: [SIGINT, SIGINT],
            environment: shipped)
        #expect(ended.status == 130 && ended.seconds < 0.75, "\(ended)")
    }

    @Test(arguments: [0.05, 0.4, 1.2], [["replay", "--verify"], ["compare"]])
    func aProofAndAComparisonOfALongMessageEnd(after seconds: Double, command: [String]) throws {
        let words = String(repeating: "long words ", count: 400_000)
        let messages =
            #"{"messages":[{"role":"user","content":"\#(words)"},{"role":"assistant","content":"ho"}]}"#
        _ = try run("sessions", "import", try write(messages, "long.jsonl"), "--name", "long")
        let url = folder.url.appendingPathComponent("home/sessions/long.jsonl")
        if command[0] == "replay" {
            // A proof reads the message for a reply that claims to be generated.
            let claimed = try String(contentsOf: url, encoding: .utf8)
                .replacing(#""origin":"imported""#, with: #""draw":1,"symbols":2"#)
            try Data(claimed.utf8).write(to: url)
        }
        let ended = try end(
            command + [url.path], after: seconds, by: [SIGTERM], environment: environment)
        #expect(ended.status == 143 && ended.seconds < 2, "\(ended)")
    }

    /// A request whose body never comes keeps a server as busy as a reply that goes on.
    @Test(arguments: [SIGTERM, SIGINT])
    func aServerThatRepliesEndsAtTheSecondSignal(signal: Int32) throws {
        let server = try RunningExecutable(["serve", "--port", "0"], environment: environment)
        try server.wait(for: "charchat listens on ")
        let port = try #require(try server.output.split(separator: ":").last)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let script = #"""
            exec 3<>"/dev/tcp/127.0.0.1/$0"
            printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' "$0" >&3
            head -n 1 <&3
            printf 'POST /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n' "$0" >&3
            printf 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n' >&3
            echo sent
            exec sleep 60
            """#
        let client = try RunningExecutable(
            ["-c", script, port], environment: environment,
            program: URL(fileURLWithPath: "/bin/bash"))
        try client.wait(for: "sent")
        Thread.sleep(forTimeInterval: 1)
        server.send(signal)
        // What comes sooner is the same wish.
        Thread.sleep(forTimeInterval: 1)
        #expect(server.isRunning)
        server.send(signal)
        #expect(try server.end(within: 30).status == 128 + signal)
        client.send(SIGTERM)
    }

    /// `timeout` sends its signal to the process and to its group.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalThatComesTwiceAtOnceIsOneWish(signal: Int32) throws {
        let corpus = try write(String(repeating: "hello there. \n", count: 40), "notes.txt")
        let training = try RunningExecutable(
            [
                "train", corpus, "-o", folder.url.path + "/made.safetensors", "--preset", "tiny",
                "--threads", "1", "--batch", "2", "--window", "16", "--steps", "1000000",
                "--evaluations", "100000", "--patience", "1000000", "--json",
            ], environment: environment)
        try training.wait(for: "evaluation")
        training.send(signal)
        usleep(100)
        training.send(signal)
        let ended = try training.end()
        #expect(ended.status == 128 + signal, "\(ended)")
        #expect(ended.error.contains("--resume goes on"), "\(ended)")
    }

    @Test func whatAParentHasHadIgnoredStaysIgnored() throws {
        let sample = try RunningExecutable(
            [
                "-c", "trap '' INT HUP; exec \"$0\" sample -n 10000000", try Executable.url.path,
            ], environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
        try sample.wait(for: "a")
        for signal in [SIGINT, SIGHUP, SIGINT] {
            sample.send(signal)
            Thread.sleep(forTimeInterval: 0.5)
        }
        #expect(sample.isRunning)
        sample.send(SIGTERM)
        #expect(try sample.end().status == 143)
    }

    // MARK: - Every command

    /// Each command with something to do for a while, where it has that.
    private static let commands: [(arguments: [String], input: String)] = [
        (["chat", "--no-save"], String(repeating: "hello there\n", count: 20_000)),
        (["chat", "-s", "talk"], String(repeating: "hello there\n", count: 20_000)),
        (["chat", "--commands", "-s", "talk"], String(repeating: "/memory hello\n", count: 200)),
        (
            ["chat", "--commands", "-s", "talk", "--corpus", "big.txt"],
            String(repeating: "/search lamp\n", count: 200)
        ),
        (["sample", "-n", "10000000"], ""),
        (["fill", "the ____ garden", "-n", "100000", "-m", "text-model"], ""),
        (["evaluate", "text", "big.txt", "-m", "text-model"], ""),
        (["evaluate", "pairs", "big.tsv"], ""),
        (["evaluate", "dialogues", "set.jsonl", "--corpus", "big.txt"], ""),
        (["evaluate", "certainty", "set.jsonl"], ""),
        (["evaluate", "fill", "big.txt", "-m", "text-model"], ""),
        (["replay", "talk", "--verify"], ""),
        (["search", "lamp", "--corpus", "big.txt"], ""),
        (["compare", "questions.txt", "--corpus", "big.txt"], ""),
        (["segment", "big.txt", "-m", "text-model"], ""),
        (
            ["quiz", "text-model", "--text", "big.txt", "--rounds", "500"],
            String(repeating: "1\n", count: 500)
        ),
        (["tour"], ""),
        (["serve", "--port", "0"], ""),
        (["sessions", "list"], ""),
        (["sessions", "show", "talk"], ""),
        (["sessions", "search", "hello"], ""),
        (["sessions", "export", "talk"], ""),
        (["sessions", "import", "messages.json", "--name", "came"], ""),
        (["sessions", "fork", "talk", "fork"], ""),
        (["sessions", "rename", "fork", "again"], ""),
        (["sessions", "repair", "talk", "whole"], ""),
        (["sessions", "state", "talk", "-o", "made-state"], ""),
        (["sessions", "delete", "again"], ""),
        (["inspect", "model", "--text", String(repeating: "hello there ", count: 340)], ""),
        (
            [
                "train", "big.txt", "-o", "made-model", "--preset", "tiny", "--threads", "1",
                "--batch", "2", "--window", "16", "--steps", "1000000",
            ], ""
        ),
        (["corpus", "show", "big.tsv", "-n", "10000"], ""),
        (["corpus", "write", "big.txt", "-o", "made-shards", "--batch", "2"], ""),
        (["lessons", "new", "made-lessons"], ""),
        (["lessons", "heldout", "shop-lessons"], ""),
        (["lessons", "topics", "shop-lessons", "-m", "model"], ""),
        (["import", "model", "--like", "model", "-o", "made-import"], ""),
        (["benchmark"], ""),
        (["numbers", "--text", String(repeating: "hello there ", count: 200)], ""),
        (["manual"], ""),
    ]

    /// What the names in `commands` stand for.
    private func places() throws -> [String: String] {
        let dialogue =
            #"{"id":"a","turns":[{"user":"hello","accept":["a"],"reject":[],"needs":"none"}]}"#
        let lessons = folder.url.appendingPathComponent("shop-lessons")
        try FileManager.default.copyItem(
            at: FilesDocument.repository.appending(path: "examples/shop-lessons"), to: lessons)
        var places = [
            "big.txt": try write(
                (0..<40_000).map { "the lamp is in the garden, \($0) times. \n" }.joined(),
                "big.txt"),
            "questions.txt": try write(
                (0..<900).map { "where is the lamp, \($0)?\n" }.joined(), "questions.txt"),
            "big.tsv": try write(
                (0..<40_000).map { "hello \($0)\tand hello yourself\n" }.joined(), "big.tsv"),
            "set.jsonl": try write(
                String(repeating: dialogue + "\n", count: 4000), "set.jsonl"),
            "messages.json": try write(
                #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
                "messages.json"),
            "model": model.path,
            "text-model": try TinyModel.save(
                TinyModel.make(format: .text), in: folder.url, as: "text"
            ).path,
            "shop-lessons": lessons.path,
        ]
        for name in ["state", "model", "shards", "lessons", "import"] {
            places["made-\(name)"] = folder.url.path + "/made-\(name)"
        }
        return places
    }

    @Test func everyCommandEndsByASignalAtAnyMoment() throws {
        let places = try places()
        _ = try run("-s", "talk", input: String(repeating: "hello\n", count: 100))
        var random = RandomStream(seed: 23)
        for (arguments, input) in Self.commands {
            let signal = random.below(2) == 0 ? SIGINT : SIGTERM
            let ended = try end(
                arguments.map { places[$0] ?? $0 }, input: input, after: random.uniform() * 0.7,
                by: [signal], environment: environment)
            // Some are over before; none is wrong usage.
            #expect([0, 1, 128 + signal].contains(ended.status), "\(arguments): \(ended)")
            // A busy machine needs longer than the second that `scripts/interrupt-test` allows.
            #expect(ended.seconds < 10, "\(arguments): \(ended)")
        }
    }

    @Test func everyCommandIsTried() throws {
        func leaves(_ command: [String: Any], _ words: [String]) -> [[String]] {
            let below = (command["subcommands"] as? [[String: Any]] ?? []).compactMap {
                command -> (name: String, command: [String: Any])? in
                guard let name = command["commandName"] as? String, name != "help" else {
                    return nil
                }
                return (name, command)
            }
            guard !below.isEmpty else { return [words] }
            return below.flatMap { leaves($0.command, words + [$0.name]) }
        }
        let told = try run("--experimental-dump-help").output
        let tool = try JSONSerialization.jsonObject(with: Data(told.utf8)) as? [String: Any]
        let commands = leaves(try #require(tool?["command"] as? [String: Any]), [])
        #expect(commands.count > 30)
        for words in commands {
            #expect(Self.commands.contains { $0.arguments.starts(with: words) }, "\(words)")
        }
    }
}
