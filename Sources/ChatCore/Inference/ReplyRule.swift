/// What a reply is made by, beside the model and the settings. A transcript says in its first line which rule
/// its replies follow, so that one of an older version comes out again as it was.
public enum ReplyRule: Int, Sendable, Equatable {
    /// Whatever the model draws: letters of a Hangul syllable and parts of a character may stand alone, and a
    /// reply that repeats itself runs to the length limit.
    case asDrawn = 1
    /// Only whole characters, and an end to repeating: see `ReplySpelling` and `Repetition`.
    case wellFormed = 2
}
