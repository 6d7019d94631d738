import ChatCore
import Foundation

/// Sessions in words.
package enum SessionText {
    /// Where a session is or will be saved.
    package static func place(_ session: Session) -> String {
        guard let url = session.url else {
            return session.name == nil
                ? phrase("Not saved; /save saves it.")
                : phrase("Not saved: its file may not be written to; /save NAME makes a copy.")
        }
        let path = VisibleText.oneLine(shortened(url.path))
        if session.savingProblem != nil { return phrase("NOT SAVED in %@", path) }
        return session.isOnDisk
            ? phrase("Saved in %@", path) : phrase("Will be saved in %@", path)
    }

    /// What `/session` shows.
    package static func status(_ session: Session) -> String {
        let count = turns(session.turnCount)
        let title =
            session.name.map { phrase("Session '%@', %@", $0, count) }
            ?? phrase("Session without a name, %@", count)
        let parent = session.parent.map { parent -> String in
            let text = origin(parent)
            return text.prefix(1).uppercased() + text.dropFirst()
        }
        return [title, parent, place(session), settings(session.settings)].compactMap { $0 }.joined(
            separator: "\n")
    }

    /// Where a fork comes from.
    package static func origin(_ parent: TranscriptHeader.Parent) -> String {
        parent.name.isEmpty
            ? phrase("forked from a session that was not saved after turn %@", parent.turn)
            : phrase(
                "forked from '%@' after turn %@", VisibleText.oneLine(parent.name), parent.turn)
    }

    package static func settings(_ settings: SessionSettings) -> String {
        phrase(
            "temperature %@, top-p %@, seed %@, replies of at most %@ symbols",
            ModelText.short(settings.sampling.temperature), ModelText.short(settings.sampling.topP),
            settings.seed, settings.lengthLimit)
    }

    /// What was lost of a damaged session, in one line; nil when nothing was.
    package static func lost(_ salvaged: SalvagedTranscript) -> String? {
        guard let problem = salvaged.problem else { return salvaged.transcript.notice?.text }
        var parts = [ErrorText.words(problem)]
        let lines = salvaged.lostLines
        if !lines.isEmpty {
            let numbers = lines.prefix(8).map(String.init).joined(separator: ", ")
            parts.append(
                lines.count > 8
                    ? phrase("lost: line %@ and %@ more", numbers, lines.count - 8)
                    : phrase("lost: line %@", numbers))
        }
        if salvaged.unprovable > 0 {
            parts.append(
                phrase(
                    "%@ later replies are kept and can no longer be proved", salvaged.unprovable))
        }
        return parts.joined(separator: phrase("; "))
    }

    /// Which session goes on, and where it is saved.
    package static func goingOn(_ session: Session) -> String {
        let count = turns(session.turnCount)
        let start =
            session.name.map { phrase("Going on with '%@', %@.", $0, count) }
            ?? phrase("Going on with this session, %@.", count)
        let usual = SamplingSettings.usual(for: session.model.format)
        let sampling = session.settings.sampling
        let temperature = ModelText.short(sampling.temperature)
        let drawn =
            sampling == usual
            ? ""
            : " "
                + phrase("Temperature %@, top-p %@.", temperature, ModelText.short(sampling.topP))
        return "\(start)\(drawn)\n\(place(session))"
    }

    /// The last turn of a session that goes on, to pick up the thread; nil when there is none.
    package static func thread(_ session: Session, style: Style) -> String? {
        session.turns.last.map { TranscriptText.turn($0, style: style) }
    }

    /// The saved sessions, one a line.
    /// - Parameter columns: of a terminal, to which what was said first is cut.
    package static func table(
        _ sessions: [SessionSummary], style: Style, open: String? = nil, columns: Int? = nil
    ) -> String {
        let (width, showsDate) = nameColumn(sessions.map(\.name), columns: columns)
        let lines = sessions.map { session in
            let name = VisibleText.oneLine(session.name)
            let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(name)))
            let date = showsDate ? "  " + LocalTime.minutes(session.modified) : ""
            let mark = session.name == open ? "*" : " "
            if let problem = session.problem {
                return
                    "\(mark) \(style.name(name))\(space)\(date)  \(style.problem(phrase("cannot be opened:"))) \(VisibleText.oneLine(Words.spoken.retold(problem)))"
            }
            let count = turns(session.turnCount)
            let room =
                (columns ?? 200) - DisplayWidth.of("\(mark) \(name)\(space)\(date)  \(count)  ")
            let row = "\(mark) \(style.name(name))\(space)\(date)  \(count)"
            // Fewer columns than these say nothing.
            return room < 8 ? row : "\(row)  \(style.dim(TextWrap.cut(session.opening, room)))"
        }
        return lines.joined(separator: "\n")
    }

    /// The sessions in which something was found, one a line, each with the words around it.
    /// - Parameter columns: of a terminal, to which those words are cut.
    package static func found(
        _ hits: [SessionHit], style: Style, columns: Int? = nil
    ) -> String {
        let names = hits.map { VisibleText.oneLine($0.name) }
        let (width, showsDate) = nameColumn(names, columns: columns)
        return zip(hits, names).map { hit, name in
            let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(name)))
            let date = showsDate ? "  " + LocalTime.minutes(hit.modified) : ""
            let row = style.name(name) + space + date
            guard let columns else { return "\(row)  \(VisibleText.oneLine(hit.excerpt))" }
            let room = columns - DisplayWidth.of("\(name)\(space)\(date)  ")
            // Fewer columns than these say nothing.
            return room < 8 ? row : "\(row)  \(TextWrap.cut(hit.excerpt, room))"
        }.joined(separator: "\n")
    }

    /// The columns of names, and whether a date stands behind them.
    private static func nameColumn(
        _ names: [String], columns: Int?
    ) -> (width: Int, showsDate: Bool) {
        // Where there is little room the date goes first: most names are made from it.
        let showsDate = columns.map { $0 >= 60 } ?? true
        let longest = min(40, names.map(DisplayWidth.of).max() ?? 0)
        return (min(longest, max(0, (columns ?? 200) - 14 - (showsDate ? 18 : 0))), showsDate)
    }

    package static func turns(_ count: Int) -> String {
        count == 1 ? phrase("1 turn") : phrase("%@ turns", count)
    }

    /// A path with the home folder as `~`.
    package static func shortened(_ path: String) -> String {
        guard let home = ProcessInfo.processInfo.environment["HOME"]?.nonEmpty,
            path.hasPrefix(home + "/")
        else { return path }
        return "~" + path.dropFirst(home.count)
    }
}

/// Times as a person reads them.
package enum LocalTime {
    /// `2026-11-23 15:42`, in the local time zone.
    package static func minutes(_ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return "?" }
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
