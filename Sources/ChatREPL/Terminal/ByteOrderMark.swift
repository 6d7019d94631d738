/// The three bytes that some programs put before UTF-8 text.
enum ByteOrderMark {
    static func dropped(from bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    }
}
