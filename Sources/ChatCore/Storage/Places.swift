import Foundation

/// Where models, sessions and caches are kept: `$CHARCHAT_HOME` when set, else the XDG data and state folders.
/// No folder is made until something is written.
public struct Places: Sendable, Equatable {
    /// Saved sessions, `NAME.jsonl`, each with its caches beside it.
    public let sessionsFolder: URL
    /// What may be deleted without harm: the history of typed lines, indexes.
    public let stateFolder: URL

    /// - Parameter environment: for example `ProcessInfo.processInfo.environment`. A relative path in an
    ///   XDG variable is ignored, as its specification asks.
    public init(environment: [String: String]) {
        func folder(_ variable: String) -> URL? {
            guard let path = environment[variable], !path.isEmpty else { return nil }
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        if let home = folder("CHARCHAT_HOME") {
            self.init(folder: home)
            return
        }
        func absolute(_ variable: String) -> URL? {
            environment[variable]?.hasPrefix("/") == true ? folder(variable) : nil
        }
        let home = folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser
        let local = home.appendingPathComponent(".local", isDirectory: true)
        let data = absolute("XDG_DATA_HOME") ?? local.appendingPathComponent("share")
        let state = absolute("XDG_STATE_HOME") ?? local.appendingPathComponent("state")
        self.init(
            data: data.appendingPathComponent("charchat", isDirectory: true),
            state: state.appendingPathComponent("charchat", isDirectory: true))
    }

    /// A folder of one's own: everything lies under it.
    public init(folder: URL) { self.init(data: folder, state: folder) }

    private init(data: URL, state: URL) {
        sessionsFolder = data.appendingPathComponent("sessions", isDirectory: true)
        stateFolder = state
    }

    /// What clients of a server have attached to sessions: a folder for each, by its name.
    public var metadataFolder: URL {
        sessionsFolder.deletingLastPathComponent()
            .appendingPathComponent("metadata", isDirectory: true)
    }
    /// The lines typed at the prompt.
    public var historyFile: URL { stateFolder.appendingPathComponent("history") }
    /// Encoded corpora and search indexes.
    public var cacheFolder: URL { stateFolder.appendingPathComponent("cache", isDirectory: true) }
    /// The index that lists and searches of saved sessions use; rebuilt from the transcripts.
    public var sessionIndexFile: URL { stateFolder.appendingPathComponent("sessions.sqlite") }
}
