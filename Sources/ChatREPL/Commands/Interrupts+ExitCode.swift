import ArgumentParser
import Foundation

extension Interrupts {
    /// What a command ends with that a signal stopped.
    var exitCode: ExitCode { ExitCode(ExitStatus.terminated(by: termination ?? SIGINT)) }

    /// - Throws: `exitCode` once a signal asked the process to end.
    func throwIfEnded() throws {
        if termination != nil { throw exitCode }
    }
}
