import Foundation

/// What Tab offers at a place in a line.
package enum Completion: Equatable, Sendable {
    /// Whole words that replace the one being typed; one that ends in "/" may go on.
    case words([String])
    case nothing
}

/// Tab on the name of a file. readline would complete the last word alone, and a name may have spaces in it.
package enum FileCompletion {
    /// - Parameters:
    ///   - path: what was typed of it, with `~/` for the home folder.
    ///   - lastWord: the part of `path` behind its last space, which what is offered replaces.
    package static func complete(_ path: String, lastWord: String) -> Completion {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let start = String(path.dropFirst(folder.count))
        let place = folder.isEmpty ? "." : NSString(string: String(folder)).expandingTildeInPath
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: place)) ?? []
        let found = names.filter {
            $0.hasPrefix(start) && (!$0.hasPrefix(".") || start.hasPrefix("."))
        }
        let before = path.count - lastWord.count
        let offered = found.sorted().map { name in
            var isFolder: ObjCBool = false
            _ = manager.fileExists(atPath: "\(place)/\(name)", isDirectory: &isFolder)
            return String((folder + name).dropFirst(before)) + (isFolder.boolValue ? "/" : "")
        }
        return offered.isEmpty ? .nothing : .words(offered)
    }
}
