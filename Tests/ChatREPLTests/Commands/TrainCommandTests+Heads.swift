import ChatCore
import Foundation
import Testing

/// Heads that are asked for, and shown.
extension TrainCommandTests {
    @Test func aCopyHeadIsAskedForAndShownAndGoesOnWithItsRun() throws {
        let talk = try write(
            String(repeating: "hello\thello yourself\n", count: 20), "talk.tsv")
        let model = folder.url.path + "/talk.safetensors"
        func head(_ options: String...) throws -> Int? {
            let made = try run(
                ["train", talk, "-o", model, "--steps", "2"] + tiny + options)
            #expect(made.status == 0, "\(made)")
            return try ModelFile.load(URL(fileURLWithPath: model)).network.configuration
                .copyHeadSize
        }
        #expect(try head("--copy-head", "off") == nil)
        #expect(try head("--copy-head", "0") == nil)
        #expect(try head() == 64)
        #expect(try head("--copy-head", "16") == 16)
        let shown = try run("inspect", model)
        #expect(shown.output.contains("+ copy head 16"), "\(shown)")
        for wrong in ["-1", "on", "999999999"] {
            #expect(
                try run(["train", talk, "-o", model, "--steps", "1", "--copy-head=\(wrong)"]).status
                    != 0)
        }
    }

    @Test func aPointerHeadIsAskedForAndShownAndGoesOnWithItsRun() throws {
        let talk = try write(
            String(repeating: "hello\thello yourself\n", count: 20), "talk.tsv")
        let model = folder.url.path + "/talk.safetensors"
        func train(_ options: String...) throws -> Executable.Result {
            let made = try run(["train", talk, "-o", model, "--steps", "2"] + tiny + options)
            #expect(made.status == 0, "\(made)")
            return made
        }
        func head() throws -> PointerHeadConfiguration? {
            try ModelFile.load(URL(fileURLWithPath: model)).network.configuration.pointerHead
        }
        for option in ["off", "0"] {
            _ = try train("--pointer-head", option)
            #expect(try head() == nil)
        }
        let made = try train("--pointer-head", "8")
        #expect(made.output.contains(", copy head 64, pointer head 8, "), "\(made)")
        #expect(try head() == PointerHeadConfiguration(keySize: 8, reach: 2048))
        let shown = try run("inspect", model)
        #expect(shown.output.contains("+ pointer head 8"), "\(shown)")
        let other = folder.url.path + "/other.safetensors"
        for wrong in [
            ["-o", model, "--pointer-head=-1"], ["-o", model, "--pointer-head=on"],
            ["-o", model, "--pointer-head=999999999"],
            ["-o", other, "--from", model, "--pointer-head", "8"],
        ] {
            #expect(try run(["train", talk, "--steps", "1"] + wrong).status != 0, "\(wrong)")
        }
    }
}
