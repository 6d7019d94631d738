import ChatCore

extension CommandTable {
    /// What the session is worth, beside search.
    static let worthEntries = [
        CommandEntry(
            group: .worth, names: ["/search"], arguments: "QUERY",
            summary: "the stateless side: search what the model learned",
            details: """
                AND, OR, NOT in capitals, "words in a row", brackets and lang* narrow it. Under the \
                hits stands which terms of the query are true of each: 1, or 0.
                Example: /search capital AND (Spain OR Portugal)
                """
        ) { $0.nonEmpty.map { .search(query: $0) } },
        CommandEntry(
            group: .worth, names: ["/compare"], arguments: "QUESTION",
            summary: "the answers of session, fresh state and search",
            details: "The session does not take the question in. Example: /compare and Spain?"
        ) { $0.nonEmpty.map { .compare(question: $0) } },
        CommandEntry(
            group: .worth, names: ["/bits"], arguments: "[TURNS]",
            summary: "what the session saved, in bits, turn by turn",
            details: """
                Bits with a fresh state minus bits with the session, for what you said and for the \
                replies; control is the same with the state of another session. Example: /bits 5
                """
        ) { parseOptionalCount($0) },
        CommandEntry(
            group: .worth, names: ["/context"], arguments: "",
            summary: "what was said, and the size of what remembers it",
            details: "The state is as large at turn 1,000 as at turn 1."
        ) { $0.isEmpty ? .context : nil },
        CommandEntry(
            group: .worth, names: ["/memory"], arguments: "[QUESTION]",
            summary: "what each earlier turn still does to a reply",
            details: """
                Each turn is left out in turn, the state read anew, and the reply's distribution \
                compared (KL divergence in bits); of the turn that holds the most, each character, too.
                Without a question it is the last reply. Example: /memory What is my name?
                """
        ) { .memory(question: $0.nonEmpty) },
        CommandEntry(
            group: .worth, names: ["/odds"], arguments: "[QUESTION]",
            summary: "what the model could have said instead",
            details: """
                The place of the last reply where it was least sure; with a question, how its reply \
                could begin. Example: /odds What is my name?
                """
        ) { .odds(question: $0.nonEmpty) },
        CommandEntry(
            group: .worth, names: ["/facts"], arguments: "",
            summary: "what the model believes about you",
            details: """
                The model is asked for your name, your age and the like on a copy of what it remembers; \
                with each answer stands how sure it is. The session does not take the questions in.
                """
        ) { $0.isEmpty ? .facts : nil },
        CommandEntry(
            group: .worth, names: ["/forget"], arguments: "WHAT",
            summary: "have the model forget a thing about you",
            details: """
                It is told to, as a message of yours, and then asked on a copy whether it did; /undo \
                takes that back. What was said stays in the transcript. Example: /forget my age
                """
        ) { $0.nonEmpty.map { .forget(what: $0) } },
        stateEntry,
    ]
}
