import ChatCore
import ChatCorpus
import ChatEvaluation

/// A comparison as one HTML page that needs nothing else and can be read on a phone.
package enum ComparisonPage {
    /// - Parameter model: what spoke, in a few words.
    package static func html(_ comparison: Comparison, model: String) -> String {
        let sections = comparison.conversations.map { conversation in
            "<section><h2>\(escaped(Words.spoken[conversation.id]))</h2>\n"
                + conversation.rows.map(card).joined(separator: "\n") + "\n</section>"
        }.joined(separator: "\n")
        let title = phrase("A session beside a search box")
        let lead = phrase(
            "The same questions to three: a model that remembers the conversation, the same model with a fresh state at every question, and a search over what the model was taught."
        )
        return """
            <!DOCTYPE html>
            <html lang="\(Words.spoken.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            \(css)
            </style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <p class="lead">\(lead)</p>
            <p class="model">\(phrase("%@; replies are greedy.", escaped(model)))</p>
            \(scores(comparison))
            \(sections)
            </main>
            </body>
            </html>

            """
    }

    private static func card(_ row: Comparison.Row) -> String {
        func cell(
            _ title: String, _ kind: String, _ reply: String, _ isRight: Bool?, _ note: String
        )
            -> String
        {
            let state = isRight.map { $0 ? " right" : " wrong" } ?? ""
            let mark = isRight.map { $0 ? "<b>✓</b> " : "<b>✗</b> " } ?? ""
            return
                "<div class=\"cell \(kind)\(state)\"><span class=\"title\">\(title)</span><p>\(mark)\(escaped(reply))</p>\(note)</div>"
        }
        let found =
            row.found.map { found -> String in
                let words = row.matched.joined(separator: ", ")
                let lines = [phrase("found: %@", found), phrase("matched: %@", words)]
                return "<p class=\"note\">\(lines.map(escaped).joined(separator: "<br>"))</p>"
            } ?? ""
        let needs =
            row.needs.map { "<span class=\"need\">\(escaped(label($0)))</span>" } ?? ""
        let titles = ComparisonText.titles
        return """
            <article>
            <h3>\(escaped(row.question)) \(needs)</h3>
            <div class="row">
            \(cell(titles[0], "session", row.session, row.right?.session, ""))
            \(cell(titles[1], "fresh", row.fresh, row.right?.fresh, ""))
            \(cell(titles[2], "search", row.search, row.right?.search, found))
            </div>
            </article>
            """
    }

    private static func label(_ need: LessonTurn.Need) -> String {
        Words.spoken[ComparisonText.label(need)]
    }

    private static func scores(_ comparison: Comparison) -> String {
        guard let scores = comparison.scores else { return "" }
        func line(_ label: String, _ score: Comparison.Scores) -> String {
            func cell(_ score: DialogueEvaluation.Score) -> String {
                let percent = Int((100 * score.share).rounded())
                return
                    "<td>\(score.right)/\(score.of)<span class=\"bar\"><i style=\"width:\(percent)%\"></i></span></td>"
            }
            return
                "<tr><th>\(escaped(label))</th>\(cell(score.session))\(cell(score.fresh))\(cell(score.search))</tr>"
        }
        let rows = LessonTurn.Need.allCases.compactMap { need in
            comparison.scoresByNeed?[need.rawValue].map { line(label(need), $0) }
        }
        let titles = [
            phrase("right answers"), phrase("session"), phrase("fresh"), phrase("search"),
        ].map { "<th>\($0)</th>" }
        return """
            <table>
            <tr>\(titles.joined())</tr>
            \((rows + [line(phrase("all"), scores)]).joined(separator: "\n"))
            </table>
            """
    }

    /// Text as HTML shows it, control characters as pictures.
    static func escaped(_ text: String) -> String {
        // XML has no U+FFFE and U+FFFF.
        VisibleText.oneLine(text).replacing("\u{FFFE}", with: "\u{FFFD}")
            .replacing("\u{FFFF}", with: "\u{FFFD}").replacing("&", with: "&amp;").replacing(
                "<", with: "&lt;"
            )
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    private static let css = """
        :root { color-scheme: light dark; --ink: #1c1d21; --paper: #fbfaf7; --card: #fff; --line: #d9d6cf;
          --dim: #6b6a66; --right: #1f7a4d; --wrong: #a8443a; --accent: #1d4f91; }
        @media (prefers-color-scheme: dark) { :root { --ink: #ecebe7; --paper: #17181b; --card: #212327;
          --line: #3a3c41; --dim: #a2a19c; --right: #6cc79a; --wrong: #e08a80; --accent: #8db8f0; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.45 system-ui, "Noto Sans CJK KR", "Apple SD Gothic Neo", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; margin: .5rem 0; }
        h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; color: var(--dim); }
        h3 { font-size: 1.05rem; margin: 0 0 .5rem; color: var(--accent); overflow-wrap: anywhere; }
        .lead { margin: .25rem 0; } .model, .note, .need { color: var(--dim); font-size: .85rem; }
        .need { font-weight: normal; }
        article { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: .75rem; margin: .75rem 0; }
        .row { display: grid; gap: .5rem; grid-template-columns: 1fr; }
        .cell { border-left: 4px solid var(--line); padding: .1rem .6rem; overflow-wrap: anywhere; min-width: 0; }
        .cell p { margin: .1rem 0; } .cell.right { border-color: var(--right); } .right b { color: var(--right); }
        .cell.wrong { border-color: var(--wrong); } .wrong b { color: var(--wrong); }
        .title { font-size: .8rem; color: var(--dim); }
        table { width: 100%; border-collapse: collapse; margin: 1rem 0; font-size: .95rem; }
        th, td { text-align: left; padding: .35rem .4rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        th { font-weight: 600; }
        .bar { display: block; height: .35rem; margin-top: .2rem; background: var(--line); border-radius: 3px; overflow: hidden; }
        .bar i { display: block; height: 100%; background: var(--right); }
        @media (min-width: 44rem) { .row { grid-template-columns: 1fr 1fr 1fr; } }
        """
}
