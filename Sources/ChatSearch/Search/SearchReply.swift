import ChatCore

/// What search says to a question: the answer of its best hit, or that it found nothing.
package struct SearchReply: Sendable, Equatable {
    package var text: String
    /// Nil when nothing was found.
    package var hit: SearchHit?

    /// What search says when no entry matches enough of a question. It says that it does not know in
    /// the words by which a dialogue set's `abstain` turns are judged.
    package static func nothing(for question: String) -> String {
        Hangul.occurs(in: question)
            ? "찾은 것이 없어요. 모르겠어요."
            : "Nothing found. I do not know."
    }
}

extension SearchIndex {
    /// Answers a question as a search box does: by its words alone. A hit counts as an answer when it
    /// matches at least 35 % of the question's weight (rare words weigh most).
    /// - Parameter shouldContinue: asked while a damaged index is built anew; false stops.
    /// - Throws: `SearchError.index`, `.stopped`.
    package func reply(
        to question: String, shouldContinue: () -> Bool = { true }
    ) throws -> SearchReply {
        let best = try search(
            SearchQuery(question: question), limit: 1, shouldContinue: shouldContinue
        ).hits.first
        guard let best, best.coverage >= SearchWeights.leastCoverage else {
            return SearchReply(text: SearchReply.nothing(for: question), hit: nil)
        }
        return SearchReply(text: best.entry.answer ?? best.entry.text, hit: best)
    }
}
