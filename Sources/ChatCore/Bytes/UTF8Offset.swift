/// Where bytes stop being UTF-8: what a message about a file or a line names.
package enum UTF8Offset {
    /// How many bytes come before the first that is not part of well-formed UTF-8; nil when all is well.
    package static func firstInvalid(_ bytes: some Sequence<UInt8>) -> Int? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
