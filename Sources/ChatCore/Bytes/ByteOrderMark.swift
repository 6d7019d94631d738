/// The three bytes that some programs put before UTF-8 text.
package enum ByteOrderMark {
    package static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    package static func dropped(from text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.starts(with: bytes) ? text.dropFirst(bytes.count) : text
    }
}
