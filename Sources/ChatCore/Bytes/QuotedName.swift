/// A name from a file, made fit for one line of a message: cut, and with nothing that drives a terminal.
package func quoted(_ name: String) -> String {
    var shown = ""
    for scalar in name.unicodeScalars.prefix(64) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            shown += "\u{FFFD}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return name.unicodeScalars.count > 64 ? "'\(shown)…'" : "'\(shown)'"
}
