import ChatCore

/// One JSON object that holds a dialogue or a question and its answer, in any of the forms that
/// fine-tuning files have.
///
/// | form | keys |
/// | --- | --- |
/// | messages (OpenAI) | `messages`: `role`, `content` (text or parts), `tool_calls`, `weight` |
/// | ShareGPT | `conversations`: `from`, `value` |
/// | Alpaca | `instruction`, `input`, `output` |
/// | Dolly | `instruction`, `context`, `response` |
/// | completions | `prompt`, `completion` or `response` |
/// | pairs | `question` and `answer`, `input` and `output`, `user` and `assistant`, `q` and `a` |
struct DialogueRecord: Decodable {
    /// Text, or a list of parts of which the text is taken.
    struct Content: Decodable {
        var text: String?
        /// Parts that are no text: pictures, sound, files.
        var otherParts = 0

        private struct Part: Decodable {
            var type: String?
            var text: String?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() { return }
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let parts = try? container.decode([Part].self) {
                let texts = parts.compactMap(\.text)
                otherParts = parts.count - texts.count
                text = texts.isEmpty ? nil : texts.joined(separator: "\n")
            } else {
                // The error of the usual form, which names the place.
                text = try container.decode(String.self)
            }
        }
    }

    private struct Ignored: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    struct RawMessage: Decodable {
        var role: String?
        var from: String?
        var content: Content?
        var value: Content?
        var text: Content?
        var weight: Double?
        private var tool_calls: Ignored?
        private var function_call: Ignored?

        var isCall: Bool { tool_calls != nil || function_call != nil }
    }

    var messages: [RawMessage]?
    var conversations: [RawMessage]?
    var conversation: [RawMessage]?
    var charchat: Int?
    var system: Content?
    var instruction: Content?
    var input: Content?
    var context: Content?
    var output: Content?
    var response: Content?
    var prompt: Content?
    var completion: Content?
    var question: Content?
    var answer: Content?
    var user: Content?
    var assistant: Content?
    var q: Content?
    var a: Content?

    /// What the form is called; nil for an object of none.
    var shape: String? {
        if messages != nil { return "messages" }
        if conversations != nil || conversation != nil { return "ShareGPT conversations" }
        if instruction != nil, output != nil { return "Alpaca instructions" }
        if instruction != nil, response != nil { return "Dolly instructions" }
        if prompt != nil, completion != nil || response != nil { return "prompts and completions" }
        return pair == nil ? nil : "questions and answers"
    }

    private var pair: (Content, Content)? {
        let pairs = [
            (question, answer), (q, a), (user, assistant), (input, output), (prompt, answer),
            (instruction, answer), (input, response), (question, response),
        ]
        for case (let user?, let reply?) in pairs { return (user, reply) }
        return nil
    }
}

extension DialogueRecord {
    /// The dialogue, what is left out of it counted.
    /// - Parameter fail: makes the error for a problem.
    /// - Throws: what `fail` makes.
    func dialogue(
        keepsSystem: Bool, line: Int, leftOut: inout CorpusNote.LeftOutCounts,
        fail: (String) -> CorpusError
    ) throws -> Dialogue {
        if let list = messages ?? conversations ?? conversation {
            var dialogue = Dialogue()
            var system = keepsSystem ? self.system?.text : nil
            for (index, message) in list.enumerated() {
                try Self.take(
                    message, into: &dialogue, system: &system, keepsSystem: keepsSystem,
                    line: line, leftOut: &leftOut
                ) { fail("message \(index + 1) \($0)") }
            }
            return dialogue.withoutBlanks(line: line, leftOut: &leftOut)
        }
        if let instruction, let reply = output ?? response {
            let user = [keepsSystem ? system : nil, instruction, input ?? context]
                .compactMap { $0?.text }.filter { !$0.isEmpty }
            return exchange(user.joined(separator: "\n"), reply, line, &leftOut)
        }
        if let prompt, let reply = completion ?? response {
            return exchange(prompt.text ?? "", reply, line, &leftOut)
        }
        if let (user, reply) = pair { return exchange(user.text ?? "", reply, line, &leftOut) }
        if hasHalf {
            leftOut.add(Dialogue.blanks, line: line)
            return Dialogue()
        }
        throw fail(
            #"lacks "messages"; a line is {"messages":[{"role":…,"content":…},…]}, or has a question and an answer"#
        )
    }

    private func exchange(
        _ user: String, _ reply: Content, _ line: Int, _ leftOut: inout CorpusNote.LeftOutCounts
    ) -> Dialogue {
        Dialogue(exchanges: [
            (LineEnds.asLineFeeds(user), LineEnds.asLineFeeds(reply.text ?? ""))
        ]).withoutBlanks(line: line, leftOut: &leftOut)
    }

    /// Whether an object with these keys may be a question and its answer. A null counts as a key.
    static func isPair(_ keys: Set<String>) -> Bool {
        let questions = ["question", "q", "prompt", "instruction", "input", "user"]
        let answers = ["answer", "a", "completion", "response", "output", "assistant"]
        return !keys.isDisjoint(with: questions) && !keys.isDisjoint(with: answers)
    }

    /// Whether there is a question or an answer, if not both.
    private var hasHalf: Bool {
        [question, q, prompt, instruction, input, user].contains { $0 != nil }
            || [answer, a, completion, response, output, assistant].contains { $0 != nil }
    }

    private static func take(
        _ message: RawMessage, into dialogue: inout Dialogue, system: inout String?,
        keepsSystem: Bool, line: Int, leftOut: inout CorpusNote.LeftOutCounts,
        fail: (String) -> CorpusError
    ) throws {
        guard let name = message.role ?? message.from else { throw fail(#"lacks a "role""#) }
        let content = message.content ?? message.value ?? message.text
        leftOut.add("parts that are no text", line: line, count: content?.otherParts ?? 0)
        let text = content?.text.map(LineEnds.asLineFeeds)
        switch name.lowercased() {
        case "system", "developer":
            guard keepsSystem, let text else {
                return leftOut.add("system messages", line: line)
            }
            system = system.map { "\($0)\n\(text)" } ?? text
        case "tool", "function", "observation", "function_response":
            leftOut.add("results of tools", line: line)
        case "function_call", "tool_call":
            leftOut.add("calls of tools", line: line)
        case "user", "human", "prompter":
            guard let text else {
                guard content?.otherParts ?? 0 > 0 else { throw fail(#"lacks a "content""#) }
                return
            }
            let said = [system, text].compactMap(\.self).joined(separator: "\n")
            system = nil
            dialogue.messages.append(Message(role: .user, content: said))
        case "assistant", "gpt", "bot", "model", "chatgpt", "bard":
            if message.isCall { leftOut.add("calls of tools", line: line) }
            guard let text else {
                guard message.isCall || content?.otherParts ?? 0 > 0 else {
                    throw fail(#"lacks a "content""#)
                }
                return
            }
            guard message.weight != 0 else {
                // A reply that is not to be learned has no place in a dialogue of which every reply is.
                leftOut.add("replies of weight 0 with their questions", line: line)
                while dialogue.messages.last?.role == .user { dialogue.messages.removeLast() }
                return
            }
            dialogue.messages.append(Message(role: .assistant, content: text))
        default:
            throw fail("has a role other than user, assistant and system")
        }
    }
}
