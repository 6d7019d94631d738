import ChatCore
import Foundation
import Testing

/// A tiny model with random values: it talks nonsense, the same nonsense everywhere.
enum TinyModel {
    static let english = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,.?!'\n0123456789"
    static let korean = "가나다라마바사아자차카타파하각난달람맙샀앙"

    static func make(
        format: CorpusFormat = .dialogue, cell: CellKind = .gru, seed: UInt64 = 1, size: Int = 12,
        letters: String = english + korean
    ) throws -> ChatModel {
        let alphabet = Alphabet(scalars: letters.unicodeScalars)
        let configuration = try ModelConfiguration(
            symbolCount: alphabet.count, embeddingSize: size,
            layers: [
                LayerConfiguration(
                    cell: cell, hiddenSize: size, headCount: cell.isResidual ? 2 : 1)
            ])
        var parameters = Parameters(layout: ParameterLayout(configuration))
        var random = RandomStream(seed: seed)
        for i in parameters.values.indices {
            parameters.values[i] = Float((random.uniform() - 0.5) * 1.5)
        }
        return try ChatModel(
            network: LanguageModel(configuration: configuration, parameters: parameters),
            alphabet: alphabet, format: format)
    }

    static func generator(
        format: CorpusFormat = .dialogue, cell: CellKind = .gru, seed: UInt64 = 1
    ) throws -> ReplyGenerator {
        ReplyGenerator(model: try make(format: format, cell: cell, seed: seed))
    }
}

/// A folder of its own for one test, gone with it.
final class TemporaryPlaces {
    let folder: URL
    let places: Places

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        places = Places(environment: ["CHARCHAT_HOME": folder.path])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var store: SessionStore { SessionStore(places: places, catalogue: .indexed) }
    func store(_ fileSystem: any FileSystem) -> SessionStore {
        SessionStore(places: places, catalogue: .indexed, fileSystem: fileSystem)
    }

    func write(_ text: String, to name: String) throws -> URL {
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url
    }
}

/// Short replies, so that tests are quick.
let quickSettings = SessionSettings(
    sampling: SamplingSettings(temperature: 0.9, topP: 0.95), seed: 7, lengthLimit: 24)

/// The operating system's files, with one call that fails.
final class FaultyFileSystem: FileSystem, @unchecked Sendable {
    enum Fault: Sendable, CaseIterable {
        /// The call fails with ENOSPC, EIO; a write that fails may have written half before.
        case noSpace, inputOutput, halfWrittenThenNoSpace
        /// The call fails with EACCES.
        case notAllowed
        /// Every write takes one byte less than it is given, which is allowed.
        case shortWrites

        var code: Int32 {
            switch self {
            case .inputOutput: EIO
            case .notAllowed: EACCES
            case .noSpace, .halfWrittenThenNoSpace, .shortWrites: ENOSPC
            }
        }
    }

    private let system = SystemFileSystem()
    private let lock = NSLock()
    private var count = 0
    /// Calls before the first that fails, and how many fail.
    let failing: Range<Int>
    let fault: Fault

    init(failing: Range<Int>, fault: Fault = .noSpace) {
        self.failing = failing
        self.fault = fault
    }

    /// Calls made so far.
    var calls: Int { lock.withLock { count } }

    private func check(_ operation: String, _ path: String) throws {
        let index = lock.withLock {
            count += 1
            return count - 1
        }
        if fault != .shortWrites, failing.contains(index) {
            throw StorageError.system(operation: operation, path: path, code: fault.code)
        }
    }

    func open(_ path: String, flags: Int32, mode: mode_t) throws -> Int32 {
        try check("open", path)
        return try system.open(path, flags: flags, mode: mode)
    }
    func close(_ descriptor: Int32) { system.close(descriptor) }
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws -> Int {
        do {
            try check("write", path)
        } catch {
            if fault == .halfWrittenThenNoSpace {
                let half = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)])
                _ = try system.write(half, to: descriptor, path: path)
            }
            throw error
        }
        guard fault == .shortWrites, bytes.count > 1 else {
            return try system.write(bytes, to: descriptor, path: path)
        }
        let short = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
        return try system.write(short, to: descriptor, path: path)
    }
    func synchronize(_ descriptor: Int32, path: String) throws {
        try check("write", path)
        try system.synchronize(descriptor, path: path)
    }
    func truncate(_ descriptor: Int32, to size: Int, path: String) throws {
        try check("shorten", path)
        try system.truncate(descriptor, to: size, path: path)
    }
    func rename(_ path: String, to target: String) throws {
        try check("write", target)
        try system.rename(path, to: target)
    }
    func link(_ path: String, to target: String) throws {
        try check("create", target)
        try system.link(path, to: target)
    }
    func remove(_ path: String) throws {
        try check("delete", path)
        try system.remove(path)
    }
    func makeFolder(_ path: String) throws {
        try check("create", path)
        try system.makeFolder(path)
    }
}

extension Session {
    /// The state is what the text says it is: recomputed from the turns alone.
    var recomputedState: RecurrentState {
        var state = generator.freshState
        for turn in turns {
            if turn.startsFresh { state = generator.freshState }
            generator.read(user: turn.user, reply: turn.reply, state: &state)
        }
        return contextIsEmpty ? generator.freshState : state
    }
}
