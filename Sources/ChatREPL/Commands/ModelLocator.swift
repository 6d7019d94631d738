import ChatCore
import Foundation

/// Finds the model file a command is to use.
package enum ModelLocator {
    package static let fileName = "charchat.safetensors"

    /// The word for the model that came with charchat, wherever a model is named; a file of this name is
    /// ./shipped.
    package static let shipped = "shipped"

    /// `option` (`-m`), else `$CHARCHAT_MODEL`, else the model that came with charchat.
    /// - Throws: `CommandFailure` when there is none.
    package static func url(option: String?, environment: [String: String]) throws -> URL {
        let named = option ?? environment["CHARCHAT_MODEL"]?.nonEmpty
        if let path = named, path != shipped {
            return URL(fileURLWithPath: path)
        }
        if let found = ChatModel.shippedURL { return found }
        throw CommandFailure(
            phrase(
                "no model came with this charchat (looked for %@ beside it); name one with -m MODEL or CHARCHAT_MODEL, or train one: charchat train FILE -o MODEL",
                fileName)
        )
    }
}
