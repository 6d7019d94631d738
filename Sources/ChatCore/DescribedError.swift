import Foundation

/// An error that says in one line what was found, where, and what to do; an app may show
/// `localizedDescription` as it is. It knows nothing of a program's commands: a program that has some adds
/// its own words to the cases.
public protocol DescribedError: LocalizedError, CustomStringConvertible {}

extension DescribedError {
    public var errorDescription: String? { description }
}
