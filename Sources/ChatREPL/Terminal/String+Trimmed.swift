extension StringProtocol {
    /// Without white space at its ends.
    package var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}

extension String {
    /// Nil in place of an empty string.
    package var nonEmpty: String? { isEmpty ? nil : self }
}
