import ChatCore
import Foundation

/// Lines of standard input that is not a terminal: UTF-8 whatever the locale says, one line a turn.
/// Memory stays bounded whatever the length of a line.
package final class PipeLineReader: LineReader {
    private let descriptor: Int32
    /// Every line is JSON: U+2028 and U+2029 may stand in it, and what it says is shorter than the line.
    private let isJSON: Bool
    private var longestLine: Int { (isJSON ? 8 : 1) * MessageLimit.byteCount }
    private var buffer: [UInt8] = []
    private var position = 0
    private var lineNumber = 0
    private var reachedEnd = false
    private var failure: String?
    /// Lines that stood in one with rarer line ends, the next one last.
    private var waiting: [String] = []
    /// The last line ended in a carriage return, so that a line feed right behind it is part of its end.
    private var endedInReturn = false

    package init(descriptor: Int32 = STDIN_FILENO, isJSON: Bool = false) {
        self.descriptor = descriptor
        self.isJSON = isJSON
    }

    package func readLine(prompt: Prompt) -> LineInput {
        if let line = waiting.popLast() { return .line(line) }
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
            if endedInReturn, buffer[position] == 0x0A { position += 1 }
            endedInReturn = false
            if position == buffer.count { continue }
            let rest = buffer[position...]
            let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
            let part = rest[..<(end ?? rest.endIndex)]
            count += part.count
            if count <= longestLine { line += part }
            position = end.map { $0 + 1 } ?? buffer.endIndex
            endedInReturn = end.map { buffer[$0] == 0x0D } ?? false
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
            failure = phrase(
                "cannot read standard input: %@", SystemReason.text(errno))
        }
        reachedEnd = count == 0 || failure != nil
        buffer.removeLast(buffer.count - max(0, count))
        return nil
    }

    private func usable(_ bytes: [UInt8], _ count: Int) -> LineInput {
        guard count <= longestLine else {
            return .unusable(
                phrase("Line %@: %@", lineNumber, MessageLimit.notice(count)))
        }
        let bytes = lineNumber == 1 ? ByteOrderMark.dropped(from: bytes[...]) : bytes[...]
        if let offset = UTF8Offset.firstInvalid(bytes) {
            return .unusable(
                phrase(
                    "Line %@ is not UTF-8 at its byte %@. It was not sent.", lineNumber, offset + 1)
            )
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if isJSON { return .line(text) }
        let lines = LineEnds.split(text)
        waiting = lines.dropFirst().reversed()
        return .line(lines[0])
    }
}
