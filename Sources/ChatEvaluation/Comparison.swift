import ChatCorpus

/// The same questions to three: the session, the same model with a fresh state, and search.
public struct Comparison: Sendable, Equatable, Codable {
    /// Right or not, by column.
    public struct Verdict: Sendable, Equatable, Codable {
        public var session: Bool
        public var fresh: Bool
        public var search: Bool
    }

    /// One question and what each says to it.
    public struct Row: Sendable, Equatable, Codable {
        public var question: String
        public var session: String
        public var fresh: String
        public var search: String
        /// The text of the entry that search took its answer from; nil where it found nothing.
        public var found: String?
        /// The question's words that stand in that entry.
        public var matched: [String]
        /// What a right answer rests on; nil where nothing tells what is right.
        public var needs: LessonTurn.Need?
        public var right: Verdict?
    }

    /// One conversation, from its first question to its last.
    public struct Conversation: Sendable, Equatable, Codable {
        public var id: String
        public var rows: [Row]
    }

    public struct Scores: Sendable, Equatable, Codable {
        public var session = DialogueEvaluation.Score()
        public var fresh = DialogueEvaluation.Score()
        public var search = DialogueEvaluation.Score()
    }

    public var conversations: [Conversation] = []
    /// Right answers among all that can be judged; nil where none can.
    public var scores: Scores?
    /// The same by `needs`.
    public var scoresByNeed: [String: Scores]?

    enum CodingKeys: String, CodingKey {
        case conversations, scores
        case scoresByNeed = "scores_by_need"
    }

    public init() {}

    /// Adds a conversation and counts its verdicts.
    mutating func append(_ conversation: Conversation) {
        conversations.append(conversation)
        for row in conversation.rows {
            guard let right = row.right else { continue }
            func count(_ scores: inout Scores) {
                scores.session.count(right.session)
                scores.fresh.count(right.fresh)
                scores.search.count(right.search)
            }
            var all = scores ?? Scores()
            count(&all)
            scores = all
            if let needs = row.needs {
                var byNeed = scoresByNeed ?? [:]
                count(&byNeed[needs.rawValue, default: Scores()])
                scoresByNeed = byNeed
            }
        }
    }
}
