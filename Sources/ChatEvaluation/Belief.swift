import ChatCore

/// What a model says when it is asked for a thing about the user, and how sure it is.
package struct Belief: Sendable, Equatable {
    package let question: String
    package let reply: String
    /// −log₂ of the probability of the reply, its end with it, in bits.
    package let bits: Double
    /// The share of such replies that are right, 0 to 1; nil for a model that was never measured.
    package let certainty: Double?
    /// It does not say that it does not know.
    package let isKnown: Bool

    /// What people are asked for first, in a language that the model may speak.
    package static func questions(inKorean: Bool) -> [String] {
        inKorean
            ? [
                "내 이름이 뭐야?", "내 나이가 몇이야?", "내 직업이 뭐야?", "나 어디 살아?", "내 생일이 언제야?",
                "내가 제일 좋아하는 음식이 뭐야?", "내가 제일 좋아하는 색이 뭐야?", "내 취미가 뭐야?", "내 고양이 이름이 뭐야?",
                "내 강아지 이름이 뭐야?",
            ]
            : [
                "What is my name?", "How old am I?", "What is my job?", "Where do I live?",
                "When is my birthday?", "What is my favorite food?", "What is my favorite color?",
                "What is my hobby?", "What is my cat's name?", "What is my dog's name?",
            ]
    }

    /// Asks one question on a copy of `state`; the reply is greedy.
    /// - Returns: nil when `shouldContinue` stopped it.
    package init?(
        _ question: String, state: RecurrentState, generator: ReplyGenerator, lengthLimit: Int,
        while shouldContinue: () -> Bool = { true }
    ) {
        var after = state
        guard
            let reply = generator.greedyReply(
                to: question, state: &after, lengthLimit: lengthLimit,
                shouldContinue: shouldContinue)
        else { return nil }
        var before = state
        let cost = Surprisal.reply(reply, to: question, state: &before, generator: generator)
        self.question = question
        self.reply = reply
        bits = cost.bits
        certainty = generator.model.certainty?.certainty(bits: cost.bits, weakest: cost.weakest)
        isKnown = !DialogueSet.saysItDoesNotKnow(reply)
    }
}
