import Foundation

/// `{"messages":[{"role","content"},…]}`, one object, or one a line.
package enum MessagesFile {
    /// The object as training reads it; nil where there is no such object.
    private static func line(_ bytes: some DataProtocol) -> CorpusLine? {
        try? JSONDecoder().decode(CorpusLine.self, from: Data(bytes))
    }

    static func read(_ url: URL) throws -> [[Message]] {
        try read(try readFile(url), url)
    }

    /// Reads from bytes; `url` names them in messages.
    package static func read(_ bytes: Data, _ url: URL) throws -> [[Message]] {
        if let place = UTF8Offset.firstInvalid(bytes) {
            throw SessionError.notText(path: url.path, byteOffset: place)
        }
        var dialogues: [[Message]] = []
        if let whole = try? line(bytes)?.dialogue(line: 1, of: url.path) {
            dialogues = [whole]
        } else {
            for (index, line) in LineEnds.jsonLines(bytes).enumerated()
            where line.contains(where: { $0 > 32 }) {
                let read = Self.line(line)
                guard let dialogue = try? read?.dialogue(line: index + 1, of: url.path) else {
                    if read?.charchat != nil { throw SessionError.transcript(path: url.path) }
                    throw SessionError.messages(
                        path: url.path, line: index + 1,
                        what: "it is not an object with messages of a role and a content")
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
