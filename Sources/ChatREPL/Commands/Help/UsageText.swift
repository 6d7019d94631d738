/// What ArgumentParser says of a command line, its help and what is wrong, in other words than its own:
/// it gives finished English texts alone.
package struct UsageText {
    private let words: Words
    private let tool: ToolDescription
    private let columns: Int

    /// - Parameters:
    ///   - words: those of help.
    ///   - columns: of the terminal.
    package init(words: Words, tool: ToolDescription, columns: Int) {
        self.words = words
        self.tool = tool
        self.columns = columns
    }

    /// The help that `english` is; nil for anything else, as the version or a script for a shell is.
    package func help(_ english: String) -> String? {
        guard english.hasPrefix("OVERVIEW: "),
            let usage = english.firstMatch(of: /\nUSAGE: (.+)\n/)?.output.1
        else { return nil }
        return HelpPage(words: words, columns: columns)
            .text(of: tool.called(by: String(usage)), usage: String(usage))
    }

    /// ArgumentParser's own text, with what says how a command is called broken to fit: it leaves that
    /// in one line, however long.
    package static func fitted(_ english: String, columns: Int) -> String {
        english.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            ["USAGE: ", "Usage: "].contains { line.hasPrefix($0) }
                ? HelpPage.fitted(usage: String(line), columns: columns) : String(line)
        }.joined(separator: "\n")
    }

    /// What is wrong: a message, mostly with the help of the option that is meant, the usage and where to
    /// read on. What the words lack stays as it is; a command says its messages in them already.
    /// - Parameters:
    ///   - english: all of it.
    ///   - message: the message alone.
    package func problem(_ english: String, message: String) -> String {
        let beginning = "Error: \(message)"
        guard english.hasPrefix(beginning) else { return english }
        let rest = english.dropFirst(beginning.count).split(separator: "\n")
        let lines =
            [words.say("Error: %@", words.retold(message))] + rest.map { words.retold(String($0)) }
        return HelpPage.usage(lines.joined(separator: "\n"), in: words)
    }
}
