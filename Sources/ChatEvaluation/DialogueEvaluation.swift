import ChatCore
import ChatCorpus
import Foundation

/// How well something answers a dialogue set: with its session, with a fresh state at every turn, and,
/// where there is one, by search. A dialogue runs on with the replies given.
public struct DialogueEvaluation: Sendable, Equatable, Codable {
    /// Right answers among all of a kind.
    public struct Score: Sendable, Equatable, Codable {
        /// Right answers.
        public var right = 0
        /// All answers of the kind.
        public var of = 0
        /// `right / of`; 0 for none.
        public var share: Double { of == 0 ? 0 : Double(right) / Double(of) }

        /// A tally that goes on from these counts.
        public init(right: Int = 0, of: Int = 0) {
            self.right = right
            self.of = of
        }

        package mutating func count(_ isRight: Bool) {
            of += 1
            if isRight { right += 1 }
        }
    }

    /// What a reply is worth to somebody who must take it as it comes.
    public struct Outcomes: Sendable, Equatable, Codable {
        /// Right answers.
        public var right = 0
        /// Not right, but it says that it does not know.
        public var honest = 0
        /// Anything else: confidently wrong.
        public var wrong = 0
    }

    /// A turn answered wrongly with the session at hand.
    public struct Failure: Sendable, Equatable, Codable {
        /// The dialogue's.
        public var id: String
        /// Counted from 1.
        public var turn: Int
        /// What was said.
        public var user: String
        /// What was replied.
        public var reply: String
        /// What a right reply rests on.
        package var needs: LessonTurn.Need
    }

    /// With the session's state, by what a right reply rests on: `none`, `world`, `session`, `abstain`.
    public var session: [String: Score] = [:]
    /// With a fresh state at every turn, likewise.
    public var fresh: [String: Score] = [:]
    /// Of all turns, with the session.
    public var outcomes = Outcomes()
    /// Nil where no search was given.
    public var search: [String: Score]?
    /// Turns that recall something, by the number of turns in between; with the session.
    public var gaps: [Int: Score] = [:]
    /// Turns answered wrongly with the session, in order.
    public var failures: [Failure] = []
    /// 95 % confidence intervals of the shares, by column and `needs`; dialogues are drawn with
    /// replacement. A kind that only one dialogue has is left out.
    public var intervals: [String: [String: Interval]] = [:]
    /// The probability that the model gave each whole reply, and whether it was right; nil where the
    /// responder does not tell.
    package var calibration: Calibration?
    /// What the session was worth on replies that need it; nil where the responder does not tell.
    package var worth: MeanWorth?

    /// Scores every turn of `set`.
    /// - Parameters:
    ///   - responder: answers with a session; asked anew for each dialogue and, for the fresh column,
    ///     each turn.
    ///   - search: a stateless answer to a question. One that says nothing was found is judged like
    ///     any other; nil counts as wrong.
    ///   - progress: called after each dialogue with the number done; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    public init?<R: DialogueResponder>(
        _ set: DialogueSet, responder: R, search: ((String) -> String?)? = nil,
        progress: (Int) -> Bool = { _ in true }
    ) throws {
        var responder = responder
        var scores = DialogueScores(set)
        var control: R.State?
        for (index, entry) in set.entries.enumerated() {
            control = try scores.count(entry, &responder, control: control)
            guard progress(index + 1) else { return nil }
        }
        try self.init(scores, set, search: search)
    }

    /// The same by several threads, each with a stretch of the dialogues: the same scores to the last bit, for
    /// a responder that draws no random numbers.
    /// - Parameters:
    ///   - workers: threads; fewer where the system has none to give.
    ///   - responder: makes one for a thread, there.
    ///   - progress: called now and then with the number of dialogues done; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    package init?<R: DialogueResponder>(
        _ set: DialogueSet, workers: Int, search: ((String) -> String?)? = nil,
        responder: @escaping @Sendable () -> R, progress: (Int) -> Bool = { _ in true }
    ) throws {
        guard
            let scores = try SharedDialogues.scores(
                set, workers: workers, responder: responder, progress: progress)
        else { return nil }
        try self.init(scores, set, search: search)
    }

    private init(
        _ scores: DialogueScores, _ set: DialogueSet, search: ((String) -> String?)?
    ) throws {
        var scores = scores
        session = scores.session
        fresh = scores.fresh
        outcomes = scores.outcomes
        gaps = scores.gaps
        failures = scores.failures
        calibration = scores.calibration
        if let search { self.search = try scores.search(set, by: search) }
        intervals = scores.tallies.intervals
        worth = scores.tallies.worth
    }
}

/// Something that answers, its state a value.
public protocol DialogueResponder: SendableMetatype {
    /// What it remembers.
    associatedtype State
    /// A state that remembers nothing.
    var freshState: State { get }
    /// The reply; `state` goes on to what it is after the turn. Mutating, for one that draws its replies
    /// goes on in its random numbers.
    mutating func reply(to text: String, state: inout State) -> String
    /// How sure the responder was of a reply it gave in `state`, and what the session was worth for it;
    /// `control` is the state at the end of another dialogue. Nil where it cannot tell.
    func measure(_ reply: String, to text: String, state: State, control: State?)
        -> MeasuredReply?
}

extension DialogueResponder {
    /// It tells nothing: nil.
    public func measure(
        _ reply: String, to text: String, state: State, control: State?
    ) -> MeasuredReply? { nil }
}

/// A model as it answers: greedy, or drawing its characters as in a chat.
public struct ModelResponder: DialogueResponder {
    private let generator: ReplyGenerator
    private let settings: SamplingSettings
    private let lengthLimit: Int
    /// One stream for all the replies, so that two dialogues do not draw the same numbers.
    private var random: RandomStream

    /// - Parameters:
    ///   - seed: of the draws; without effect when greedy.
    ///   - lengthLimit: most symbols of a reply.
    public init(
        model: ChatModel, settings: SamplingSettings = .greedy, seed: UInt64 = 1,
        lengthLimit: Int = 400
    ) {
        self.init(
            ReplyGenerator(model: model), settings: settings, seed: seed,
            lengthLimit: lengthLimit)
    }

    /// The same with a generator whose steps are made together with those of other threads.
    package init(
        _ generator: ReplyGenerator, settings: SamplingSettings, seed: UInt64,
        lengthLimit: Int = 400
    ) {
        self.generator = generator
        self.settings = settings
        self.lengthLimit = lengthLimit
        random = RandomStream(seed: seed)
    }

    /// The state that remembers nothing.
    public var freshState: RecurrentState { generator.freshState }

    /// Answers as in a chat; the state after the turn is left in `state`.
    public mutating func reply(to text: String, state: inout RecurrentState) -> String {
        generator.reply(
            to: text, state: &state, random: &random, settings: settings, lengthLimit: lengthLimit)?
            .text ?? ""
    }

    /// The reply's probability, and what the session was worth to it where there is a `control`, the state of
    /// another session.
    public func measure(
        _ reply: String, to text: String, state: RecurrentState, control: RecurrentState?
    ) -> MeasuredReply? {
        var state = state
        guard let control else {
            let bits = Surprisal.exchange(
                user: text, reply: reply, state: &state, generator: generator
            ).reply
            return MeasuredReply(probability: exp2(-bits), worth: nil)
        }
        let part = SessionWorth.parts(
            user: text, reply: reply, state: &state, control: control, generator: generator
        ).reply
        return MeasuredReply(probability: exp2(-part.session), worth: part)
    }
}
