import Foundation

/// Where the files that come with charchat can be, relative to the executable: beside it as SwiftPM
/// builds it (`.resources` on Linux, `.bundle` on macOS), or as `make install` puts them.
/// `Bundle.module` is not asked because it ends the process when the bundle is missing.
package enum ShippedFiles {
    package static var folders: [URL] {
        guard let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() else {
            return []
        }
        let folder = executable.deletingLastPathComponent()
        return [
            "charchat_ChatREPL.resources/Resources", "charchat_ChatREPL.bundle/Resources",
            "charchat_ChatREPL.bundle/Contents/Resources/Resources", "../share/charchat",
        ].map { folder.appendingPathComponent($0).standardized }
    }
}
