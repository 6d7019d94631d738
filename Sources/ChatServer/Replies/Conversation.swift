import ChatCore
import Foundation

/// A stateless conversation: what was said before, and what is to be answered now. Messages of one side in a
/// row are one, joined by a line break, as in training; system messages are left out, for the model has no
/// turn for them.
struct Conversation: Sendable {
    var past: [(user: String, reply: String)]
    var question: String
    /// System messages that were left out.
    var ignoredCount: Int

    /// - Throws: `RequestError` where there is nothing to answer.
    init(_ messages: [Message]) throws {
        let heard = messages.filter { $0.role != .system }
        ignoredCount = messages.count - heard.count
        let last = heard.lastIndex { $0.role != .user }.map { $0 + 1 } ?? 0
        guard last < heard.count else {
            throw RequestError.invalid(
                "the last message must be the user's: it is what is answered",
                parameter: "messages")
        }
        past = Dialogue(messages: Array(heard[..<last])).exchanges
        question = heard[last...].map(\.content).joined(separator: "\n")
    }

    /// - Throws: `RequestError` for a text that is too long, alone or with the others.
    func check(_ alphabet: Alphabet, limit: Int) throws {
        var characters = question.unicodeScalars.count
        for (user, reply) in past {
            characters += user.unicodeScalars.count + reply.unicodeScalars.count
        }
        guard characters <= limit else {
            throw RequestError.invalid(
                "the messages have \(characters) characters together, and \(limit) is the most",
                parameter: "messages", code: "context_length_exceeded")
        }
        try Self.check(question, alphabet)
    }

    /// - Throws: `RequestError` for more than one turn may have.
    static func check(_ question: String, _ alphabet: Alphabet) throws {
        guard question.utf8.count > Session.longestTurn / 2 else { return }
        let count = alphabet.encode(question).count
        guard count <= Session.longestTurn else {
            throw RequestError.invalid(
                "\(SessionError.tooLong(symbols: count, limit: Session.longestTurn))",
                parameter: "messages", code: "context_length_exceeded")
        }
    }

    /// A key for each beginning of the past: the hash of all messages up to there. Key 0 is that of nothing.
    func keys() -> [PastStates.Key] {
        var keys: [PastStates.Key] = [PastStates.Key()]
        keys.reserveCapacity(past.count + 1)
        for (user, reply) in past {
            keys.append(keys[keys.count - 1].followed(by: user, reply))
        }
        return keys
    }
}
