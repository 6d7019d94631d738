/// A language of charchat's own words.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case korean = "ko"

    /// The one that the environment asks for: charchat's own variable, then those that POSIX names for
    /// messages, in its order; one that is empty counts as not set. English where it is another language.
    package init(environment: [String: String]) {
        let variables = ["CHARCHAT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        let locale = variables.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased().prefix { $0.isLetter }
        // `ko`, `ko_KR.UTF-8`, `korean`; `kok` is Konkani.
        self = name.hasPrefix("ko") && name != "kok" ? .korean : .english
    }
}
