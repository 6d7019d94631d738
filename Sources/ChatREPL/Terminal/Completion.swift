/// What Tab offers at a place in a line.
package enum Completion: Equatable, Sendable {
    /// Whole words that replace the one being typed; one that ends in "/" may go on.
    case words([String])
    case nothing
}
