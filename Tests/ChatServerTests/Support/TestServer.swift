import ChatCore
import ChatSearch
import ChatServer
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Testing

/// A server that listens on a free port while `body` runs, with a sessions folder of its own.
func withServer(
    hiddenSize: Int = 24, ends: Bool = true, apiKey: String? = nil, origins: [String] = [],
    limits: ServerLimits = ServerLimits(), searches: Bool = false,
    pointerHead: PointerHeadConfiguration? = nil, log: RecordedLog? = nil,
    _ body: (TestClient, SessionStore) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("charchat-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = SessionStore(places: Places(folder: folder), catalogue: .indexed)
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let logger = log.map { log in Logger(label: "test") { _ in RecordingLogHandler(log: log) } }
    let service = try ChatService(
        model: try TinyModel.make(hiddenSize: hiddenSize, ends: ends, pointerHead: pointerHead),
        modelName: "tiny",
        store: store, search: try searches ? index(in: folder) : nil,
        settings: ServerSettings(
            port: 0, apiKey: apiKey, allowedOrigins: origins, limits: limits),
        logger: logger ?? silent)
    let (addresses, source) = AsyncStream<String>.makeStream()
    let application = service.application { source.yield($0) }
    // It ends as a signal ends it: a task that is cancelled drops connections that have only just been
    // accepted, which ends the process (swift-nio, issue 2813).
    var configuration = ServiceGroupConfiguration(services: [application], logger: silent)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    let group = ServiceGroup(configuration: configuration)
    let running = Task {
        defer { source.finish() }
        try await group.run()
    }
    var address: String?
    for await first in addresses {
        address = first
        break
    }
    let port = try #require(address?.split(separator: ":").last.flatMap { Int($0) })
    let outcome: Result<Void, any Error>
    do {
        try await body(TestClient(port: port), store)
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try? await running.value
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            service.stop()
            continuation.resume()
        }
    }
    try outcome.get()
}

private func index(in folder: URL) throws -> SearchIndex? {
    let file = folder.appendingPathComponent("world.tsv")
    try Data("What is the capital of France?\tParis.\nWho wrote Hamlet?\tShakespeare.\n".utf8)
        .write(to: file)
    return try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil)
}

/// A body of a chat completion.
func chat(_ messages: [(role: String, content: String)], _ more: String = "\"seed\":7") -> String {
    let list = messages.map { "{\"role\":\"\($0.role)\",\"content\":\(quoted($0.content))}" }
    return "{\"messages\":[\(list.joined(separator: ","))],\(more)}"
}

/// A string of JSON.
func quoted(_ text: String) -> String {
    let data = (try? JSONSerialization.data(withJSONObject: [text])) ?? Data("[]".utf8)
    return String(String(decoding: data, as: UTF8.self).dropFirst().dropLast())
}
