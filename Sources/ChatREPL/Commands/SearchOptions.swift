import ArgumentParser
import ChatCore
import ChatSearch
import Foundation

/// `--corpus`: what is searched.
struct SearchOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Text, .tsv, .jsonl or a folder of lessons, up to the next option; else the shipped model's world.",
            valueName: "FILE"))
    var corpus: [String] = []

    /// Opens the index, with a bar while it is built.
    /// - Throws: `CommandFailure` where no world came with charchat; `SearchError`, `CorpusError`;
    ///   `ExitCode` when interrupted.
    func open(interrupts: any Interrupts) throws -> SearchIndex {
        do {
            return try SearchOpener.open(
                corpus.map { URL(fileURLWithPath: $0) },
                environment: ProcessInfo.processInfo.environment, interrupts: interrupts)
        } catch {
            try interrupts.throwIfEnded()
            throw error
        }
    }
}
