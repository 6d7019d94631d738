extension Session {
    /// Everything that happened, whether or not it is on the disk; nil before the first event.
    /// - Throws: `TranscriptError`.
    public func transcript() throws -> Transcript? {
        guard chain.isBegun else { return nil }
        var transcript = chain
        transcript.path = url?.path ?? "this session"
        return transcript
    }
}
