/// What can be said to a model, in example lines, for who does not know how to begin. Training on lessons writes
/// them into the model's file; they have no part in its hash.
public struct ModelTopics: Sendable, Equatable, Codable {
    /// A thing that the user tells, and the question that asks for it later.
    public struct Told: Sendable, Equatable, Codable {
        /// Such as "My name is Ada."
        public var tell: String
        /// Such as "What is my name?"
        public var ask: String

        /// A thing that is told and asked for.
        public init(tell: String, ask: String) {
            self.tell = tell
            self.ask = ask
        }
    }

    /// What it keeps.
    public var told: [Told] = []
    /// Questions that tables answer, one a kind.
    public var asked: [String] = []
    /// Other lines that have a reply.
    public var talk: [String] = []

    /// Nothing.
    public init() {}

    /// Whether there is no line at all.
    public var isEmpty: Bool { told.isEmpty && asked.isEmpty && talk.isEmpty }

    /// Those in Hangul, or those without; all where that leaves nothing.
    public func lines(inHangul: Bool) -> ModelTopics {
        func fits(_ line: String) -> Bool {
            line.unicodeScalars.contains { Hangul.isSyllable($0.value) } == inHangul
        }
        var lines = ModelTopics()
        lines.told = told.filter { fits($0.tell) }
        lines.asked = asked.filter(fits)
        lines.talk = talk.filter(fits)
        return lines.isEmpty ? self : lines
    }
}
