import Foundation

/// One message of an imported file.
package struct ImportedMessage: Decodable {
    package enum Role: String, Decodable { case system, user, assistant }
    package let role: Role
    package let content: String
}

/// `{"messages":[{"role","content"},…]}`, one object, or one a line.
package enum MessagesFile {
    private struct Dialogue: Decodable { let messages: [ImportedMessage] }

    static func read(_ url: URL) throws -> [[ImportedMessage]] {
        try read(try readFile(url, mapped: false), url)
    }

    /// Reads from bytes; `url` names them in messages.
    package static func read(_ bytes: Data, _ url: URL) throws -> [[ImportedMessage]] {
        if let place = UTF8Offset.firstInvalid(bytes) {
            throw SessionError.notText(path: url.path, byteOffset: place)
        }
        var dialogues: [[ImportedMessage]] = []
        if let whole = try? JSONDecoder().decode(Dialogue.self, from: bytes) {
            dialogues = [whole.messages]
        } else {
            for (index, line) in bytes.split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
            ).enumerated() where line.contains(where: { $0 > 32 }) {
                guard let dialogue = try? JSONDecoder().decode(Dialogue.self, from: line) else {
                    throw SessionError.messages(
                        path: url.path, line: index + 1,
                        what: "it is not an object with messages of a role and a content")
                }
                dialogues.append(dialogue.messages)
            }
        }
        guard dialogues.contains(where: { !$0.isEmpty }) else {
            throw SessionError.noMessages(path: url.path)
        }
        return dialogues.filter { !$0.isEmpty }
    }
}
