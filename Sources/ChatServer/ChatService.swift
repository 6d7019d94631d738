import ChatCore
import ChatSearch
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A server that speaks with one model over HTTP: OpenAI's routes, charchat's own, and a page.
///
/// ```swift
/// let service = try ChatService(
///     model: .shipped(), store: SessionStore(places: places), search: nil,
///     settings: ServerSettings(port: 8080))
/// try await service.run { print($0) }
/// ```
public struct ChatService: Sendable {
    private let settings: ServerSettings
    private let logger: Logger
    private let routes: [Route]
    private let parts: ServerParts

    /// Starts the worker threads; nothing listens yet.
    /// - Parameters:
    ///   - modelName: the id that clients know the model by.
    ///   - store: where what is said is saved.
    ///   - search: what `/v1/search` looks in; nil: nothing.
    ///   - logger: told of each request (its route, status and time) and of sessions whose files others
    ///     changed or that cannot be saved; never what was said.
    /// - Throws: `ServerError`.
    public init(
        model: ChatModel, modelName: String = "charchat", store: SessionStore,
        search: sending SearchIndex?, settings: ServerSettings = ServerSettings(),
        logger: Logger = Logger(label: "charchat")
    ) throws {
        try settings.validate()
        self.settings = settings
        self.logger = logger
        var desk: SearchDesk?
        if let search { desk = SearchDesk(search) }
        parts = try ServerParts(
            model: model, modelName: modelName, store: store, search: desk, limits: settings.limits,
            logger: logger)
        routes = RouteTable.all(parts, page: try Page())
    }

    /// Every method and path that it answers.
    package var endpoints: [(method: String, path: String)] {
        routes.map { ($0.method.rawValue, $0.path) }
    }

    /// Serves until SIGTERM or SIGINT comes; replies that were begun are ended, and all sessions closed.
    /// - Parameters:
    ///   - endsAtInterrupt: whether SIGINT ends it; false where a parent has had that ignored.
    ///   - onListening: told the address once it listens, such as `http://127.0.0.1:8080`.
    /// - Throws: `ServerError.listen` and `.noSuchHost`.
    public func run(
        endsAtInterrupt: Bool = true, onListening: @escaping @Sendable (String) -> Void
    ) async throws {
        let sweeper = Task { [parts, logger] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(2))
                do {
                    try await parts.queue.run(ticket: Ticket(seconds: 60)) { _ in
                        parts.sessions.closeIdle()
                    }
                } catch {
                    logger.debug("sessions stay open", metadata: ["reason": "\(error)"])
                }
            }
        }
        defer {
            sweeper.cancel()
            stop()
        }
        do {
            try await application(onListening: onListening).runService(
                gracefulShutdownSignals: endsAtInterrupt ? [.sigterm, .sigint] : [.sigterm])
        } catch let error as IOError {
            throw ServerError.listen(
                host: settings.host, port: settings.port, code: error.errnoCode)
        } catch is SocketAddressError.UnknownHost {
            throw ServerError.noSuchHost(settings.host, port: settings.port)
        }
    }

    /// Lets the workers end and closes all sessions. Blocks until that is done.
    package func stop() {
        parts.queue.stop()
        parts.sessions.closeIdle(all: true)
    }

    /// What listens; for tests as well.
    package func application(
        onListening: @escaping @Sendable (String) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let guardian = RequestGuard(gatekeeper: Gatekeeper(settings), metrics: parts.metrics)
        let host = settings.host
        var configuration = ApplicationConfiguration(
            address: .hostname(host, port: settings.port), serverName: "charchat")
        configuration.availableConnectionsDelegate = MaximumAvailableConnections(
            settings.limits.connections)
        return Application(
            router: RouteTable.router(routes, guardian),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [AddsOlderHTTP(), ClosesWithClient()],
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10,
                        maxHeaderFieldCount: 100))),
            configuration: configuration,
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                onListening("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            }, logger: logger)
    }
}
