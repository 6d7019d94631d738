import ChatCorpus

/// The same questions to three: the session, the same model with a fresh state, and search.
package struct Comparison: Sendable, Equatable, Codable {
    /// Right or not, by column.
    package struct Verdict: Sendable, Equatable, Codable {
        package var session: Bool
        package var fresh: Bool
        package var search: Bool
    }

    /// One question and what each says to it.
    package struct Row: Sendable, Equatable, Codable {
        package var question: String
        package var session: String
        package var fresh: String
        package var search: String
        /// The text of the entry that search took its answer from; nil where it found nothing.
        package var found: String?
        /// The question's words that stand in that entry.
        package var matched: [String]
        /// What a right answer rests on; nil where nothing tells what is right.
        package var needs: LessonTurn.Need?
        package var right: Verdict?
    }

    /// One conversation, from its first question to its last.
    package struct Conversation: Sendable, Equatable, Codable {
        package var id: String
        package var rows: [Row]
    }

    package struct Scores: Sendable, Equatable, Codable {
        package var session = DialogueEvaluation.Score()
        package var fresh = DialogueEvaluation.Score()
        package var search = DialogueEvaluation.Score()
    }

    package var conversations: [Conversation] = []
    /// Right answers among all that can be judged; nil where none can.
    package var scores: Scores?
    /// The same by `needs`.
    package var scoresByNeed: [String: Scores]?

    enum CodingKeys: String, CodingKey {
        case conversations, scores
        case scoresByNeed = "scores_by_need"
    }

    package init() {}

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
