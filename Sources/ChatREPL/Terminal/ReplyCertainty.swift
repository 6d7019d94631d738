/// How sure a reply is to be taken.
package struct ReplyCertainty: Sendable, Equatable {
    /// The share of such replies that are right, 0 to 1.
    package let share: Double
    /// It is to be marked as one that may be wrong.
    package let isUnsure: Bool
}
