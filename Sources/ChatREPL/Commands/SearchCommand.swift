import ArgumentParser
import ChatCore
import ChatSearch
import Foundation

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search a corpus: the side that remembers nothing.",
        discussion: """
            A plain question is matched by its words, best first (BM25). AND, OR and NOT in capitals, \
            "words in a row", brackets and lang* narrow it. Hangul, emoji and scripts without spaces are \
            found inside words; accents and the width of letters do not matter. --explain tells of \
            which terms a hit is true. Exit code 1 where nothing is found.

            Examples:
              charchat search 'What is the capital of France?'
              charchat search 'capital AND (Spain OR Portugal) AND NOT Madrid' --explain
              charchat search '"deep learning"' --corpus notes.txt --limit 3
            """)

    @Argument(help: ArgumentHelp("What to look for.", valueName: "QUERY"))
    var query: [String]

    @OptionGroup var options: SearchOptions

    @Option(help: ArgumentHelp("Most hits shown.", valueName: "N"))
    var limit = 10

    @Flag(help: "Show a truth table: which terms are true of each hit.")
    var explain = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError(phrase("--limit must be 1 to 1000."))
        }
    }

    func run() throws {
        let options = try options.readingStandardInput()
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let text = query.joined(separator: " ")
        let query = try SearchQuery(text)
        let index = try options.open(interrupts: interrupts)
        let start = Date()
        let result: SearchResult
        do {
            result = try index.search(query, limit: limit) { !interrupts.shouldStop() }
        } catch {
            try interrupts.throwIfEnded()
            throw error
        }
        let seconds = Date().timeIntervalSince(start)
        let truth = explain ? SearchTruth(query, result.hits) : nil
        do {
            if json {
                try Output.standard.writeLine(
                    try SearchText.json(
                        result, query: text, entries: index.count, seconds: seconds,
                        truth: truth))
            } else if result.hits.isEmpty {
                try? Output.error.tell(SearchText.nothing(text))
            } else {
                let style = Style(
                    isTerminal: Output.standard.isTerminal,
                    environment: ProcessInfo.processInfo.environment)
                let width = Output.standard.isTerminal ? TerminalSize.columns() : .max
                try Output.standard.tell(SearchText.hits(result, style: style, width: width))
                if let truth {
                    try Output.standard.tell(
                        SearchText.table(truth, style: style, width: TerminalSize.columns()))
                }
            }
        } catch OutputError.closed {}
        if result.hits.isEmpty { throw ExitCode(ExitStatus.failure) }
    }
}
