import ChatCore

/// Reads the arguments of `/set`.
package enum SettingArguments {
    /// The names `/set` knows.
    package static let names = [
        "temperature", "top-p", "seed", "length", "surprisal", "certainty", "verbose", "stop",
    ]

    /// The same in Korean, understood in every language.
    private static let koreanNames = [
        "온도", "top-p", "시드", "길이", "놀라움", "확신", "자세히", "멈춤말",
    ]

    /// The names in the language that is spoken.
    package static var shownNames: [String] {
        Words.spoken.language == .korean ? koreanNames : names
    }

    private static let switches = [
        "on": true, "켬": true, "켜기": true, "off": false, "끔": false, "끄기": false,
    ]

    /// Reads `NAME VALUE`; without a value it asks for all of them. Nil where more is typed.
    /// - Throws: `SlashCommandProblem` that says which names or values there are.
    package static func command(_ text: String) throws(SlashCommandProblem) -> SlashCommand? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let typed = words.first?.lowercased() else { return .show(.parameters) }
        guard let place = names.firstIndex(of: typed) ?? koreanNames.firstIndex(of: typed) else {
            throw SlashCommandProblem(
                phrase(
                    "There is no setting '%@'. There are: %@.",
                    VisibleText.oneLine(String(typed.prefix(40))),
                    shownNames.joined(separator: ", "))
            )
        }
        let name = names[place]
        guard words.count <= 2 || name == "stop" else { return nil }
        guard words.count > 1 else { return .show(.parameters) }
        if name == "stop" {
            return .stop(try stops(text.trimmed.drop { !$0.isWhitespace }.trimmed))
        }
        let value = String(words[1])
        func refuse(_ values: String) -> SlashCommandProblem {
            SlashCommandProblem(
                phrase(
                    "The %@ cannot be '%@'; it must be %@.", typed, VisibleText.oneLine(value),
                    values)
            )
        }
        switch name {
        case "temperature":
            guard let number = Double(value), isValid(.temperature(number)) else {
                throw refuse(phrase("a number from 0 to 10"))
            }
            return .set(.temperature(number))
        case "top-p":
            guard let number = Double(value), isValid(.topP(number)) else {
                throw refuse(phrase("a number above 0 and at most 1"))
            }
            return .set(.topP(number))
        case "seed":
            guard let number = UInt64(value) else {
                throw refuse(phrase("a whole number from 0 on"))
            }
            return .set(.seed(number))
        case "length":
            guard let number = Int(value), isValid(.lengthLimit(number)) else {
                throw refuse(phrase("a whole number from 1 to 10000"))
            }
            return .set(.lengthLimit(number))
        default:
            guard let isOn = switches[value.lowercased()] else {
                throw refuse(phrase("on or off"))
            }
            switch name {
            case "surprisal": return .surprisal(isOn)
            case "verbose": return .verbose(isOn)
            default: return .certainty(isOn)
            }
        }
    }

    /// Most texts that end a reply, and most characters of one.
    private static let (stopCount, stopLength) = (16, 100)

    /// Texts between |, or off; quotation marks keep spaces and | in one.
    private static func stops(_ text: String) throws(SlashCommandProblem) -> [String] {
        if switches[text.lowercased()] == false { return [] }
        var found: [String] = []
        var (current, isOpen, wasQuoted) = ("", false, false)
        for character in text + "|" {
            switch character {
            case "\"":
                if !wasQuoted { current = current.trimmed }
                isOpen.toggle()
                wasQuoted = true
            case "|" where !isOpen:
                found.append(Normalization.nfc(wasQuoted ? current : current.trimmed))
                (current, wasQuoted) = ("", false)
            default:
                if isOpen || !wasQuoted || !character.isWhitespace { current.append(character) }
            }
        }
        guard !isOpen, found.count <= stopCount,
            found.allSatisfy({ (1...stopLength).contains($0.count) })
        else {
            throw SlashCommandProblem(
                phrase(
                    "What stops a reply is off, or 1 to %@ texts of at most %@ characters with | between them; \"quotation marks\" keep spaces.",
                    stopCount, stopLength)
            )
        }
        return found
    }

    /// Whether a temperature, a top-p or a length is in its range.
    private static func isValid(_ change: SettingChange) -> Bool {
        var settings = SessionSettings(sampling: .greedy)
        switch change {
        case .temperature(let value): settings.sampling.temperature = value
        case .topP(let value): settings.sampling.topP = value
        case .lengthLimit(let value): settings.lengthLimit = value
        case .seed: break
        }
        return (try? settings.validate()) != nil
    }
}
