import ChatCore
import ChatCorpus
import Foundation

/// The lines of a plain text, for commands that read one line after another.
enum TextLines {
    /// - Parameter command: who asks, for the refusal.
    /// - Throws: `CommandFailure` for dialogues; what reading throws.
    static func read(_ url: URL, _ options: CorpusOptions, for command: String) throws -> [String] {
        let reader = try CorpusReader([url], options: options)
        guard reader.format == .text else {
            throw CommandFailure(
                phrase(
                    "%@ holds dialogues; %@ reads plain text, for which --plain takes any file",
                    VisibleText.oneLine(reader.firstName), command)
            )
        }
        // A line may go on from one block to the next.
        var lines: [String] = []
        var isOpen = false
        try reader.forEachBlock { block in
            for (index, line) in block.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                if index == 0, isOpen {
                    lines[lines.count - 1] += line
                } else {
                    lines.append(String(line))
                }
            }
            isOpen = true
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
