/// Turns a value into a regular expression that finds it as a word.
enum LessonPattern {
    static func finding(_ value: String) -> String {
        var pattern = ""
        for scalar in value.unicodeScalars {
            if "\\.*+?()[]{}|^$/-#&~".unicodeScalars.contains(scalar) { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
        func isWord(_ scalar: Unicode.Scalar?) -> Bool {
            guard let scalar else { return false }
            return scalar.isASCII && scalar.properties.isAlphabetic
                || (0x30...0x39).contains(scalar.value)
        }
        if isWord(value.unicodeScalars.first) { pattern = "(?<![A-Za-z0-9])" + pattern }
        if isWord(value.unicodeScalars.last) { pattern += "(?![A-Za-z0-9])" }
        return pattern
    }
}
