import ChatCore

/// The date and time in front of a message, as the programs write them in many languages:
/// `1/5/24, 9:01 PM`, `05.01.2024, 21:01`, `2024-01-05 21:01:11`, `2024. 1. 5. 오후 9:01`,
/// `2024년 1월 5일 오후 9:01`, `January 5, 2024 at 9:01 PM`, `5 Jan 2024 21:01`,
/// `5.1.2024 klo 21.01`, `٥/١/٢٠٢٤، ٩:٠١ م`, `21:01, 05/01/2024`.
struct ChatStamp: Equatable {
    /// From 1970-01-01 00:00, in the time of whoever exported it.
    var minutes: Int
    /// The first two numbers where either may be the day: `1/5/24`.
    var unsure: [Int] = []
    var hasHalfDay = false

    /// Takes a date and a time.
    static func take(_ scanner: inout LineScanner, dayFirst: Bool) -> ChatStamp? {
        let start = scanner.at
        guard var stamp = date(&scanner, dayFirst: dayFirst) else {
            return timeFirst(&scanner, dayFirst: dayFirst)
        }
        scanner.skipBlanks()
        // Bulgarian writes "year" behind the year, Thai dates the name of their era.
        _ = scanner.take("г.") || scanner.take("BE")
        skipComma(&scanner)
        for word in ["at ", "um ", "à", "klo", "kl.", "às", "T"] where scanner.take(word) { break }
        guard let time = time(&scanner) else {
            scanner.at = start
            return nil
        }
        stamp.minutes += time.minutes
        stamp.hasHalfDay = time.hasHalfDay
        return stamp
    }

    /// Takes a time and a date, as Vietnamese has them.
    private static func timeFirst(_ scanner: inout LineScanner, dayFirst: Bool) -> ChatStamp? {
        let start = scanner.at
        if let time = time(&scanner) {
            skipComma(&scanner)
            if var stamp = date(&scanner, dayFirst: dayFirst) {
                stamp.minutes += time.minutes
                stamp.hasHalfDay = time.hasHalfDay
                return stamp
            }
        }
        scanner.at = start
        return nil
    }

    private static func skipComma(_ scanner: inout LineScanner) {
        scanner.skipBlanks()
        _ = scanner.take(",") || scanner.take("،")
        scanner.skipBlanks()
    }

    /// Takes a date alone; `minutes` is that of its midnight.
    static func date(_ scanner: inout LineScanner, dayFirst: Bool) -> ChatStamp? {
        let start = scanner.at
        guard let parts = parts(&scanner, dayFirst: dayFirst), (1...12).contains(parts.month),
            (1...31).contains(parts.day)
        else {
            scanner.at = start
            return nil
        }
        // Thai years count from the death of the Buddha.
        let year =
            switch parts.year {
            case ..<100: parts.year + 2000
            case 2500...: parts.year - 543
            default: parts.year
            }
        guard (1970...2200).contains(year) else {
            scanner.at = start
            return nil
        }
        return ChatStamp(
            minutes: days(year, parts.month, parts.day) * 1440, unsure: parts.unsure)
    }

    private typealias Parts = (year: Int, month: Int, day: Int, unsure: [Int])

    private static func parts(_ scanner: inout LineScanner, dayFirst: Bool) -> Parts? {
        guard let first = scanner.number() else { return namedMonthFirst(&scanner) }
        scanner.skipBlanks()
        if scanner.take("년") || scanner.take("年") {
            scanner.skipBlanks()
            guard let month = scanner.number(), scanner.take("월") || scanner.take("月") else {
                return nil
            }
            scanner.skipBlanks()
            guard let day = scanner.number(), scanner.take("일") || scanner.take("日") else {
                return nil
            }
            return (first, month, day, [])
        }
        for mark in ["/", ".", "-"] where scanner.take(mark) {
            scanner.skipBlanks()
            guard let second = scanner.number() else { return nil }
            scanner.skipBlanks()
            guard scanner.take(mark) else { return nil }
            scanner.skipBlanks()
            guard let third = scanner.number() else { return nil }
            if mark == "." { _ = scanner.take(".") }
            if first > 31 { return (first, second, third, []) }
            if mark == "." { return (third, second, first, []) }
            let isDayFirst = first > 12 || (dayFirst && second <= 12)
            return isDayFirst
                ? (third, second, first, [first, second]) : (third, first, second, [first, second])
        }
        _ = scanner.take(".")
        scanner.skipBlanks()
        guard let month = month(&scanner) else { return nil }
        _ = scanner.take(".") || scanner.take(",")
        scanner.skipBlanks()
        return scanner.number().map { ($0, month, first, []) }
    }

    /// `January 5, 2024`, also after a day of the week.
    private static func namedMonthFirst(_ scanner: inout LineScanner) -> Parts? {
        guard let month = month(&scanner) else {
            guard scanner.word() != nil, scanner.take(",") else { return nil }
            scanner.skipBlanks()
            return scanner.bytes.indices.contains(scanner.at)
                && (0x30...0x39).contains(scanner.bytes[scanner.at])
                ? parts(&scanner, dayFirst: true) : named(&scanner)
        }
        return named(&scanner, month: month)
    }

    private static func named(_ scanner: inout LineScanner, month given: Int? = nil) -> Parts? {
        guard let month = given ?? month(&scanner) else { return nil }
        _ = scanner.take(".")
        scanner.skipBlanks()
        guard let day = scanner.number() else { return nil }
        _ = scanner.take(",")
        scanner.skipBlanks()
        return scanner.number().map { ($0, month, day, []) }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func month(_ scanner: inout LineScanner) -> Int? {
        let start = scanner.at
        if let word = scanner.word()?.lowercased(), word.count <= 9,
            let index = months.firstIndex(where: word.hasPrefix)
        {
            return index + 1
        }
        scanner.at = start
        return nil
    }

    /// Passes over a day of the week after a date: 금요일.
    static func skipWeekday(_ scanner: inout LineScanner) {
        scanner.skipBlanks()
        for day in ["월", "화", "수", "목", "금", "토", "일"] where scanner.take(day + "요일") { break }
        scanner.skipBlanks()
    }

    /// Takes a time of day, half days before or after it.
    static func time(_ scanner: inout LineScanner) -> (minutes: Int, hasHalfDay: Bool)? {
        skipWeekday(&scanner)
        var half = halfDay(&scanner)
        scanner.skipBlanks()
        guard let hour = scanner.number(), hour < 24, scanner.take(":") || scanner.take("."),
            let minute = scanner.number(), minute < 60
        else { return nil }
        // Seconds; KakaoTalk on iOS has a colon after the time too.
        let colon = scanner.at
        if scanner.take(":"), scanner.number() == nil { scanner.at = colon }
        let end = scanner.at
        scanner.skipBlanks()
        half = half ?? halfDay(&scanner)
        if half == nil, !scanner.take("ч.") { scanner.at = end }
        let hours = half.map { hour % 12 + ($0 ? 12 : 0) } ?? hour
        return (hours * 60 + minute, half != nil)
    }

    /// True for the second half of the day.
    private static func halfDay(_ scanner: inout LineScanner) -> Bool? {
        // a.m. and a. m.; Spanish has a no-break space there.
        let start = scanner.at
        for (letter, isLate) in [("a.", false), ("p.", true)] where scanner.take(letter) {
            scanner.skipBlanks()
            if scanner.take("m.") { return isLate }
            scanner.at = start
        }
        for (word, isLate) in [
            ("오전", false), ("오후", true), ("AM", false), ("PM", true), ("π.μ.", false),
            ("μ.μ.", true), ("午前", false), ("午後", true),
            ("上午", false), ("下午", true), ("凌晨", false), ("清晨", false), ("早上", false),
            ("中午", true), ("晚上", true), ("PG", false), ("PTG", true), ("ص", false), ("م", true),
        ] where scanner.take(word) { return isLate }
        return nil
    }

    /// Days from 1970-01-01 in the Gregorian calendar.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// Minutes of a date that stands alone in a field.
    static func minutes(_ text: String?) -> Int? {
        guard let text else { return nil }
        var scanner = LineScanner(text)
        return take(&scanner, dayFirst: false)?.minutes
    }
}
