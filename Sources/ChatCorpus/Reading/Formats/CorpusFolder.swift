import ChatCore
import Foundation

/// What a folder that was named holds.
package enum CorpusFolder {
    private static let sections = [
        "language", "told", "fact", "topic", "talk", "unknown", "session",
    ]

    /// Whether a folder is one of lessons: a `.txt` file in it, or in a folder in it, has a section of
    /// lessons such as `[talk]`. Other folders are of people's files.
    package static func holdsLessons(_ folder: URL) -> Bool {
        let manager = FileManager.default
        let inside =
            (try? manager.contentsOfDirectory(
                at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: nil)) ?? []
        let folders = inside.filter(CorpusOpener.isFolder)
        let deeper = folders.flatMap {
            (try? manager.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)) ?? []
        }
        return (inside + deeper).filter { $0.pathExtension == "txt" }.contains(where: isLesson)
    }

    private static func isLesson(_ url: URL) -> Bool {
        guard let file = try? CorpusFile(url), let bytes = try? file.bytes(at: 0, count: 1 << 16)
        else { return false }
        return LineEnds.split(String(decoding: bytes, as: UTF8.self))
            .contains { line in
                line.hasPrefix("[")
                    && sections.contains {
                        line.dropFirst().hasPrefix($0 + "]") || line.dropFirst().hasPrefix($0 + " ")
                    }
            }
    }
}
