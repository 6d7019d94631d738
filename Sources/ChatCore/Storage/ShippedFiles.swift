import Foundation

/// Where the files that come with the package can be: beside the executable as SwiftPM builds it
/// (`.resources` on Linux, `.bundle` on macOS), among an app's resources, or as `make install` puts them.
/// `Bundle.module` is not asked because it ends the process when the bundle is missing.
package enum ShippedFiles {
    package static var folders: [URL] {
        var around: [URL] = []
        if let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() {
            around.append(executable.deletingLastPathComponent())
        }
        if let resources = Bundle.main.resourceURL { around.append(resources) }
        return around.flatMap { folder in
            ["ChatCore", "ChatREPL", "ChatServer"].flatMap { target in
                [
                    "charchat_\(target).resources/Resources", "charchat_\(target).bundle/Resources",
                    "charchat_\(target).bundle/Contents/Resources/Resources",
                ]
            }.map { folder.appendingPathComponent($0) }
                + [folder.appendingPathComponent("../share/charchat").standardized]
        }
    }

    /// The first of the folders that has a file of that name; nil when none has.
    package static func url(_ name: String) -> URL? {
        folders.map { $0.appendingPathComponent(name) }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }
}

extension ChatModel {
    /// The file of the model that comes with the library; nil where it is missing.
    public static var shippedURL: URL? { ShippedFiles.url("charchat.safetensors") }

    /// The model that comes with the library: it speaks English and Korean.
    /// - Throws: `StorageError`, with ENOENT where its file is missing.
    public static func shipped() throws -> ChatModel {
        guard let url = shippedURL else {
            let wanted = ShippedFiles.folders.first?.appendingPathComponent("charchat.safetensors")
            throw StorageError.system(
                operation: "read", path: wanted?.path ?? "charchat.safetensors", code: ENOENT)
        }
        return try ModelFile.load(url)
    }
}
