import ChatCore
import Foundation
import Testing

/// The built executable killed, crowded and out of space: what was shown is saved, and the next start
/// goes on by itself. `scripts/kill-test` kills many more times.
@Suite(.serialized) struct SurvivalTests {
    let folder: TemporaryFolder
    let environment: [String: String]
    let store: SessionStore

    init() throws {
        folder = try TemporaryFolder()
        let model = try TinyModel.save(TinyModel.make(), in: folder.url)
        environment = Executable.environment(
            home: folder.url.appendingPathComponent("home"), model: model)
        store = SessionStore(places: Places(environment: environment))
    }

    /// A chat that reads `input` and writes its replies into a file.
    private func start(
        _ arguments: [String], input: String, output: String, program: URL? = nil
    ) throws -> (process: Process, output: URL) {
        let inputFile = folder.url.appendingPathComponent("\(output).in")
        try Data(input.utf8).write(to: inputFile)
        let outputFile = folder.url.appendingPathComponent(output)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = try program ?? Executable.url
        process.arguments = arguments
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, outputFile)
    }

    private func replies(_ name: String) throws -> [String] {
        guard try store.exists(name) else { return [] }
        return Replay.steps(try store.transcript(name)).compactMap {
            if case .replied(let turn, _) = $0 { VisibleText.oneLine(turn.reply) } else { nil }
        }
    }

    @Test func whatWasShownBeforeAKillIsSaved() throws {
        var random = RandomStream(seed: 5)
        let lines = (0..<400).map {
            $0 % 7 == 6 ? "/undo" : $0 % 11 == 10 ? "/regen" : "line \($0)"
        }
        for _ in 0..<20 {
            let before = try replies("talk")
            let (process, output) = try start(
                ["-s", "talk", "--commands"], input: lines.joined(separator: "\n"), output: "out")
            usleep(UInt32(random.below(120_000)))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let shown = String(decoding: try Data(contentsOf: output), as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                // A command has an empty line for its reply.
                .map(String.init).filter { !$0.isEmpty }
            let after = try replies("talk")
            #expect(after.starts(with: before))
            #expect(after.dropFirst(before.count).starts(with: shown))
        }
        let next = try Executable.run(
            ["-s", "talk"], input: Data("and now?\n".utf8), environment: environment)
        #expect(next.status == 0 && next.output.split(separator: "\n").count == 1, "\(next)")
        #expect(
            try Executable.run(["replay", "talk", "--verify"], environment: environment).status == 0
        )
        _ = try store.list()
        let left = try FileManager.default.contentsOfDirectory(
            atPath: store.places.sessionsFolder.path)
        #expect(left.allSatisfy { !$0.hasPrefix(".") }, "\(left)")
    }

    @Test func eightProcessesAtOnceLoseNothing() throws {
        // The same date is their name, so that all want the same one.
        let running = try (0..<8).map {
            try start([], input: "one \($0)\ntwo \($0)\n", output: "out \($0)")
        }
        for (process, _) in running {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        let said = try store.names().map { try store.transcript($0).turns.map(\.user) }
        #expect(Set(said) == Set((0..<8).map { ["one \($0)", "two \($0)"] }))
    }

    @Test func aSessionThatIsOpenElsewhereIsRefused() throws {
        let input = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = try Executable.url
        process.arguments = ["-s", "mine", "--seed", "1"]
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("hello\n".utf8))
        _ = output.fileHandleForReading.availableData
        for arguments in [
            ["-s", "mine"], ["-c"], ["sessions", "delete", "mine"],
            ["sessions", "rename", "mine", "yours"],
        ] {
            let second = try Executable.run(
                arguments, input: Data("again\n".utf8), environment: environment)
            #expect(second.status == 1 && second.output == "")
            #expect(second.error.contains("'mine' is open in another charchat"), "\(second.error)")
        }
        // Looking at it is no harm.
        #expect(
            try Executable.run(["replay", "mine", "--verify"], environment: environment).status == 0
        )
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let next = try Executable.run(
            ["-s", "mine"], input: Data("again\n".utf8), environment: environment)
        #expect(next.status == 0 && next.error == "", "\(next)")
    }

    @Test func whereNoMoreCanBeWrittenTheChatGoesOnAndSaysSo() throws {
        // No file may grow beyond 4 KiB; the first turns fit.
        let lines = (0..<40).map { "line \($0)" }.joined(separator: "\n") + "\n"
        let command =
            "ulimit -f 8; exec '\(try Executable.url.path)' -s full 2>'\(folder.url.path)/err'"
        let (process, output) = try start(
            ["-c", command], input: lines, output: "out", program: URL(fileURLWithPath: "/bin/sh"))
        process.waitUntilExit()
        let said = try String(
            contentsOf: folder.url.appendingPathComponent("err"), encoding: .utf8)
        #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(said)")
        #expect(said.contains("NOT SAVED") && said.contains("goes on in memory"), "\(said)")
        let shown = String(decoding: try Data(contentsOf: output), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(shown.count == 40)
        #expect(try shown.starts(with: replies("full")))
        let next = try Executable.run(
            ["-s", "full"], input: Data("again\n".utf8), environment: environment)
        #expect(next.status == 0, "\(next)")
    }

    @Test func whatCannotBeOpenedIsListedWithTheReason() throws {
        _ = try Executable.run(["-s", "a"], input: Data("x\n".utf8), environment: environment)
        let newer = Data("{\"charchat\":3,\"model\":\"m\",\"seed\":1}\n".utf8)
        try newer.write(to: try store.url("newer"))
        let list = try Executable.run(["sessions", "list"], environment: environment)
        #expect(list.status == 0)
        #expect(list.output.contains("cannot be opened:"))
        #expect(list.output.contains("has transcript version 3"))
        let opened = try Executable.run(["-s", "newer"], environment: environment)
        #expect(opened.status == 1 && opened.error.contains("update charchat"))
        #expect(try Data(contentsOf: try store.url("newer")) == newer)
    }

    @Test func whatAKilledProcessLeftIsRemoved() throws {
        _ = try Executable.run(["-s", "a"], input: Data("x\n".utf8), environment: environment)
        let sessions = store.places.sessionsFolder
        // No process has a number beyond the system's largest.
        let second = sessions.appendingPathComponent(".4194999-1.new").path
        let half = sessions.appendingPathComponent(".a.states.4194999.tmp").path
        let own = sessions.appendingPathComponent(".a.states.\(getpid()).tmp").path
        for path in [half, own] { try Data("half".utf8).write(to: URL(fileURLWithPath: path)) }
        let transcript = try store.url("a").path
        #expect(link(transcript, second) == 0)
        #expect(try store.list().map(\.name) == ["a"])
        #expect(access(second, F_OK) != 0 && access(half, F_OK) != 0)
        #expect(access(own, F_OK) == 0)
        // A second name of a deleted session goes with it, whoever gave it.
        let young = sessions.appendingPathComponent(".\(getpid())-1.new").path
        #expect(link(transcript, young) == 0)
        try store.delete("a")
        #expect(access(young, F_OK) != 0)
    }
}
