import ChatREPL
import Foundation
import Testing

/// `reasons-ko.json` against the libraries that say these texts, and how one is told again.
@Suite struct LibraryWordsTests {
    private let table: [String: String]
    private let words: Words

    init() throws {
        table = try KoreanWords.table("reasons")
        words = try KoreanWords.load()
    }

    /// The literals of all targets but the executable.
    private func literals() throws -> [SwiftLiterals.Literal] {
        let root = FilesDocument.repository.appending(path: "Sources")
        return try FileManager.default.subpathsOfDirectory(atPath: root.path)
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("ChatREPL/") }
            .flatMap { name in
                SwiftLiterals(
                    try String(contentsOf: root.appending(path: name), encoding: .utf8)
                ).all
            }
    }

    @Test func everyTextIsALibrarysOwn() throws {
        let said = Set(try literals().map(\.text))
        #expect(Set(table.keys).subtracting(said).sorted() == [])
    }

    /// Where the libraries say what is wrong.
    private static let places = [
        "problem:", "what:", "reason:", "hint:", "advice:", "fail(", "position(", "checkpoint(",
        "TrainingError.options(", "wrong(", "unknown(", "malformed(", "LessonProblem(",
        "section.error(", "ModelError.configuration(", "ModelError.parameters(", "leftOut.add(",
        "passOver(",
    ]

    @Test func whatIsWrongIsToldInKorean() throws {
        let texts = try literals().filter { literal in
            Self.places.contains { literal.before.hasSuffix($0) }
                && literal.text.contains(/[a-z] [a-z]/)
        }.map(\.text)
        #expect(texts.count > 100)
        let lacking = Set(texts).filter { words.retold($0) == $0 }
        #expect(lacking.sorted() == [])
    }

    @Test func everyTextStandsOnceAndInOneLineWithItsValues() throws {
        let lines = try KoreanWords.file("reasons").split(separator: "\n")
        #expect(lines.count == table.count + 2)
        for (english, korean) in table {
            #expect(!korean.isEmpty)
            #expect(KoreanWords.places(english) == KoreanWords.places(korean), "\(english)")
        }
    }

    @Test(arguments: [
        ("it is damaged", "손상되었습니다"),
        ("its header has the key 'a b' twice", "헤더에 'a b' 키가 두 번 나옵니다"),
        // What takes more of the text is meant.
        ("it has format version 3, versions 1 to 2 can be read", "형식 버전이 3인데 1에서 2까지 읽을 수 있습니다"),
        // In another order, and with a text of the table for a value.
        ("it undoes 5 of 2 steps", "2단계 가운데 5단계를 취소합니다"),
        (
            "a.csv: line 3: has one column; a table needs a question and an answer, parted by a tab",
            "a.csv: 3번째 줄: 열이 하나입니다. 표에는 질문과 답이 탭(으)로 나뉘어 있어야 합니다"
        ),
        ("Permission denied", "권한 없음"),
        ("Nobody said so: %@", "Nobody said so: %@"),
    ])
    func aTextIsToldAgainWithItsValues(english: String, korean: String) {
        #expect(words.retold(english) == korean)
        #expect(Words.english.retold(english) == english)
    }
}
