import ArgumentParser
import ChatCore
import ChatSearch
import ChatServer
import Foundation
import Logging

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer programs and browsers over HTTP.",
        discussion: """
            Speaks OpenAI's protocols (Responses, Conversations, Chat Completions) and shows a page at /. \
            Responses are turns of saved sessions: `charchat sessions` lists them. It answers this machine \
            alone unless --host says otherwise; then an API key is needed, from a file or \
            $CHARCHAT_API_KEY. SIGTERM lets replies end; a second one \
            ends it at once.

            Examples:
              charchat serve
              charchat serve --host 0.0.0.0 --api-key-file key.txt --port 80
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var search: SearchOptions

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "ADDRESS"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "N"))
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the key that clients must send.", valueName: "FILE"),
        completion: .file())
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "A web origin, such as https://shop.example, whose pages may talk to it; may be repeated.",
            valueName: "ORIGIN"))
    var allowOrigin: [String] = []

    @Flag(help: "Log every request, not only what goes wrong.")
    var verbose = false

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let settings = ServerSettings(
            host: host, port: port, apiKey: try APIKeyFile.key(apiKeyFile, environment),
            allowedOrigins: allowOrigin)
        try settings.validate()
        let url = try model.url()
        let search = try search.readingStandardInput()
        var logger = Logger(label: "charchat") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .info : .warning
        let service = try ChatService(
            model: try MemoryLimit.model(url),
            modelName: url.deletingPathExtension().lastPathComponent,
            store: SessionStore(places: Places(environment: environment), catalogue: .indexed),
            search: try search.open(interrupts: SignalInterrupts(interruptEnds: true)),
            settings: settings, logger: logger)
        let line = Self.startLine
        let endsAtInterrupt = !Signals.isIgnored(SIGINT)
        let second = SecondSignal(endsAtInterrupt ? [SIGTERM, SIGINT] : [SIGTERM])
        try Self.wait {
            try await service.run(endsAtInterrupt: endsAtInterrupt) { address in
                second.watch()
                try? Output.standard.writeLine(Words.filled(line, ["\(address)"]))
            }
        }
    }

    /// What is told once it listens, with a place for the address. Programs wait for it in a pipe, where it is
    /// the same in every language.
    private static var startLine: String {
        let line = "charchat listens on %@"
        return Output.standard.isTerminal ? Words.spoken[line] : line
    }

    /// Waits on this thread for what is done in Swift's pool.
    private static func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
        let outcome = Outcome()
        let done = DispatchSemaphore(value: 0)
        Task {
            do { try await body() } catch { outcome.error = error }
            done.signal()
        }
        done.wait()
        if let error = outcome.error { throw error }
    }

    /// Written before the semaphore is signalled and read after.
    private final class Outcome: @unchecked Sendable {
        var error: (any Error)?
    }
}
