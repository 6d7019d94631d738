import ArgumentParser
import ChatCore
import Foundation

/// What shells complete where a session or a transcript is wanted.
enum CompletedNames {
    /// The names of the saved sessions.
    static var sessions: CompletionKind { .custom { _, _, typed in names(typed) } }
    /// Those, and files.
    static var transcripts: CompletionKind {
        .custom { _, _, typed in names(typed) + files(typed) }
    }
    /// Model files, and the folders on the way to them.
    static var models: CompletionKind { .file(extensions: ["safetensors"]) }

    private static func names(_ typed: String) -> [String] {
        let places = Places(environment: ProcessInfo.processInfo.environment)
        let names = (try? SessionStore(places: places).names()) ?? []
        return names.filter { $0.hasPrefix(typed) }
    }

    private static func files(_ typed: String) -> [String] {
        let folder = String(
            typed.prefix(
                upTo: typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex))
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))
            ?? []
        let start = typed.dropFirst(folder.count)
        return names.filter { $0.hasPrefix(start) && (!$0.hasPrefix(".") || start.hasPrefix(".")) }
            .sorted().map { name in
                let path = folder + name
                return URL(fileURLWithPath: path).isFolder ? path + "/" : path
            }
    }
}
