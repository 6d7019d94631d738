/// A state that the conversation which goes on from it did not make. Its values stand in the transcript,
/// so that a transcript determines every state as before; what made them it does not prove.
package struct GivenState: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        /// A file of that name, its folder left out.
        case file(String)
        /// Another session, after a turn of it.
        case session(TranscriptHeader.Parent)
    }

    /// [stateSize], each finite.
    package let values: [Float]
    package let origin: Origin

    package init(values: [Float], origin: Origin) {
        self.values = values
        self.origin = origin
    }
}
