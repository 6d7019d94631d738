import ChatCore
import ChatEvaluation

/// What the model believes about the user.
extension SlashCommandRunner {
    /// The talk is in Korean, as far as the user's last words tell.
    private var isKorean: Bool { session.turns.last.map { Hangul.occurs(in: $0.user) } ?? false }

    /// `/facts`
    package func facts() throws {
        guard conversation.generator.model.format == .dialogue else {
            throw SlashCommandProblem(
                phrase("This model goes on with text; it believes nothing of you."))
        }
        let limit = session.settings.lengthLimit
        let generator = conversation.generator
        let beliefs: [Belief] = try working { shouldContinue in
            guard let state = try session.state(afterTurn: nil, while: shouldContinue) else {
                return []
            }
            return Belief.questions(inKorean: isKorean).compactMap {
                Belief(
                    $0, state: state, generator: generator, lengthLimit: limit,
                    while: shouldContinue)
            }
        }
        guard beliefs.count == Belief.questions(inKorean: isKorean).count else {
            return try screen.notice(phrase("Stopped."))
        }
        let known = beliefs.filter(\.isKnown)
        guard !known.isEmpty else {
            return try screen.notice(
                phrase(
                    "Of all %@ things that it was asked for the model says that it does not know them.",
                    beliefs.count)
            )
        }
        // Two questions may get one reply: of a cat and of a dog.
        var shown: Set<String> = []
        let rows = BeliefText.lines(known.filter { shown.insert($0.reply).inserted })
        try showFitted(rows, hanging: BeliefText.replyColumn)
        let isMeasured = generator.model.certainty != nil
        let rest = beliefs.count - known.count
        try screen.notice(
            (isMeasured
                ? phrase("In front stands how many of such replies are right;")
                : phrase("In front stands the probability that the model gives its words;"))
                + " "
                + phrase(
                    "%@ more things it says that it does not know. /forget WHAT has it forget one.",
                    rest)
        )
    }

    /// `/forget WHAT`
    func forget(_ what: String) throws -> Outcome {
        guard conversation.generator.model.format == .dialogue else {
            throw SlashCommandProblem(
                phrase("This model goes on with text; it keeps no facts of you."))
        }
        let inKorean = Hangul.occurs(in: what)
        let said = inKorean ? "\(what) 잊어 줘." : "Forget \(Self.owned(what))."
        if screen.streams { try screen.notice(said) }
        try replies.show(surprisal: surprisal, certainty: certainty) { emit in
            try session.say(said, emit: emit)
        }
        let question = inKorean ? "\(what) 뭐야?" : "What is \(Self.owned(what))?"
        let (state, generator) = (session.state, conversation.generator)
        let limit = session.settings.lengthLimit
        let belief = try working { shouldContinue in
            Belief(
                question, state: state, generator: generator, lengthLimit: limit,
                while: shouldContinue)
        }
        guard let belief else {
            try screen.notice(phrase("Stopped."))
            return .shouldContinue
        }
        let answer = VisibleText.line(belief.reply, limit: 100)
        try screen.notice(
            belief.isKnown
                ? phrase(
                    "Asked on a copy, it still says: %@ /undo takes the message back; /log and /edit @TURN change what you told.",
                    answer)
                : phrase("Asked on a copy, it says: %@", answer))
        return .shouldContinue
    }

    /// `age` and `my age` are the same thing.
    private static func owned(_ what: String) -> String {
        let first = what.split(separator: " ").first?.lowercased() ?? ""
        return ["my", "our", "the", "that", "his", "her", "their"].contains(first)
            ? what : "my \(what)"
    }
}
