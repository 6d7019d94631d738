import ArgumentParser
import ChatCore
import ChatCorpus
import Foundation

/// How the files of a corpus are read: `--as`, `--columns`, `--system`, `--encoding`, `--plain`, `--redact`.
struct ReadingOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Of a chat: whom the model learns to be.", valueName: "NAME"))
    var speaker: String?

    @OptionGroup var table: ColumnsOption

    @Flag(
        name: .customLong("system"), help: "Keep system messages, before what the user says next.")
    var keepsSystem = false

    @Option(
        help: ArgumentHelp(
            "Of files that are not UTF-8: cp949, latin-1, utf-16 …", valueName: "NAME"))
    var encoding: String?

    @Flag(name: .customLong("plain"), help: "Take every file for plain text.")
    var isPlain = false

    @Flag(
        help:
            "Take out phone numbers, addresses and links, and the names of those who chat, before anything is learned. A sieve, not a promise: a small model can repeat what it read."
    )
    var redact = false

    @Option(
        help: ArgumentHelp(
            "Names to take out as well, one a line; means --redact.", valueName: "FILE"),
        completion: .file())
    var redactNames: String?

    /// - Throws: `CorpusError` for a list of names that cannot be read.
    func options() throws -> CorpusOptions {
        var options = CorpusOptions()
        options.speaker = speaker
        options.columns = table.names
        options.keepsSystem = keepsSystem
        options.encoding = encoding
        options.isPlain = isPlain
        if let redactNames {
            options.redaction = try Redaction(
                namesIn: URL(fileURLWithPath: redactNames), encoding: encoding)
        } else if redact {
            options.redaction = Redaction()
        }
        return options
    }

    /// Files as they were named; `-` is standard input.
    static func urls(_ files: [String]) -> [URL] {
        files.map { URL(fileURLWithPath: $0 == "-" ? "/dev/stdin" : $0) }
    }
}

/// `--columns`: which columns of a table are read.
struct ColumnsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of a table: the columns of question and answer, by name or number.",
            valueName: "Q,A"))
    var columns: String?

    func validate() throws {
        if let columns, columns.split(separator: ",").count != 2 {
            throw ValidationError(phrase("--columns takes two columns: --columns question,answer"))
        }
    }

    /// The two, or none.
    var names: [String] { columns?.split(separator: ",").map { String($0) } ?? [] }
}
