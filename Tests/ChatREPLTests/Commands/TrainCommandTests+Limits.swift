import ChatCore
import Foundation
import Testing

/// Trainings that cannot be, and those that come to nothing.
extension TrainCommandTests {
    #if os(Linux)
        @Test func aTrainingForWhichThereIsNoMemoryIsRefusedBeforeItBegins() throws {
            let corpus = try write(String(repeating: "hello there. ", count: 2000), "notes.txt")
            let model = folder.url.path + "/large.safetensors"
            let result = try Executable.run(
                ["-c", "ulimit -v 4000000; exec \"$0\" \"$@\"", try Executable.url.path]
                    + [
                        "train", corpus, "-o", model, "--cell", "gru", "--hidden", "1024",
                        "--batch",
                        "1024", "--window", "256", "--steps", "1",
                    ], environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
            #expect(result.status == 1, "\(result)")
            #expect(result.error.contains("GB of memory, and there are 4.1 GB"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: model))
        }
    #endif

    @Test func aTrainingSaysWhatItNeedsOfMemory() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 100), "notes.txt")
        let model = folder.url.path + "/notes.safetensors"
        let result = try run(["train", corpus, "-o", model, "--steps", "2"] + tiny)
        let line = result.output.split(separator: "\n").first ?? ""
        #expect(line.contains(/, about \d+ MB of memory$/), "\(result)")
    }

    @Test func aTrainingWhoseLossIsNoNumberWritesNothing() throws {
        let corpus = try write(String(repeating: "hello there. ", count: 200), "notes.txt")
        let unusable = try TinyModel.save(
            TinyModel.makeUnusable(), in: folder.url, as: "unusable")
        let model = folder.url.path + "/notes.safetensors"
        let result = try run([
            "train", corpus, "--from", unusable.path, "-o", model, "--threads", "1", "--batch", "2",
            "--window", "16", "--steps", "3", "--json",
        ])
        #expect(result.status == 1, "\(result)")
        #expect(result.error.contains("the loss became no number at step 1"), "\(result)")
        #expect(result.error.contains("nothing was written"), "\(result)")
        #expect(result.output.contains("\"end\":\"diverged\""), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: model))
    }
}
