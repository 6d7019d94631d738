import ChatCore
import Foundation
import Testing

/// Files that are larger than what they are taken for, and lines that end in every way.
extension ExecutableTests {
    /// A file that claims so many bytes and takes no room.
    private func sparse(_ name: String, bytes: UInt64) throws -> String {
        let path = try write("", name)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: bytes)
        try file.close()
        return path
    }

    @Test func whatIsTooLargeForItsPurposeIsRefusedInOneLine() throws {
        let questions = try run("compare", try sparse("questions.txt", bytes: 100 << 20))
        #expect(questions.status == 1, "\(questions)")
        #expect(questions.error.contains("holds more than 1000 questions"), "\(questions)")
        for key in [try sparse("key", bytes: 2 << 20), "/dev/zero"] {
            let served = try run("serve", "--port", "0", "--api-key-file", key)
            #expect(served.status == 1 && served.error.contains(key), "\(served)")
            #expect(served.error.split(separator: "\n").count == 1, "\(served)")
        }
    }

    #if os(Linux)
        @Test(arguments: [
            ["chat", "--no-save"], ["sample"], ["serve", "--port", "0"],
        ])
        func aModelForWhichThereIsNoMemoryIsRefusedInOneLine(command: [String]) throws {
            let model = try sparse("large.safetensors", bytes: 1 << 30)
            let result = try Executable.run(
                ["-c", "ulimit -v 500000; exec \"$0\" \"$@\"", try Executable.url.path]
                    + command + ["-m", model],
                environment: environment, program: URL(fileURLWithPath: "/bin/sh"))
            #expect(result.status == 1 && result.output == "", "\(result)")
            #expect(
                result.error.contains(
                    "large.safetensors needs 3.3 GB of memory, and there are 512 MB"), "\(result)")
            #expect(result.error.split(separator: "\n").count == 1, "\(result)")
        }
    #endif

    @Test func everyLineEndPartsQuestionsAndNothingElseDoes() throws {
        let file = try write(
            "\u{FEFF}one\rtwo\r\nthree\u{2028}four\u{2029}five\u{0B}and\u{0C}so\u{85}on\n\n",
            "questions.txt")
        let corpus = try write("hello there\n", "text.txt")
        let result = try run("compare", file, "--corpus", corpus, "--json")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.components(separatedBy: "\"question\":").count == 6, "\(result)")
    }
}
