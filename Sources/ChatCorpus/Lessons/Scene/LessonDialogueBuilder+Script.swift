import Foundation

/// Little dialogues whose slots stand for the same values throughout.
extension LessonDialogueBuilder {
    mutating func playScript() -> Bool {
        let scripts = course.scene.scripts
        guard let script = random.index(weighted: scripts.map(\.weight)).map({ scripts[$0] })
        else { return false }
        guard turns.count + script.steps.count <= 30 else { return false }
        if split == .training, retells(script) { return false }
        // What a script says was not told may have been told before it.
        if saysUnknown(script), !turns.allSatisfy({ $0.told.isEmpty }) || hasPlayedScript {
            return false
        }
        var slots = LessonBindings()
        let quiet = habits.slips
        habits.slips = 0
        for step in script.steps {
            switch step {
            case .pause:
                if random.index(below: 2) == 0 { _ = talk() }
            case .exchange(let lines, let reply):
                let line = random.pick(lines)
                compute(line, &slots)
                let user = sceneLine(line, &slots)
                compute(reply, &slots)
                let text = Self.sentenceCase(self.reply(reply, slots))
                if line.source.hasSuffix("?") {
                    questions.append(Question(about: nil, accept: []))
                }
                add(
                    user, text, needs: .none, kind: "script \(script.name)",
                    accept: [LessonPattern.finding(text)])
            }
        }
        habits.slips = quiet
        hasPlayedScript = true
        topic = nil
        return true
    }

    /// Whether a script states anew what was told before it: what it says is not kept.
    private func retells(_ script: ScriptLesson) -> Bool {
        var leads = scene.owners.compactMap { $0.relation?.word }
        for index in known {
            if case .text(let lead)? = course.told[index].answer.nodes.first { leads.append(lead) }
        }
        return script.steps.contains { step in
            guard case .exchange(_, let reply) = step else { return false }
            let source = reply.source.lowercased()
            return leads.contains { source.contains($0.lowercased()) }
        }
    }

    private func saysUnknown(_ script: ScriptLesson) -> Bool {
        script.steps.contains { step in
            guard case .exchange(_, let reply) = step else { return false }
            return course.language.abstain.contains {
                reply.source.range(of: $0, options: .regularExpression) != nil
            }
        }
    }

    /// Binds the sums of a line: `{=~number(2-9)+~number(2-9).2}`.
    private mutating func compute(_ template: LessonTemplate, _ slots: inout LessonBindings) {
        for slot in template.slots where slot.hasPrefix("=") && slots[slot] == nil {
            guard
                let sum = Self.arithmetic(
                    slot.dropFirst(), value: { slots[$0].flatMap { Int($0) } })
            else { continue }
            slots[slot] = String(sum)
        }
    }

    /// Adds, subtracts and multiplies from left to right; nil where an operand is no number.
    static func arithmetic(_ text: Substring, value: (String) -> Int?) -> Int? {
        var result: Int?
        var operation: Character = "+"
        var operand = ""
        var depth = 0
        func apply() -> Bool {
            guard let number = Int(operand) ?? value(operand), abs(number) < 1_000_000 else {
                return false
            }
            switch operation {
            case "+": result = (result ?? 0) + number
            case "-": result = (result ?? 0) - number
            default: result = (result ?? 0) * number
            }
            operand = ""
            return abs(result ?? 0) < 1_000_000
        }
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0, "+-*".contains(character) {
                guard apply() else { return nil }
                operation = character
            } else {
                operand.append(character)
            }
        }
        return apply() ? result : nil
    }
}
