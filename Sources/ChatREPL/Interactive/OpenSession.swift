import ChatCore

/// The conversation that is open, and where its like are kept.
package final class OpenSession {
    package private(set) var session: Session
    package let store: SessionStore
    package let generator: ReplyGenerator
    /// Settings of sessions that are made from here.
    private let settings: SessionSettings
    /// Texts before which replies end (`/set stop`), in this session and in those that follow it.
    package var stops: [String] = [] {
        didSet { session.stops = stops }
    }
    /// What the sessions that were left said when they were closed.
    private var parting: [SessionNotice] = []
    /// False with `--no-save`: new sessions leave nothing on disk either.
    package let saves: Bool

    package init(
        session: Session, store: SessionStore, generator: ReplyGenerator,
        settings: SessionSettings, saves: Bool
    ) {
        self.session = session
        self.store = store
        self.generator = generator
        self.settings = settings
        self.saves = saves
    }

    /// Goes on with another session; the one before is closed, whole and saved.
    package func change(to next: Session) {
        session.close()
        parting += session.takeNotices()
        session = next
        session.stops = stops
    }

    /// What the user should be told once, of the sessions that were left first.
    package func takeNotices() -> [SessionNotice] {
        defer { parting = [] }
        return parting + session.takeNotices()
    }

    /// Opens a saved session.
    /// - Throws: `SlashCommandProblem` when what was said here would be lost.
    package func load(_ name: String) throws {
        try requireSaved()
        change(to: try store.open(name, generator: generator))
    }

    /// Begins a new session; nil: named by date and time.
    /// - Throws: `SlashCommandProblem` when what was said here would be lost.
    package func begin(_ name: String?) throws {
        try requireSaved()
        let next = try store.create(name, generator: generator, settings: settings, saved: saves)
        change(to: next)
    }

    /// - Throws: `SlashCommandProblem` where what was said is not on the disk and cannot be put there.
    package func requireSaved() throws {
        guard session.saveWhatWaits() else {
            if let error = session.savingError {
                throw SlashCommandProblem(
                    phrase(
                        "What was said here is not on the disk: %@. /export FILE keeps it; /bye leaves it.",
                        VisibleText.oneLine(ErrorText.text(error, atPrompt: true)))
                )
            }
            throw SlashCommandProblem(
                phrase(
                    "What was said here is not on the disk. /save NAME or /export FILE keeps it; /bye leaves it."
                )
            )
        }
    }
}
