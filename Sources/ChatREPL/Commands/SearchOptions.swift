import ArgumentParser
import ChatCore
import ChatSearch
import Foundation

/// `--corpus`, `--encoding`, `--columns`: what is searched.
struct SearchOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Text, .tsv, .jsonl, a folder of lessons or - for standard input, up to the next option; else the shipped model's world.",
            valueName: "FILE"),
        completion: .file())
    var corpus: [String] = []

    @Option(
        help: ArgumentHelp(
            "Of files that are not UTF-8: cp949, latin-1, utf-16 …", valueName: "NAME"))
    var encoding: String?

    @OptionGroup var table: ColumnsOption

    /// The same with `-` as a file that holds what stands on standard input. To be called before signals
    /// are caught, for it waits.
    func readingStandardInput() throws -> SearchOptions {
        var options = self
        options.corpus = try corpus.map { $0 == "-" ? try StandardInput.url($0).path : $0 }
        return options
    }

    /// Opens the index, with a bar while it is built.
    /// - Throws: `CommandFailure` where no world came with charchat; `SearchError`, `CorpusError`;
    ///   `ExitCode` when interrupted.
    func open(interrupts: any Interrupts) throws -> SearchIndex {
        do {
            return try SearchOpener.open(
                corpus.map { URL(fileURLWithPath: $0) }, encoding: encoding, columns: table.names,
                environment: ProcessInfo.processInfo.environment,
                isKept: !StandardInput.isRead, interrupts: interrupts)
        } catch {
            try interrupts.throwIfEnded()
            throw error
        }
    }
}
