import ChatCore
import Foundation
import Testing

/// The sessions in `transcripts/` were held with the shipped model: every one must come out again.
@Suite struct SampleTranscriptTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let files: [URL] = {
        let folder = root.appendingPathComponent("transcripts")
        let contents = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (contents ?? []).filter { $0.pathExtension == "jsonl" }
            .sorted { $0.path < $1.path }
    }()

    static func generator() throws -> ReplyGenerator {
        let model = try ChatModel.shipped()
        return ReplyGenerator(model: model, engine: StepEngine(model.network))
    }

    @Test("there are sample sessions")
    func existence() { #expect(Self.files.count >= 4) }

    @Test("a sample session replays to the last character", arguments: files)
    func verifies(_ file: URL) throws {
        let transcript = try Transcript(file)
        let report = try Replay.verify(transcript, generator: try Self.generator())
        #expect(report.difference == nil)
        let replies = Replay.steps(transcript).count {
            switch $0 {
            case .replied, .wentOn: true
            default: false
            }
        }
        #expect(report.verified > 0 && report.verified + report.imported == replies)
    }
}
