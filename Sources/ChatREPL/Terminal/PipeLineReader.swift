import ChatCore
import Foundation

/// Lines of standard input that is not a terminal: UTF-8 whatever the locale says, one line a turn.
/// Memory stays bounded whatever the length of a line.
package final class PipeLineReader: LineReader {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var position = 0
    private var lineNumber = 0
    private var reachedEnd = false
    private var failure: String?

    package init(descriptor: Int32 = STDIN_FILENO) { self.descriptor = descriptor }

    package func readLine(prompt: Prompt) -> LineInput {
        var line: [UInt8] = []
        var count = 0
        lineNumber += 1
        while true {
            if position == buffer.count {
                if reachedEnd, count > 0 { return usable(line, count) }
                if let failure { return .failed(failure) }
                if reachedEnd { return .end }
                if let signal = fill() { return .terminated(signal: signal) }
                continue
            }
            let rest = buffer[position...]
            let end = rest.firstIndex(of: 0x0A)
            let part = rest[..<(end ?? rest.endIndex)]
            count += part.count
            if count <= MessageLimit.byteCount { line += part }
            position = end.map { $0 + 1 } ?? buffer.endIndex
            if end != nil { return usable(line, count) }
        }
    }

    /// Reads the next bytes; returns the signal that came instead, if it ends the process.
    private func fill() -> Int32? {
        var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&waits, nfds_t(waits.count), -1)
        let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
        if let signal = Signals.take().first(where: { ending.contains($0) }) { return signal }
        guard waits[0].revents != 0 else { return nil }
        buffer = [UInt8](repeating: 0, count: 65_536)
        position = 0
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno != EINTR, errno != EAGAIN {
            failure = "cannot read standard input: \(String(cString: strerror(errno)))"
        }
        reachedEnd = count == 0 || failure != nil
        buffer.removeLast(buffer.count - max(0, count))
        return nil
    }

    private func usable(_ bytes: [UInt8], _ count: Int) -> LineInput {
        guard count <= MessageLimit.byteCount else {
            return .unusable("Line \(lineNumber): \(MessageLimit.notice(count))")
        }
        var bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes[...]
        if lineNumber == 1 { bytes = ByteOrderMark.dropped(from: bytes) }
        if let offset = UTF8Offset.firstInvalid(bytes) {
            return .unusable(
                "Line \(lineNumber) is not UTF-8 at its byte \(offset + 1). It was not sent.")
        }
        return .line(String(decoding: bytes, as: UTF8.self))
    }
}
