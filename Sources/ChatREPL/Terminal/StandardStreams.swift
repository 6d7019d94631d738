import Foundation

/// Descriptors 0, 1 and 2. A process may be started with some of them closed; the next file or pipe that
/// it opens would get their numbers, and be taken for the terminal.
package enum StandardStreams {
    /// Gives each closed one something that fails as a closed one does: reading from standard input and
    /// writing to standard output is an error, told in one line. What goes to a closed standard error is
    /// lost.
    package static func makeSure() {
        for (descriptor, mode) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
        ] where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest number that is free is this one, for those below are open by now.
            _ = open("/dev/null", mode)
        }
    }
}
