@preconcurrency import CReadline
import ChatCore
import Foundation

/// Lines from GNU readline, through its callback interface: readline edits, but the waiting is done
/// here, so that signals are noticed at once and handled outside of any handler.
package final class ReadlineLineReader: LineReader {
    private let style: Style
    private let history: HistoryFile?
    /// Signals that came but were not answered yet, in order.
    private var unanswered: [Int32] = []

    /// - Parameters:
    ///   - history: nil to keep none on disk.
    ///   - complete: what Tab offers; asked with the line before the cursor.
    package init(style: Style, history: HistoryFile?, complete: @escaping (String) -> Completion) {
        self.style = style
        self.history = history
        TextLocale.useUTF8()
        TerminalMode.mend()
        ReadlineBridge.configure(complete: complete)
        for entry in history?.load() ?? [] { add_history(entry) }
    }

    package func readLine(prompt: Prompt) -> LineInput {
        ReadlineBridge.keepScreenUsable()
        ReadlineBridge.begin(prompt: marked(prompt.rawValue))
        // The terminal may have been resized in the editor or while a reply was made. Only now is
        // readline sure to have one.
        rl_reset_screen_size()
        ReadlineBridge.keepScreenUsable()
        while !ReadlineBridge.arrived {
            var waits = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&waits, nfds_t(waits.count), unanswered.isEmpty ? -1 : 0)
            unanswered += Signals.take()
            while !unanswered.isEmpty {
                if let input = handle(unanswered.removeFirst()) { return input }
            }
            if waits[0].revents != 0 { rl_callback_read_char() }
        }
        guard let line = ReadlineBridge.takeLine() else {
            try? Output.standard.write("\n")
            return .end
        }
        return Self.usable(line)
    }

    package func remember(_ entry: String) {
        let newest = history_length > 0 ? history_get(history_base + history_length - 1) : nil
        if let newest, String(cString: newest.pointee.line) == entry { return }
        add_history(entry)
        history?.append(entry)
    }

    package func whileReplying<T>(_ body: () throws -> T) rethrows -> T {
        try TerminalMode.quietly(body)
    }

    /// Answers a signal at the prompt; what it means for the conversation, if anything.
    private func handle(_ number: Int32) -> LineInput? {
        switch number {
        case SIGWINCH:
            rl_resize_terminal()
            ReadlineBridge.keepScreenUsable()
            return nil
        case SIGTSTP:
            rl_cleanup_after_signal()
            Signals.suspend()
            rl_reset_after_signal()
            // Only the size: what draws the line anew is the update, below what the shell has written.
            rl_reset_screen_size()
            ReadlineBridge.keepScreenUsable()
            rl_forced_update_display()
            return nil
        case SIGINT:
            let hadText = rl_end > 0
            ReadlineBridge.moveToEnd()
            try? Output.standard.write("^C")
            ReadlineBridge.abandonLine()
            try? Output.standard.write("\n")
            return .interrupted(lineHadText: hadText)
        case SIGTERM, SIGHUP, SIGQUIT:
            ReadlineBridge.moveToEnd()
            ReadlineBridge.abandonLine()
            try? Output.standard.write("\n")
            return .terminated(signal: number)
        default: return nil
        }
    }

    private static func usable(_ bytes: [UInt8]) -> LineInput {
        guard bytes.count <= MessageLimit.byteCount else {
            keepForCorrection(bytes)
            return .unusable(
                MessageLimit.notice(bytes.count) + " " + phrase("Arrow-up brings it back."))
        }
        if let offset = UTF8Offset.firstInvalid(bytes) {
            keepForCorrection(bytes)
            return .unusable(
                phrase("That line is not UTF-8 at its byte %@. It was not sent.", offset + 1) + " "
                    + phrase("Arrow-up brings it back.")
            )
        }
        // A paste may end in line breaks, which nobody meant as part of the message.
        let end = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
        return .line(String(decoding: bytes[..<end], as: UTF8.self))
    }

    /// A line that was not sent is not lost: it can be called back and mended. It goes into no file.
    private static func keepForCorrection(_ bytes: [UInt8]) {
        add_history(bytes.map { CChar(bitPattern: $0) } + [0])
    }

    /// The prompt with its colour codes marked as taking no columns.
    private func marked(_ prompt: String) -> String {
        guard style.isColored else { return prompt }
        let text = prompt.trimmingSuffix { $0 == " " }
        let painted = style.prompt(String(text))
        let codes = painted.components(separatedBy: String(text))
        guard codes.count == 2 else { return prompt }
        return "\u{1}\(codes[0])\u{2}\(text)\u{1}\(codes[1])\u{2} "
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> SubSequence {
        var result = self[...]
        while let last = result.last, condition(last) { result = result.dropLast() }
        return result
    }
}
