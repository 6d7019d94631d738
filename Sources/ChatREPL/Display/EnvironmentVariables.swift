/// The environment that charchat heeds: the one list, for the manual and for FILES.md.
package enum EnvironmentVariables {
    package static let all: [(name: String, meaning: String)] = [
        (
            "CHARCHAT_HOME",
            "Folder for everything that charchat keeps, instead of the XDG folders: sessions, history, caches."
        ),
        ("CHARCHAT_MODEL", "The model file where -m names none."),
        (
            "CHARCHAT_API_KEY",
            "What clients of `serve` must send, and what --server sends, where --api-key-file names none."
        ),
        ("CHARCHAT_NOHISTORY", "Not empty: what is typed is kept in no history file."),
        (
            "CHARCHAT_LANG",
            "The language of charchat's own words: ko is Korean, all else English. Where it is not set, the first of LC_ALL, LC_MESSAGES and LANG that is. What --json prints is the same in both."
        ),
        (
            "CHARCHAT_KERNELS",
            "baseline, avx2 or avx512: the loops of training for a processor less than this one, for measurements."
        ),
        ("XDG_DATA_HOME", "Sessions are in charchat/sessions below it; ~/.local/share unless set."),
        (
            "XDG_STATE_HOME",
            "History, caches and indexes are in charchat below it; ~/.local/state unless set."
        ),
        ("HOME", "The home folder."),
        ("NO_COLOR", "Not empty: no colours."),
        ("TERM", "dumb: no colours, no bars."),
        ("COLUMNS", "The terminal's width where the terminal does not tell it."),
        ("VISUAL", "The editor of /edit; EDITOR where it is not set."),
        ("EDITOR", "The editor of /edit."),
        ("INPUTRC", "The key bindings of GNU readline (application name charchat)."),
        ("TMPDIR", "Where the file of /edit and what comes from standard input wait."),
        (
            "LANG",
            "With LC_ALL and LC_MESSAGES: the language, as CHARCHAT_LANG. With LC_ALL and LC_CTYPE: how wide characters are at the prompt. Text is UTF-8 in any case."
        ),
    ]
}
