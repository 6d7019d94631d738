/// What a document for people says beside the conversation.
package struct DocumentWords: Sendable {
    /// The line below the title, of when it began and the first digits of the model's hash.
    package var beginning: @Sendable (_ created: String, _ model: String) -> String
    /// Where the model's memory was cleared.
    package var cleared: String
    /// Where its state was changed by hand.
    package var changed: String
    /// Behind a reply that was not generated here.
    package var imported: String
    /// Behind a reply that did not come to its end, by what ended it.
    package var cutAtLimit, cutAtRepetition, interrupted, stopped: String

    package init(
        beginning: @escaping @Sendable (_ created: String, _ model: String) -> String,
        cleared: String, changed: String, imported: String, cutAtLimit: String,
        cutAtRepetition: String, interrupted: String, stopped: String
    ) {
        self.beginning = beginning
        self.cleared = cleared
        self.changed = changed
        self.imported = imported
        self.cutAtLimit = cutAtLimit
        self.cutAtRepetition = cutAtRepetition
        self.interrupted = interrupted
        self.stopped = stopped
    }

    package static let english = DocumentWords(
        beginning: { "Begun \($0), model `\($1)`." }, cleared: "context cleared",
        changed: "state changed by hand", imported: "imported",
        cutAtLimit: "cut at the length limit",
        cutAtRepetition: "cut where it repeats itself", interrupted: "interrupted",
        stopped: "ended before a stop text")
}
