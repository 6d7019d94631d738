import ChatCore
import ChatTraining
import Foundation

/// A folder for one test, removed with it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-text-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> URL { try write(name, text.utf8) }

    func contents(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: url.appendingPathComponent(name).path
        ).sorted()
    }
}

extension EncodedCorpus {
    /// The whole corpus as text.
    func text() throws -> String { alphabet.decode(try symbols(in: 0..<count)) }

    /// The exchanges of each dialogue, as "user|reply".
    func exchanges() throws -> [[String]] {
        try dialogueStarts.indices.map { index in
            try dialogue(index).split(separator: Alphabet.endMark).map { exchange in
                exchange.split(separator: Alphabet.assistantMark, omittingEmptySubsequences: false)
                    .map { alphabet.decode($0) }.joined(separator: "|")
            }
        }
    }
}
