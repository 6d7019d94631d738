/// Six turns that show at once what a session is: a question of the world, two that lean on it, a name
/// that is told and asked for, and something nobody here can know.
public enum BuiltInConversation {
    public static let english = DialogueSet(entries: [
        DialogueSet.Entry(
            id: "six turns",
            turns: [
                turn("What is the capital of France?", ["Paris"], .world),
                turn("And Spain?", ["Madrid"], .session),
                turn("My name is Ada.", ["Ada"], .none),
                turn("What language do they speak there?", ["Spanish"], .session),
                turn("What is my name?", ["Ada"], .session),
                turn("What is my dog's name?", ["not told|n't told|do(n't| not) know"], .abstain),
            ])
    ])

    public static let korean = DialogueSet(entries: [
        DialogueSet.Entry(
            id: "여섯 차례의 대화",
            turns: [
                turn("프랑스의 수도는 어디예요?", ["파리"], .world),
                turn("스페인은요?", ["마드리드"], .session),
                turn("제 이름은 민준이에요.", ["민준"], .none),
                turn("거기서는 무슨 말을 써요?", ["스페인어"], .session),
                turn("제 이름이 뭐예요?", ["민준"], .session),
                turn(
                    "제 강아지 이름이 뭐예요?",
                    ["모르겠|모릅니다|몰라|안 알려|알려 주지 않|말해 주지 않|말씀하지 않|말씀해 주지 않"], .abstain),
            ])
    ])

    private static func turn(
        _ user: String, _ accept: [String], _ needs: LessonTurn.Need
    ) -> DialogueSet.Turn {
        DialogueSet.Turn(user: user, accept: accept, reject: [], needs: needs, gap: nil)
    }

    /// Turns of the same kinds that tell and ask for other things, so that people who type what the
    /// conversation above shows are not measured against a session that knows the same.
    package static let another = [
        "What is the capital of Peru?", "And Kenya?", "My name is Oswin and I live in Tromso.",
        "What language do they speak there?", "What is my name?", "My cat is called Fennel.",
    ]

    /// The state of a session in which `another` was said and answered greedily: what `/bits` holds
    /// beside the session at hand.
    public static func state(_ generator: ReplyGenerator, lengthLimit: Int = 100) -> RecurrentState
    {
        var state = generator.freshState
        var random = RandomStream(seed: 0)
        for line in another {
            _ = generator.reply(
                to: line, state: &state, random: &random, settings: .greedy,
                lengthLimit: lengthLimit)
        }
        return state
    }
}
