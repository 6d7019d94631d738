@preconcurrency import CReadline
import Foundation

/// readline's callbacks carry no context, so what they need lives here. readline is used from the
/// main thread alone, which is what makes these statics safe.
package enum ReadlineBridge {
    /// True when the line that was waited for is complete.
    nonisolated(unsafe) private(set) static var arrived = false
    nonisolated(unsafe) private static var line: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var complete: (String) -> Completion = { _ in .nothing }
    nonisolated(unsafe) private static var offered: [String] = []

    /// Sets readline up: its name for `~/.inputrc`, no signal handlers of its own, completion.
    package static func configure(complete: @escaping (String) -> Completion) {
        self.complete = complete
        rl_readline_name = UnsafePointer(strdup("charchat"))
        rl_catch_signals = 0
        rl_catch_sigwinch = 0
        rl_change_environment = 0
        rl_variable_bind("enable-bracketed-paste", "on")
        let wordBreaks = strdup(" \t\n")
        rl_basic_word_break_characters = UnsafePointer(wordBreaks)
        rl_completer_quote_characters = nil
        rl_attempted_completion_function = { text, _, _ in
            ReadlineBridge.completions(of: text)
        }
        using_history()
        stifle_history(Int32(HistoryFile.capacity))
    }

    /// readline divides by what is left of a row beside its marks; a window of two columns would end the
    /// process. What it is told is never less than 2 rows of 4 columns.
    package static func keepScreenUsable() {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
            size.ws_col < 4 || size.ws_row < 2
        else { return }
        rl_set_screen_size(Int32(max(size.ws_row, 2)), Int32(max(size.ws_col, 4)))
    }

    /// Shows the prompt and begins to edit a line.
    package static func begin(prompt: String) {
        arrived = false
        // Left by a Ctrl-D, it would put an empty line below every line that follows.
        rl_eof_found = 0
        rl_callback_handler_install(prompt) { line in
            ReadlineBridge.line = line
            ReadlineBridge.arrived = true
            // Without this readline would show the next prompt at once.
            rl_callback_handler_remove()
        }
    }

    /// The bytes of the line that arrived, nil at the end of input.
    package static func takeLine() -> [UInt8]? {
        guard let pointer = line else { return nil }
        defer { free(pointer) }
        line = nil
        return Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
    }

    /// Puts the cursor behind the line that is being edited, which may have several rows: what is written next
    /// goes below all of it.
    package static func moveToEnd() {
        rl_point = rl_end
        rl_redisplay()
    }

    /// Gives up the line that is being edited, also in the middle of a search or a completion.
    package static func abandonLine() {
        rl_free_line_state()
        rl_callback_sigcleanup()
        rl_replace_line("", 0)
        rl_callback_handler_remove()
    }

    private static func completions(
        of text: UnsafePointer<CChar>?
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        guard let text, let buffer = rl_line_buffer else { return nil }
        let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(rl_point))
        rl_attempted_completion_over = 1
        switch complete(String(decoding: bytes, as: UTF8.self)) {
        case .nothing:
            return nil
        case .words(let words):
            // Below a folder more may follow.
            let isOpen = words.allSatisfy { $0.hasSuffix("/") }
            rl_completion_append_character = isOpen ? 0 : Int32(UInt8(ascii: " "))
            offered = words.reversed()
            return rl_completion_matches(text) { _, _ in
                ReadlineBridge.offered.popLast().flatMap { strdup($0) }
            }
        }
    }
}
