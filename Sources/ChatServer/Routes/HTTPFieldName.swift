import HTTPTypes

/// Header fields of charchat's own.
enum HTTPFieldName {
    /// What of a request was left out.
    static let ignored = HTTPField.Name("charchat-ignored")
}
