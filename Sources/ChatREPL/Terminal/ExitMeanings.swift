/// What each exit code says: the one list, for the manual and for FILES.md.
package enum ExitMeanings {
    package static let all: [(code: Int32, meaning: String)] = [
        (0, "Done."),
        (
            ExitStatus.failure,
            "An error, told in one line on standard error; nothing was found; a line of a pipe was refused; the reply to a question says that the model does not know."
        ),
        (
            ExitStatus.replayDiffers,
            "replay --verify: a reply differs, or the transcript was edited."
        ),
        (ExitStatus.nothingProved, "replay --verify: there is no reply that could be proved."),
        (64, "Wrong usage."),
        (130, "Interrupted by Ctrl-C; 128 and the signal's number for other signals."),
    ]
}
