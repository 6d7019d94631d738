import ChatCore
import Foundation

/// What clients have attached to conversations and responses: pairs of texts, which the model never sees and no
/// transcript has. Each object's stand in a file of their own, in a folder of the session's name beside the
/// sessions, so that a long conversation makes none of them slower.
struct SessionMetadata: Sendable {
    let store: SessionStore

    /// Empty where nothing was attached, or what was cannot be read.
    func ofConversation(_ name: String) -> [String: String] {
        read(Self.conversationFile, of: name)
    }

    /// The same of a response.
    func of(_ id: TurnID) -> [String: String] { read(file(of: id), of: id.session) }

    /// Takes the place of what was attached before.
    /// - Throws: `SessionError.name`, `StorageError`.
    func attach(_ pairs: [String: String], toConversation name: String) throws {
        try write(pairs, Self.conversationFile, of: name)
    }

    /// The same for a response.
    func attach(_ pairs: [String: String], to id: TurnID) throws {
        try write(pairs, file(of: id), of: id.session)
    }

    /// Bytes of a file; what clients may attach is much less.
    private static let longest = 1 << 20
    private static let conversationFile = "conversation.json"

    private func file(of id: TurnID) -> String { "\(id.line)-\(id.mark).json" }

    private func read(_ file: String, of name: String) -> [String: String] {
        guard let folder = try? store.metadataFolder(name),
            let data = try? readFile(folder.appendingPathComponent(file), limit: Self.longest)
        else { return [:] }
        return (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }

    private func write(_ pairs: [String: String], _ file: String, of name: String) throws {
        let folder = try store.metadataFolder(name)
        let url = folder.appendingPathComponent(file)
        let files = SystemFileSystem()
        guard !pairs.isEmpty else {
            if FileManager.default.fileExists(atPath: url.path) { try files.remove(url.path) }
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(pairs)
        try files.makeFolders(folder)
        try files.replaceFile(url, with: [data], for: .ownerOnly)
    }
}
