extension Session {
    /// All that happened, whether or not it is on the disk; nil before the first event.
    /// - Throws: `TranscriptError`.
    public func transcript() throws -> Transcript? {
        guard chain.isBegun else { return nil }
        return try Transcript(chain.bytes, path: url?.path ?? "this session")
    }
}
