import ChatCore

/// What a session was worth: how many bits cheaper what was said is to a model that remembers.
///
/// For each of the user's turns and each reply: bits with a fresh state minus bits with the session's
/// state. A control, the state of another session, is measured the same way: knowing something else
/// must not help. Negative values are what they are: there the session misled.
public struct SessionWorth: Sendable, Equatable {
    /// One text under three states, in bits.
    public struct Part: Sendable, Equatable, Codable {
        /// With a fresh state.
        public var fresh: Double
        /// With the session's state.
        public var session: Double
        /// With the state of another session.
        public var control: Double

        /// Costs in bits.
        public init(fresh: Double = 0, session: Double = 0, control: Double = 0) {
            self.fresh = fresh
            self.session = session
            self.control = control
        }

        /// What the session saved.
        public var worth: Double { fresh - session }
        /// What the other session saved.
        public var controlWorth: Double { fresh - control }

        static func + (a: Part, b: Part) -> Part {
            Part(
                fresh: a.fresh + b.fresh, session: a.session + b.session,
                control: a.control + b.control)
        }
    }

    /// One turn and what its two texts cost.
    public struct Exchange: Sendable, Equatable {
        /// The turn's, from 1.
        public var number: Int
        /// What the user said.
        public var user: String
        /// What was replied.
        public var reply: String
        /// What the user's text cost.
        public var userPart: Part
        /// What the reply cost.
        public var replyPart: Part
    }

    /// Turn by turn.
    public var exchanges: [Exchange]

    /// Of all that the user said.
    public var userTotal: Part { exchanges.reduce(Part()) { $0 + $1.userPart } }
    /// Of all replies.
    public var replyTotal: Part { exchanges.reduce(Part()) { $0 + $1.replyPart } }
    /// Of both.
    public var total: Part { userTotal + replyTotal }

    /// Measures turns that follow each other.
    /// - Parameters:
    ///   - state: before the first of `turns`.
    ///   - control: the state of another session.
    ///   - shouldContinue: asked before each turn; false stops.
    /// - Returns: nil when stopped.
    public init?(
        _ turns: [Turn], from state: RecurrentState, control: RecurrentState,
        generator: ReplyGenerator, shouldContinue: () -> Bool = { true }
    ) {
        exchanges = []
        var state = state
        for turn in turns {
            guard shouldContinue() else { return nil }
            if turn.startsFresh { state = generator.freshState }
            let (user, reply) = Self.parts(
                user: turn.user, reply: turn.reply, state: &state, control: control,
                generator: generator)
            exchanges.append(
                Exchange(
                    number: turn.number, user: turn.user, reply: turn.reply, userPart: user,
                    replyPart: reply))
        }
    }

    /// Measures one exchange; `state` goes on to the state after it.
    static func parts(
        user: String, reply: String, state: inout RecurrentState, control: RecurrentState,
        generator: ReplyGenerator
    ) -> (user: Part, reply: Part) {
        var fresh = generator.freshState
        var other = control
        func bits(_ state: inout RecurrentState) -> (user: Double, reply: Double) {
            Surprisal.exchange(user: user, reply: reply, state: &state, generator: generator)
        }
        let (alone, with, without) = (bits(&fresh), bits(&state), bits(&other))
        return (
            Part(fresh: alone.user, session: with.user, control: without.user),
            Part(fresh: alone.reply, session: with.reply, control: without.reply)
        )
    }
}
