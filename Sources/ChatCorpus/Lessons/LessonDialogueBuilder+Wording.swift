import ChatCore

/// Values, and lines as the user types them and as they are answered.
extension LessonDialogueBuilder {
    /// How many values at the head of a list are those that people say most.
    private static let commonValues = 32

    /// What `draw` gives while values are as the lists have them.
    mutating func unvaried<Value>(_ draw: (inout Self) -> Value) -> Value {
        let before = variesValues
        variesValues = false
        defer { variesValues = before }
        return draw(&self)
    }

    /// A value from a source, of the side of the split that this dialogue is on.
    mutating func value(_ source: ValueSource) -> [String] {
        Self.value(
            isDrill ? source.invented : source, course: course, split: split, varied: variesValues,
            random: &random)
    }

    private static func value(
        _ source: ValueSource, course: LessonCourse, split: LessonSplit, varied: Bool = true,
        random: inout RandomStream
    ) -> [String] {
        func listed(_ name: String) -> String {
            guard let list = course.lists[name] else { return name }
            if split == .training {
                if list.training.count > 2 * Self.commonValues, random.index(below: 3) == 0 {
                    return list.training[random.index(below: Self.commonValues)]
                }
                let value = random.pick(list.training)
                return list.isClosed || !varied ? value : course.varied.vary(value, random: &random)
            }
            return random.pick(list.heldOut.isEmpty ? list.training : list.heldOut)
        }
        func invented(_ make: (inout RandomStream) -> String) -> String {
            while true {
                let name = make(&random)
                if HeldOut.contains(name) == (split != .training) { return name }
            }
        }
        /// In training one name in eight is longer than most.
        func name(by make: (inout RandomStream) -> String) -> String {
            invented { random in
                let short = make(&random)
                guard split == .training, random.index(below: 8) == 0 else { return short }
                return InventedName.lengthen(short, by: make, &random)
            }
        }
        switch source.part(&random) {
        case .list(let name): return [listed(name)]
        case .latin: return [name(by: InventedName.latin)]
        case .hangul: return [name(by: InventedName.hangul)]
        case .number(let range):
            func draw(_ random: inout RandomStream) -> String {
                String(range.lowerBound + random.below(range.upperBound - range.lowerBound + 1))
            }
            return range.upperBound - range.lowerBound >= 1000 ? [invented(draw)] : [draw(&random)]
        case .several(let name, let range):
            let wanted = Int(
                range.lowerBound + random.below(range.upperBound - range.lowerBound + 1))
            var items: [String] = []
            for _ in 0..<50 where items.count < wanted {
                let item = listed(name)
                if !items.contains(item) { items.append(item) }
            }
            return items
        }
    }

    /// A line as the user types it. `keepsValues` protects slot values from slips (told values).
    mutating func typed(
        _ template: LessonTemplate, _ bindings: inout LessonBindings, keepsValues: Bool,
        frames: [LessonTemplate] = []
    ) -> String {
        var pieces = wording(template, &bindings)
        // One frame, now and then one around it.
        for _ in 0..<2
        where !frames.isEmpty && habits.frames > 0 && random.uniform() < habits.frames {
            pieces = Self.framed([("line", pieces)], random.pick(frames), &random)
        }
        if !keepsValues {
            for i in pieces.indices
            where pieces[i].isValue && pieces[i].text.unicodeScalars.count >= 5 {
                pieces[i].isValue = false
            }
        }
        return habits.type(pieces, random: &random)
    }

    /// Two whole lines as the user types them in one, told values kept.
    mutating func typed(
        _ first: LessonTemplate, _ second: LessonTemplate, in frame: LessonTemplate,
        _ bindings: inout LessonBindings
    ) -> String {
        let lines = [
            (name: "first", pieces: wording(first, &bindings)),
            (name: "second", pieces: wording(second, &bindings)),
        ]
        return habits.type(Self.framed(lines, frame, &random), random: &random)
    }

    /// A line with its values, perhaps quoted, in training perhaps with a word more or less.
    private mutating func wording(
        _ template: LessonTemplate, _ bindings: inout LessonBindings
    ) -> [LessonPiece] {
        let course = course
        let split = split
        let habits = habits
        var pieces = template.render(&bindings, random: &random) { name, random in
            guard let source = course.sources[name] else { return "" }
            let values = Self.value(source, course: course, split: split, random: &random)
            return habits.typed(values.joined(separator: course.language.join))
        }
        if split == .training, habits.looseness > 0, random.uniform() < habits.looseness {
            course.language.loose.loosen(&pieces, random: &random)
        }
        habits.quote(&pieces, random: &random)
        return pieces
    }

    /// Puts lines into the places that a frame names, such as "Hey, {line}" or "{first}, and {second}".
    private static func framed(
        _ lines: [(name: String, pieces: [LessonPiece])], _ frame: LessonTemplate,
        _ random: inout RandomStream
    ) -> [LessonPiece] {
        // Stands for a line while the frame is written out: no text holds it.
        func mark(_ index: Int) -> String { String(Unicode.Scalar(UInt8(1 + index))) }
        var bindings = LessonBindings()
        for (index, line) in lines.enumerated() { bindings[line.name] = mark(index) }
        let outer = frame.render(&bindings, random: &random) { _, _ in "" }
        var whole: [LessonPiece] = []
        for (place, piece) in outer.enumerated() {
            guard let index = lines.indices.first(where: { piece.text == mark($0) }) else {
                whole.append(piece)
                continue
            }
            var inner = lines[index].pieces
            if place > 0 { lowerFirst(&inner) }
            if place < outer.count - 1 { TypingHabits.dropFinalPunctuation(&inner) }
            whole += inner
        }
        return whole
    }

    private static func lowerFirst(_ pieces: inout [LessonPiece]) {
        guard let first = pieces.first, !first.isValue, let letter = first.text.first else {
            return
        }
        let rest = first.text.dropFirst()
        if letter == "I", rest.first == " " || rest.first == "'" { return }
        pieces[0].text = letter.lowercased() + rest
    }

    /// A reply: never noised.
    mutating func reply(_ template: LessonTemplate, _ bindings: LessonBindings) -> String {
        var bindings = bindings
        let course = course
        let split = split
        var line = ""
        for piece in template.render(
            &bindings, random: &random,
            draw: { name, random in
                guard let source = course.sources[name] else { return "" }
                return Self.value(source, course: course, split: split, random: &random)[0]
            })
        {
            // "Washington, D.C." at the end of a sentence keeps one full stop.
            line +=
                line.hasSuffix(".") && piece.text.hasPrefix(".")
                ? piece.text.dropFirst() : piece.text[...]
        }
        return line
    }
}
