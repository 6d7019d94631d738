/// One message, given beforehand, and no more.
package final class SingleLineReader: LineReader {
    private var line: String?

    package init(_ line: String) { self.line = line }

    package func readLine(prompt: Prompt) -> LineInput {
        defer { line = nil }
        return line.map { .line($0) } ?? .end
    }
}
