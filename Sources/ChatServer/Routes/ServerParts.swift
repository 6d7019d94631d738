import ChatCore
import ChatSearch
import Foundation
import Hummingbird
import Logging
import NIOCore

/// What the routes work with.
final class ServerParts: Sendable {
    let model: ChatModel
    /// The id that clients know the model by.
    let modelName: String
    let limits: ServerLimits
    let queue: ReplyQueue
    let sessions: OpenSessions
    let past: PastStates
    let search: SearchDesk?
    let metrics = Metrics()
    let created = Int(Date().timeIntervalSince1970)

    /// - Throws: `ServerError.noThread`.
    init(
        model: ChatModel, modelName: String, store: SessionStore, search: SearchDesk?,
        limits: ServerLimits, logger: Logger
    ) throws {
        self.model = model
        self.modelName = modelName
        self.limits = limits
        self.search = search
        let cores = ProcessInfo.processInfo.activeProcessorCount
        queue = try ReplyQueue(
            model: model, cores: cores, workers: cores * limits.repliesPerCore,
            capacity: limits.waiting)
        sessions = OpenSessions(store: store, limits: limits, logger: logger)
        past = PastStates(
            bytes: limits.pastBytes, stateBytes: model.network.freshState.byteCount)
    }

    var store: SessionStore { sessions.store }
    /// What tells one model from another, as `system_fingerprint`.
    var fingerprint: String { "fp_" + model.hash.prefix(12) }

    // MARK: - What a request brings

    /// The body, read and understood.
    /// - Throws: `RequestError`.
    func body<Body: Decodable & Sendable>(_ type: Body.Type, _ request: Request) async throws
        -> Body
    {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true
        else { throw RequestError.notJSON }
        return try JSONBody.decode(type, from: try await bytes(of: request.body))
    }

    /// Collects a body that comes in time; nobody may keep a connection busy by sending byte after byte.
    private func bytes(of body: RequestBody) async throws -> ByteBuffer {
        let limit = limits.bodyBytes
        let seconds = limits.seconds
        return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do {
                    return try await body.collect(upTo: limit)
                } catch is NIOTooManyBytesError {
                    throw RequestError.tooLarge(limit)
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw RequestError.timeOver
            }
            guard let bytes = try await group.next() else { throw CancellationError() }
            return bytes
        }
    }

    /// - Throws: `RequestError` for a model that is not here.
    func check(model name: String?) throws {
        guard let name, name != modelName else { return }
        throw RequestError(
            status: .notFound, code: "model_not_found", parameter: "model",
            message: "there is one model here, '\(modelName)'")
    }

    /// How a reply is drawn where the request does not say otherwise.
    /// - Throws: `RequestError`, `SamplingError`.
    func settings(
        temperature: Double?, topP: Double?, seed: Int64?, limit: Int?
    ) throws -> SessionSettings {
        var settings = SessionSettings.usual(for: model)
        if let temperature { settings.sampling.temperature = temperature }
        if let topP { settings.sampling.topP = topP }
        settings.seed = seed.map { UInt64(bitPattern: $0) } ?? UInt64.random(in: 1...999_999)
        if let limit { settings.lengthLimit = try Self.lengthLimit(limit) }
        try settings.validate()
        return settings
    }

    /// What is more than a reply can have is as good as the most that it can.
    static func lengthLimit(_ tokens: Int) throws -> Int {
        guard tokens >= 1 else {
            throw RequestError.invalid("it must be at least 1", parameter: "max_tokens")
        }
        return min(tokens, 10_000)
    }

    /// What is cancelled when the client goes.
    func ticket(_ context: ServerContext) -> Ticket {
        let ticket = Ticket(seconds: limits.seconds)
        context.channel.closeFuture.whenComplete { [weak ticket] _ in ticket?.cancel() }
        return ticket
    }

    /// Does on a worker thread what reads the disk.
    func read<Value: Sendable>(
        _ context: ServerContext, _ body: @escaping @Sendable (ReplyGenerator) throws -> Value
    ) async throws -> Value {
        try await queue.run(ticket: ticket(context), body)
    }
}
