import ChatCore
import Foundation

/// How much each part of a plain question counts in ranking. The figures were chosen by trying some
/// thirty combinations on the held-out dialogues' questions about the world.
enum SearchWeights {
    /// BM25's weights of the columns: text, answer, names, wording.
    static let columns = [4.0, 1.0, 8.0, 1.0]
    /// Each further pair of syllables in a word counts this much of the one before: the stem stands in
    /// front, particles and endings behind.
    static let laterSyllables = 0.4
    /// A single syllable before what may be a particle (달 in 달을).
    static let bareStem = 0.3
    /// Words that say little about what is asked.
    static let stopWord = 0.2
    /// An emoji hardly counts beside words: a smile behind a question asks for nothing.
    static let emoji = 0.01
    /// A hit that matches every word counts 1 + `coverage` times its BM25.
    static let coverage = 6.0
    /// One in which every word stands that tells something counts 1 + `words` times as much, one with
    /// half of them half of that on top; the first counts `allWords` times again.
    static let words = 2.0
    static let allWords = 2.0
    /// An answer is taken from a hit that matches at least this share of the question's weight; below
    /// it nothing was found.
    static let leastCoverage = 0.35

    /// Particles of one syllable.
    static let particles: Set<String> = [
        "을", "를", "은", "는", "이", "가", "의", "에", "도", "로", "와", "과",
    ]

    static let stopWords: Set<String> = Set(
        """
        a an the is are was were be do does did of in on to for and or it its that this there i me my \
        you your we they them s t re d can could would please tell know what which who how when where \
        hey hi so well ok now um about with by at from as \
        가르쳐 주세요 알려 줘 말해 뭐야 뭐예요 뭐죠 해 해요 어떻게 혹시 저기 근데 그런데 그럼 그리고 음 아 네 자 나요 요 좀 \
        무엇인지 무슨 어떤 어느 하나 더 물어볼게 궁금한데 궁금해요 질문 있어요 설명해 대해 짧게 소개해
        """.split(separator: " ").map(String.init))

    /// How much a word of a plain question counts, beside its rarity.
    static func weight(of word: SearchWord) -> Double {
        if word.kind == .emoji { return emoji }
        return stopWords.contains(word.folded) ? stopWord : 1
    }

    /// How much a word that stands in `count` of `total` entries tells: Robertson and Sparck Jones's
    /// weight with one added inside the logarithm, so that it stays above 0 in a corpus of two lines;
    /// a word that stands nowhere weighs most.
    static func inverseFrequency(_ count: Int, of total: Int) -> Double {
        guard count > 0 else { return log(Double(total) + 1) }
        return log(1 + (Double(total - count) + 0.5) / (Double(count) + 0.5))
    }
}
