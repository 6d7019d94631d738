import Foundation

/// The names that sessions may have: each is a valid file name everywhere and cannot lead out of the folder.
enum SessionName {
    /// Bytes of UTF-8; leaves room for an extension and a temporary file's decoration in 255.
    static let longest = 200

    /// The name in the form it is stored under (NFC).
    /// - Throws: `SessionError.name` with the reason.
    static func checked(_ name: String) throws -> String {
        if isPlain(name) { return name }
        let name = Normalization.nfc(name)
        func refuse(_ reason: String) -> SessionError { .name(name, reason: reason) }
        guard !name.isEmpty else { throw refuse("it is empty") }
        guard name.utf8.count <= longest else {
            throw refuse("it is longer than \(longest) bytes; choose a shorter one")
        }
        guard !name.contains("/"), !name.contains("\\") else {
            throw refuse("a name has no slash; leave it out")
        }
        guard !name.hasPrefix(".") else { throw refuse("a name does not begin with a dot") }
        guard !name.hasPrefix("-"), !name.hasPrefix("@") else {
            throw refuse("a name does not begin with - or @")
        }
        for scalar in name.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                throw refuse("it has a character that cannot be seen; leave it out")
            default: break
            }
        }
        guard name.trimmingCharacters(in: .whitespaces) == name else {
            throw refuse("it begins or ends with a space")
        }
        return name
    }

    /// A valid name of nothing but ASCII letters, digits, hyphens and underscores: most are, and this is
    /// fast when ten thousand are checked at once.
    private static func isPlain(_ name: String) -> Bool {
        guard (1...longest).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-") else {
            return false
        }
        return name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// A name from the date and time, UTC: `2026-11-23-154229`.
    static func dated(_ date: Date) -> String {
        String(Timestamp.text(date).prefix(19)).replacing("T", with: "-").replacing(":", with: "")
    }

    /// Whether a name was made by `dated`, with or without a number after it.
    static func isDated(_ name: String) -> Bool {
        name.wholeMatch(of: /\d{4}-\d{2}-\d{2}-\d{6}(-\d+)?/) != nil
    }

    /// `NAME`, `NAME-2`, `NAME-3`…; the `attempt` counts from 1. Never longer than a name may be.
    static func numbered(_ name: String, _ attempt: Int) -> String {
        guard attempt > 1 else { return name }
        let suffix = "-\(attempt)"
        var stem = name
        while stem.utf8.count + suffix.utf8.count > longest { stem.removeLast() }
        return stem + suffix
    }
}
