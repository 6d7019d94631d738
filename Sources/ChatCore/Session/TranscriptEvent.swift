/// A reply as the transcript records it.
package struct RecordedReply: Sendable, Equatable {
    package var content: String
    package var finishReason: FinishReason
    package var origin: Turn.Origin
    /// Which of the seed's random streams it was drawn from; 0 for an imported reply.
    package var draw: UInt64
    /// Symbols generated; nil for an imported reply.
    package var symbolCount: Int?
    /// It replaces the reply before it instead of answering a new text.
    package var regenerated: Bool
    /// It replaces the reply before it, with which it begins; `symbolCount` counts only what was added.
    package var continued: Bool
    /// It was interrupted by a text before which replies were to end (`Session.stops`), and by nobody.
    package var endedByStop: Bool

    package init(
        content: String, finishReason: FinishReason = .complete, origin: Turn.Origin = .generated,
        draw: UInt64 = 0, symbolCount: Int? = nil, regenerated: Bool = false,
        continued: Bool = false, endedByStop: Bool = false
    ) {
        self.content = content
        self.finishReason = finishReason
        self.origin = origin
        self.draw = draw
        self.symbolCount = symbolCount
        self.regenerated = regenerated
        self.continued = continued
        self.endedByStop = endedByStop
    }

    /// It replaces the reply before it.
    package var replaces: Bool { regenerated || continued }
}

/// One thing that happened in a conversation: one line of a transcript.
package enum TranscriptEvent: Sendable, Equatable {
    case user(String)
    case assistant(RecordedReply)
    /// Instructions in an imported file: kept, never read by the model.
    case system(String)
    /// `TurnTree` defines what these three do.
    case undo(Int)
    case redo(Int)
    case clear
    /// From here on the state is that after turn `turn` of the conversation as it stands, from 1.
    case take(turn: Int)
    /// What one head remembers is nothing, and it remembers anew; both count from 1.
    case silence(layer: Int, head: Int)
    /// From here on the state is one that was made elsewhere.
    case load(GivenState)
    /// The place where the conversation stands gets a name, and it goes on from a place of that name.
    case mark(String)
    case back(String)
    case set(SettingChange)
    /// From here on it is a session of its own; everything above was copied from its parent.
    case fork(TranscriptHeader.Parent)
    /// The session was left. This line seals all lines above it, which its `previous` covers: a transcript
    /// that ends without one may have lost lines at its end.
    case close
}

/// The first line of a transcript.
public struct TranscriptHeader: Sendable, Equatable {
    /// Where a fork comes from.
    public struct Parent: Sendable, Equatable, Codable {
        /// The parent's name when it was forked; empty when it was not saved.
        public var name: String
        /// The hash of the last line that was taken over.
        public var hash: String
        /// The turn after which it begins.
        public var turn: Int
    }

    /// The hash of the model that speaks.
    public var model: String
    /// ISO 8601, UTC.
    public var created: String
    /// The settings that the first reply was drawn with.
    public var settings: SessionSettings
    /// Where it was forked from; nil for a session of its own.
    public var parent: Parent?
}

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
