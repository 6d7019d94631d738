/// A small folder of lessons to begin from: a cafe's, each kind of section once, with a comment what it is for.
public enum LessonStarter {
    /// Paths in the folder and what the files hold.
    /// - Parameter hints: comment lines for the head of the lessons, each with its line end: what a program
    ///   can do with them.
    public static func files(hints: String = "") -> [(path: String, text: String)] {
        [
            ("cafe.txt", head + hints + lessons), ("hours.tsv", hours), ("lists/cakes.txt", cakes),
            ("heldout/own.jsonl", heldOut),
        ]
    }

    private static let head =
        "# Lessons of a small cafe, to change into your own. Lines that begin with # are comments.\n"

    private static let lessons = #"""

        # What people say, and the one reply to all of it. Write as many wordings as you can think of.
        [talk greeting]
        Hello. | Hi. | Good morning. | Hi there. | Good afternoon.
        => Hello! What would you like?

        [talk farewell]
        Bye. | Goodbye. | See you. | See you tomorrow.
        => Goodbye, come again!

        [talk]
        Thanks. | Thank you. | Thank you very much. | Great, thanks.
        => You are welcome!
        May I bring my dog? | Are dogs allowed? | Is my dog welcome? | Can my dog come in?
        => Dogs are welcome on the terrace.
        Do you have wifi? | Is there internet? | What is the wifi password?
        => The wifi is free; the password is on the receipt.

        # A question that a table answers. {day} and {hours} are columns of hours.tsv. The reply is one
        # sentence for all rows, so a cell holds whatever makes it right: "closed all day", not "-".
        [fact hours]
        table: hours
        ask:
          When are you open on {day}?
          Are you open on {day}?
          What are your hours on {day}?
        # The same with the day left out: what was asked before says which.
        more:
          And when are you open?
          And the hours?
        answer: On {day} we are {hours}.

        # The other way round: the day alone, and what was asked before says what about it.
        [topic hours]
        and:
          And on {day}?
          And {day}?
          What about {day}?
        lost-attribute: What would you like to know about {day}?
        lost-entity: Which day do you mean?

        # What a guest tells and asks back. {table} stands for the value; ack, answer, corrected and
        # unknown begin with the same words, which is how the network finds a value again.
        [told table]
        values: ~number(1-20)
        tell:
          I sit at table {table}.
          My table is number {table}.
          We are at table {table}.
        ask:
          Where do I sit?
          Which table is mine?
          What was my table?
        correct:
          No, I sit at table {table}.
          Sorry, it is table {table}.
        ack: Your table is number {table}.
        answer: Your table is number {table}.
        corrected: Your table is number {table}.
        unknown: Your table is one you have not told me.

        # {@cakes} draws from lists/cakes.txt. Write the article into the list where a reply needs it.
        [told cake]
        values: cakes*3 ~latin
        tell:
          I would like {cake}.
          {cake}, please.
          Can I have {cake}?
        ask:
          What did I order?
          What was my order?
        ack: You ordered {cake}.
        answer: You ordered {cake}.
        unknown: You ordered nothing yet.

        # What nobody here can answer.
        [unknown]
        ask:
          What is a {~latin}?
          Do you sell {~latin}?
          What is the weather like?
        reply: I do not know that.

        [language]
        # Every reply that says "I do not know" matches one of these.
        abstain:
          do not know|not told|nothing yet
        # What people put around a line.
        wrap-ask:
          Excuse me, {line}
          One question: {line}
        wrap-tell:
          By the way, {line}
        # Two told things in one line.
        both:
          {first}. {second}

        """#

    private static let hours = """
        day\thours
        Monday | Mondays\tclosed all day
        Tuesday | Tuesdays\topen from 9 to 18
        Wednesday | Wednesdays\topen from 9 to 18
        Thursday | Thursdays\topen from 9 to 20
        Friday | Fridays\topen from 9 to 20
        Saturday | Saturdays\topen from 10 to 22
        Sunday | Sundays\topen from 10 to 16

        """

    private static let cakes = """
        an apple tart
        a cheesecake
        a brownie
        a cinnamon roll
        a lemon cake
        a waffle
        a scone
        a plum cake
        an almond croissant
        a muffin
        a slice of carrot cake
        a walnut pie

        """

    private static let heldOut = #"""
        {"id":"dog","turns":[{"user":"My dog is with me, is that fine?","accept":["terrace"],"needs":"none"}]}
        {"id":"table","turns":[{"user":"We sit at table 7.","accept":["7"],"needs":"none"},{"user":"Which one is our table?","accept":["7"],"needs":"session"}]}
        {"id":"weekend","turns":[{"user":"Until when are you open on Saturday?","accept":["10 to 22"],"needs":"world"},{"user":"And Sunday?","accept":["10 to 16"],"needs":"session"}]}

        """#
}
