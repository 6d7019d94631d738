import ChatCore
import Foundation
import Testing

/// A limit under which no thread starts.
private enum ThreadLimit {
    /// A thread gets a stack as long as the limit of the first one's, and no address space has room for
    /// this one (200 TB). It holds for the superuser too, as the limit on processes does not.
    static let command = "ulimit -s 200000000000"
    static let shell = URL(fileURLWithPath: "/bin/sh")

    /// Whether the limit may be raised here, and threads take their stacks from it.
    static var canBe: Bool {
        #if canImport(Glibc)
            let result = try? Executable.run(
                ["-c", "\(command) 2>/dev/null"], environment: [:], program: shell)
            return result?.status == 0
        #else
            return false
        #endif
    }
}

/// Where the system gives no thread (`ulimit -u`, a container's limit) there are fewer workers, or one line
/// is told; nothing waits.
@Suite(.enabled(if: ThreadLimit.canBe)) struct NoThreadsTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// Runs charchat where no thread can be started; a minute at most.
    private func runAlone(_ arguments: [String], input: String = "") throws -> Executable.Result {
        try RunningExecutable(
            ["-c", "\(ThreadLimit.command) && exec \"$0\" \"$@\"", try Executable.url.path]
                + arguments,
            input: Data(input.utf8), environment: environment, program: ThreadLimit.shell
        ).end(within: 60)
    }

    @Test func aChatAnswersAndIsProved() throws {
        let chat = try runAlone(["-s", "talk"], input: "one\ntwo\n")
        #expect(chat.status == 0 && chat.output.split(separator: "\n").count == 2, "\(chat)")
        #expect(try runAlone(["replay", "talk", "--verify"]).status == 0)
        #expect(try runAlone(["sample", "-n", "20"]).status == 0)
    }

    @Test func aTrainingGivesTheModelThatItGivesWithThreads() throws {
        let talk = (0..<60).map { "hello \($0)\thello yourself \($0)\n" }.joined()
        let corpus = try write(talk, "talk.tsv")
        let threads = min(2, ProcessInfo.processInfo.activeProcessorCount)
        let hashes = try [true, false].map { alone -> String in
            let model = folder.url.path + "/\(alone).safetensors"
            let arguments = [
                "train", corpus, "-o", model, "--preset", "tiny", "--threads", "\(threads)",
                "--batch", "4", "--window", "32", "--steps", "3",
            ]
            let result =
                try alone
                ? runAlone(arguments) : Executable.run(arguments, environment: environment)
            #expect(result.status == 0, "\(result)")
            return try ModelFile.load(URL(fileURLWithPath: model)).hash
        }
        #expect(hashes[0] == hashes[1])
    }

    @Test func whatCannotBeWithoutThreadsIsToldInOneLine() throws {
        let corpus = try write("the lamp is in the garden\n", "notes.txt")
        let set = try write(
            #"{"id":"a","turns":[{"user":"hello","accept":["a"],"reject":[],"needs":"none"}]}"#,
            "set.jsonl")
        _ = try run("-s", "talk", input: "one\n")
        for arguments in [
            ["search", "lamp", "--corpus", corpus], ["sessions", "list"],
            ["sessions", "search", "one"], ["compare", "what is here?", "--corpus", corpus],
            ["evaluate", "dialogues", set, "--corpus", corpus], ["serve", "--port", "0"],
        ] {
            let result = try runAlone(arguments)
            #expect(result.status == 1, "\(arguments): \(result)")
            #expect(result.error.contains("thread"), "\(arguments): \(result)")
            #expect(result.error.split(separator: "\n").count == 1, "\(arguments): \(result)")
        }
        let chat = try runAlone(
            ["--commands", "--no-save", "--corpus", corpus], input: "/search lamp\none\n")
        #expect(chat.output.split(separator: "\n").count == 1, "\(chat)")
        #expect(chat.error.contains("thread"), "\(chat)")
    }
}
