import Foundation

/// The character set of the terminal, as the C library sees it. readline counts columns and erases
/// by it, so Hangul needs a UTF-8 one even where the environment names none (`LANG=C`, containers).
package enum TextLocale {
    /// Takes the user's locale for characters only; falls back to a UTF-8 one.
    ///
    /// readline asks the environment again by itself, so a fallback is put there too. What charchat
    /// starts, an editor, is given the environment as it was found.
    package static func useUTF8() {
        setlocale(LC_CTYPE, "")
        for fallback in ["C.UTF-8", "en_US.UTF-8", "UTF-8"] where !isUTF8 {
            if setlocale(LC_CTYPE, fallback) != nil { setenv("LC_ALL", fallback, 1) }
        }
    }

    package static var isUTF8: Bool {
        guard let name = nl_langinfo(nl_item(CODESET)) else { return false }
        return String(cString: name).uppercased() == "UTF-8"
    }
}
