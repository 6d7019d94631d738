import ChatCore
import Foundation
import Testing

/// Whatever a command is at, a signal that asks it to end ends it. `scripts/attack` sends many more.
@Suite(.serialized) struct EndingTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    /// Starts a command, sends signals to it after `seconds`, and returns its status and the seconds from
    /// the first signal to its end.
    private func end(
        _ arguments: [String], after seconds: Double, by signals: [Int32],
        environment: [String: String]
    ) throws -> (status: Int32, seconds: Double) {
        let process = Process()
        process.executableURL = try Executable.url
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        let start = ContinuousClock.now
        for signal in signals {
            kill(process.processIdentifier, signal)
            usleep(50_000)
        }
        process.waitUntilExit()
        let duration = ContinuousClock.now - start
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return (
            status,
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        )
    }

    /// With the shipped model, whose replies are sentences.
    private var shipped: [String: String] { environment.filter { $0.key != "CHARCHAT_MODEL" } }

    /// A pattern that tries a thousand million ways in a reply of thirty characters.
    private func endless() throws -> String {
        try write(
            #"{"id":"a","turns":[{"user":"What is the capital of Spain?","accept":["(.|.)*(.|.)*Z"],"reject":[],"needs":"none"}]}"#
                + "\n", "endless.jsonl")
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
        #expect(ended.status == 130 && ended.seconds < 0.9, "\(ended)")
    }

    @Test(arguments: [0.05, 0.4, 1.2])
    func aProofOfALongMessageEnds(after seconds: Double) throws {
        let words = String(repeating: "long words ", count: 400_000)
        let messages =
            #"{"messages":[{"role":"user","content":"\#(words)"},{"role":"assistant","content":"ho"}]}"#
        _ = try run("sessions", "import", try write(messages, "long.jsonl"), "--name", "long")
        let ended = try end(
            ["compare", folder.url.path + "/home/sessions/long.jsonl"], after: seconds,
            by: [SIGTERM], environment: environment)
        #expect(ended.status == 143 && ended.seconds < 2, "\(ended)")
    }
}
