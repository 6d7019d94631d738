/// What Tab offers at a place in a line.
package enum Completion: Equatable, Sendable {
    /// Whole words that replace the one being typed.
    case words([String])
    /// Names of files.
    case files
    case nothing
}
