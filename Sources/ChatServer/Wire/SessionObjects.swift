/// A saved session in a list.
struct SessionListItem: Encodable, Sendable {
    var id: String
    var object = "session"
    /// Seconds since 1970.
    var modified_at: Int
    var turns: Int
    /// The hash of the model it speaks with.
    var model: String
    /// The first thing that was said.
    var opening: String
    /// Why it cannot be opened.
    var problem: OrNull<String>
}

/// A saved session with all its turns as a tree.
struct SessionObject: Encodable, Sendable {
    var id: String
    var object = "session"
    var created_at: Int
    var model: String
    var turns: Int
    /// Where it was forked from.
    var parent: OrNull<Parent>
    var unanswered: OrNull<String>
    var nodes: [Node]

    struct Parent: Encodable, Sendable {
        var session: String
        var turn: Int
    }

    /// A turn, a clear, a change of the state by hand, or the beginning, which is node 0.
    struct Node: Encodable, Sendable {
        var index: Int
        var parent: OrNull<Int>
        /// `root`, `turn`, `clear` or `state`.
        var kind: String
        /// It is part of the conversation as it stands.
        var stands: Bool
        /// The response's, of a turn.
        var id: String?
        var number: Int?
        var user: String?
        var reply: String?
        var ending: String?
        var imported: Bool?
    }
}

/// What a turn tells when it is looked into.
struct TurnObject: Encodable, Sendable {
    var id: String
    var object = "turn"
    var number: Int
    var user: String
    var reply: String
    /// −log₂ of the probability of the reply, its end with it.
    var bits: Double
    /// −log₂ of that of its least likely symbol.
    var weakest_bits: Double
    /// The share of such replies that are right, 0 to 1; null where the model was never measured.
    var certainty: OrNull<Double>
    var is_unsure: Bool
    var characters: [Character]
    /// What the reply still held of earlier turns; only where asked for.
    var memory: [Memory]?

    /// A character of the reply.
    struct Character: Encodable, Sendable {
        var text: String
        var bits: Double
        /// What else could have stood there, likeliest first.
        var odds: [Odds]
    }

    struct Odds: Encodable, Sendable {
        var text: String
        var probability: Double
    }

    struct Memory: Encodable, Sendable {
        var turn: Int
        var user: String
        /// How much the reply's odds change when the turn is left out.
        var bits: Double
    }
}

/// A state as numbers: layer after layer, as the model's documentation lays it out.
struct StateObject: Encodable, Sendable {
    var object = "state"
    var turn: Int
    /// The values of the state, each rounded to four digits.
    var values: [Double]
    /// The part of `values` that each layer has.
    var layers: [Layer]

    struct Layer: Encodable, Sendable {
        var name: String
        var start: Int
        var count: Int
        /// Numbers in a row of the layer's matrices.
        var width: Int
        /// Heads, of which each has a memory of its own; 1 where the layer has but one.
        var heads: Int
        /// Where in `values` the first head's memory begins; the others' follow, all of one size.
        var head_start: Int
    }

    /// A head of a layer, both counted from 0 as `layers` has them.
    struct Head: Codable, Hashable, Sendable {
        var layer: Int
        var head: Int
    }
}

/// The body of `POST /v1/surgery`.
struct SurgeryRequest: Decodable, Sendable {
    var input: String
    /// Whose state is asked, and after which turn; 0: before the first.
    var session: String
    var turn: Int
    /// Heads whose memory is emptied first.
    var silence: [StateObject.Head]?
    /// 0 unless given: what differs is then the state's doing.
    var temperature: Double?
    var top_p: Double?
    var seed: Int64?
    var max_output_tokens: Int?
}

/// What a changed state replied. It is kept nowhere.
struct SurgeryObject: Encodable, Sendable {
    var object = "surgery"
    var session: String
    var turn: Int
    var silenced: [StateObject.Head]
    var input: String
    var reply: String
    var ending: String
}

/// What a proof found.
struct VerificationObject: Encodable, Sendable {
    var id: String
    var object = "verification"
    /// No reply differs, and there was at least one to compare.
    var proves: Bool
    var verified: Int
    var interrupted: Int
    var imported: Int
    /// States that came from a file or another session.
    var given_states: Int
    var skipped_draws: [Int]
    var is_closed: Bool
    var difference: OrNull<Difference>

    struct Difference: Encodable, Sendable {
        var turn: Int
        var line: Int
        var character: Int
        var recorded: String
        var generated: String
    }
}

/// The body of `POST /v1/search`.
struct SearchRequest: Decodable, Sendable {
    var query: String
    var limit: Int?
}

/// What search found, and what it would answer.
struct SearchObject: Encodable, Sendable {
    var object = "search"
    /// What search says to the question: the best hit's answer, or that it found nothing.
    var reply: String
    var data: [Hit]

    struct Hit: Encodable, Sendable {
        var text: String
        var answer: OrNull<String>
        var score: Double
        /// Share of the question's weight that the entry matches, 0 to 1.
        var coverage: Double
        var matched: [String]
        var missing: [String]
    }
}
