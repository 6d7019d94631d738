import ChatCore
import ChatCorpus
import Foundation

/// How many answers of a file of pairs a model gives word for word.
package struct PairEvaluation: Sendable, Equatable, Codable {
    package struct Score: Sendable, Equatable, Codable {
        package var right = 0
        package var of = 0

        package init() {}
    }

    package struct Failure: Sendable, Equatable, Codable {
        package var question: String
        package var answer: String
        package var reply: String
        /// Whether it was asked in the one long chat.
        package var inChat: Bool
    }

    /// Each question in a chat of its own.
    package var alone = Score()
    /// All questions in one chat, in the order of the file.
    package var inChat = Score()
    package var failures: [Failure] = []

    /// Asks the questions of a file, greedily.
    ///
    /// White space at the ends does not count; where a question stands more than once, any of its answers
    /// is right.
    /// - Parameters:
    ///   - limit: at most so many questions, spread over the file.
    ///   - progress: asked before each question; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `CorpusError`.
    package init?(
        file: URL, model: ChatModel, options: CorpusOptions = CorpusOptions(), limit: Int? = nil,
        progress: (Int) -> Bool = { _ in true }
    ) throws {
        var pairs: [(user: String, reply: String)] = []
        for part in try CorpusOpener([file], options: options).parts where part.format == .dialogue
        {
            var reader = try part.dialogues()
            while let dialogue = try reader.next() { pairs += dialogue.exchanges.prefix(1) }
        }
        guard !pairs.isEmpty else { throw CorpusError.noDialogues(file: file.relativePath) }
        var answers: [String: Set<String>] = [:]
        for pair in pairs { answers[pair.user, default: []].insert(Self.trimmed(pair.reply)) }
        if let limit, limit < pairs.count {
            pairs = (0..<limit).map { pairs[$0 * pairs.count / limit] }
        }
        let generator = ReplyGenerator(model: model)
        var chat = generator.freshState
        for (index, pair) in pairs.enumerated() {
            for isInChat in [false, true] {
                guard progress(index) else { return nil }
                var fresh = generator.freshState
                let reply =
                    isInChat
                    ? generator.greedyReply(
                        to: pair.user, state: &chat, lengthLimit: Self.lengthLimit
                    ) { true }
                    : generator.greedyReply(
                        to: pair.user, state: &fresh, lengthLimit: Self.lengthLimit
                    ) { true }
                let isRight = answers[pair.user]?.contains(Self.trimmed(reply ?? "")) == true
                if isInChat {
                    inChat.of += 1
                    if isRight { inChat.right += 1 }
                } else {
                    alone.of += 1
                    if isRight { alone.right += 1 }
                }
                if !isRight {
                    failures.append(
                        Failure(
                            question: pair.user, answer: pair.reply, reply: reply ?? "",
                            inChat: isInChat))
                }
            }
        }
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let lengthLimit = 2_000
}
