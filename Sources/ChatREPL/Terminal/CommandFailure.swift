import ChatCore
import Foundation

/// The exit codes that scripts may rely on, beside 0.
package enum ExitStatus {
    /// An error, told in one line on standard error.
    package static let failure: Int32 = 1
    /// A replay that differs.
    package static let replayDiffers: Int32 = 3
    /// A replay in which there was no reply to prove.
    package static let nothingProved: Int32 = 4

    /// Ended by a signal, as shells count it.
    package static func terminated(by signal: Int32) -> Int32 { 128 + signal }
}

/// An error of the front end itself, with its one line.
package struct CommandFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The one place where an error becomes a line on standard error and an exit code.
package enum FailureReport {
    /// The line for `error` on standard error.
    package static func line(for error: any Error) -> String {
        "charchat: \(sentence(for: error))"
    }

    /// What `error` says, made safe to show and kept to one line.
    /// - Parameter atPrompt: of the chat.
    package static func sentence(for error: any Error, atPrompt: Bool = false) -> String {
        let isFoundations = error is CocoaError || error is POSIXError
        let text =
            isFoundations ? error.localizedDescription : ErrorText.text(error, atPrompt: atPrompt)
        return VisibleText.oneLine(text.replacing("\n", with: " "))
    }

    /// Reports `error`; returns the exit code.
    package static func report(_ error: any Error) -> Int32 {
        switch error as? OutputError {
        case .closed: return ExitStatus.failure
        case .interrupted(let signal): return ExitStatus.terminated(by: signal)
        default: break
        }
        try? Output.error.tell(line(for: error))
        return ExitStatus.failure
    }
}
