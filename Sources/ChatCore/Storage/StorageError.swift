import Foundation

/// What can go wrong with files. Each `description` is one line: the file, what is wrong, what to do.
public enum StorageError: DescribedError, Sendable, Equatable {
    /// A system call failed; `code` is errno.
    case system(operation: String, path: String, code: Int32)
    /// Not a usable safetensors file.
    case safetensors(path: String, what: String)
    /// A safetensors file, but not a usable model.
    case model(path: String, what: String, advice: String)
    /// A file whose state cannot be used.
    case state(path: String, what: String)
    /// A file larger than such a file may be.
    case tooLarge(path: String, bytes: Int, limit: Int)

    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(Self.reason(code))\(Self.advice(code))"
        case .safetensors(let path, let what):
            "\(path) is not a usable safetensors file: \(what)"
        case .model(let path, let what, let advice):
            "\(path) cannot be used as a model: \(what); \(advice)"
        case .state(let path, let what): "\(path) cannot be used as a state: \(what)"
        case .tooLarge(let path, let bytes, let limit):
            "\(path) has \(bytes >> 20) MB, and such a file may have at most \(limit >> 20); give another file"
        }
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case ENOENT: "; check the path"
        case EACCES, EPERM, EROFS: "; choose a place you may write to or change its permissions"
        case ENOSPC, EDQUOT: "; free some space"
        case EISDIR: "; name a file, not a folder"
        default: ""
        }
    }
}
