import ChatCore
import ChatCorpus

/// Six turns that show at once what a session is: a question of the world, two that lean on it, a name
/// that is told and asked for, and something nobody here can know.
package enum BuiltInConversation {
    package static let english = DialogueSet(entries: [
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

    package static let korean = DialogueSet(entries: [
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

    /// The same in Korean.
    package static let anotherKorean = [
        "페루의 수도는 어디예요?", "케냐는요?", "저는 하람이고 목포에 살아요.", "거기서는 무슨 말을 써요?",
        "제 이름이 뭐예요?", "제 고양이 이름은 보리예요.",
    ]

    /// The state of another session, answered greedily: to hold beside the session at hand.
    /// - Parameter lines: what the user said in the session at hand; the other one is in Korean where
    ///   half of these or more have Hangul in them, so that not the language is measured.
    package static func state(
        _ generator: ReplyGenerator, beside lines: [String], lengthLimit: Int = 100
    ) -> RecurrentState {
        let korean = lines.filter(Hangul.occurs).count
        var state = generator.freshState
        var random = RandomStream(seed: 0)
        for line in korean > 0 && 2 * korean >= lines.count ? anotherKorean : another {
            _ = generator.reply(
                to: line, state: &state, random: &random, settings: .greedy,
                lengthLimit: lengthLimit)
        }
        return state
    }
}
