import Foundation

/// `{"messages":[{"role","content"},…]}`, one object, or one a line.
package enum MessagesFile {
    private struct Imported: Decodable {
        struct Part: Decodable {
            let role: String
            let content: String
        }
        let messages: [Part]
    }

    /// Nil for what is no such object, or names a role that there is not.
    private static func messages(_ bytes: Data) -> [Message]? {
        guard let imported = try? JSONDecoder().decode(Imported.self, from: bytes) else {
            return nil
        }
        let messages = imported.messages.compactMap { part in
            Role(named: part.role).map {
                Message(role: $0, content: CorpusLine.withLineFeeds(part.content))
            }
        }
        return messages.count == imported.messages.count ? messages : nil
    }

    static func read(_ url: URL) throws -> [[Message]] {
        try read(try readFile(url, mapped: false), url)
    }

    /// Reads from bytes; `url` names them in messages.
    package static func read(_ bytes: Data, _ url: URL) throws -> [[Message]] {
        if let place = UTF8Offset.firstInvalid(bytes) {
            throw SessionError.notText(path: url.path, byteOffset: place)
        }
        var dialogues: [[Message]] = []
        if let whole = messages(bytes) {
            dialogues = [whole]
        } else {
            for (index, line) in bytes.split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
            ).enumerated() where line.contains(where: { $0 > 32 }) {
                guard let dialogue = messages(line) else {
                    let isTranscript = line.starts(with: Data("{\"charchat\"".utf8))
                    throw SessionError.messages(
                        path: url.path, line: index + 1,
                        what: isTranscript
                            ? "it is one of charchat's own transcripts; 'charchat replay' shows it, and in the sessions folder it is a session"
                            : "it is not an object with messages of a role and a content")
                }
                dialogues.append(dialogue)
            }
        }
        guard dialogues.contains(where: { !$0.isEmpty }) else {
            throw SessionError.noMessages(path: url.path)
        }
        return dialogues.filter { !$0.isEmpty }
    }
}
