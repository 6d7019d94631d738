import Foundation
import Testing

/// `scripts/check-docs` on a library of one file, and the code that the articles show.
@Suite struct DocumentationCheckTests {
    /// The check on a house whose library is `source`.
    func check(_ source: String, in target: String = "ChatCore") throws -> ScriptRun {
        let house = try TemporaryFolder()
        try house.write(source + "\n", to: "Sources/\(target)/Room/A.swift")
        return try ScriptRun("scripts/check-docs", house.url.path)
    }

    @Test(arguments: [
        ("public struct A {}", "struct A"),
        ("public final class A {}", "class A"),
        ("public typealias A = Int", "typealias A = Int"),
        ("public func f(_ a: Int) {}", "func f(_ a: Int)"),
        ("/// A.\npublic struct A {\n    public let b = 1\n}", "let b = 1"),
        ("/// A.\npublic struct A {\n    public private(set) var b = 1\n}", "var b = 1"),
        ("/// A.\npublic struct A {\n    public static func f() {}\n}", "func f()"),
        ("/// A.\npublic struct A {\n    public init() {}\n}", "init()"),
        ("/// A.\npublic enum A: Error {\n    case b(Int)\n}", "case b(Int)"),
        ("/// A.\npublic enum A { case b, c }", "case b, c"),
        ("/// A.\npublic protocol A {\n    func f()\n}", "func f()"),
        ("/// A.\npublic protocol A {\n    var b: Int { get }\n}", "var b: Int"),
        ("/// A.\npublic protocol A {\n    associatedtype B\n}", "associatedtype B"),
        ("extension A {\n    public var b: Int { 1 }\n}", "var b: Int"),
        ("/// Apart.\n\npublic struct A {}", "struct A"),
        ("// No documentation.\npublic struct A {}", "struct A"),
    ])
    func whatIsPublicWithoutDocumentationIsFound(source: String, name: String) throws {
        let run = try check(source)
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("Sources/ChatCore/Room/A.swift:"))
        #expect(run.output.hasSuffix(": without a documentation comment: \(name)\n"))
        #expect(run.output.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        "struct A { let b = 1 }",
        "package struct A {\n    package let b = 1\n}",
        "package enum A {\n    case b\n}",
        "package enum A { case b, c }",
        "package protocol A {\n    func f()\n}",
        "/// A.\n@frozen\npublic struct A {}",
        "/// A.\n@discardableResult\npublic func f() -> Int { 1 }",
        "/// A.\npublic enum A: Error {\n    /// B.\n    case b\n    public var description: String {\n"
            + "        switch self {\n        case .b: \"\"\n        }\n    }\n}",
        "/// A.\npublic struct A {\n    public func encode(to encoder: any Encoder) {}\n"
            + "    public init(from decoder: any Decoder) {}\n"
            + "    public static func == (a: A, b: A) -> Bool { true }\n"
            + "    public func hash(into hasher: inout Hasher) {}\n"
            + "    public var errorDescription: String? { nil }\n}",
        "let text = \"\"\"\n    public struct A {}\n    \"\"\"",
    ])
    func whatIsDocumentedOrNeedsNoDocumentationPasses(source: String) throws {
        let run = try check(source)
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    @Test func theServerIsALibrary() throws {
        #expect(try check("public struct A {}", in: "ChatServer").status == 1)
    }

    @Test func theExecutableIsNoLibrary() throws {
        #expect(try check("public struct A {}", in: "ChatREPL").status == 0)
    }

    @Test func everythingPublicHereIsDocumented() throws {
        let run = try ScriptRun("scripts/check-docs")
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    /// The article's first lines of Swift stand in the example, in this order; what the example does beside
    /// them is its own.
    @Test(arguments: [
        ("Sources/ChatCore/ChatCore.docc/FirstChat.md", "chat", [String]()),
        (
            "Sources/ChatTraining/ChatTraining.docc/FifteenLines.md", "learn",
            ["request.budget = .minutes(5)"]
        ),
    ])
    func theArticlesShowCodeThatTheExamplesCompile(
        article: String, example: String, except: [String]
    ) throws {
        func lines(_ path: String) throws -> [Substring] {
            try String(contentsOf: repository.appending(path: path), encoding: .utf8)
                .split(separator: "\n")
        }
        var shown = try lines(article).drop { $0 != "```swift" }.dropFirst()
        shown = shown.prefix { $0 != "```" }
        #expect(shown.count >= 8)
        var compiled = try lines("examples/library/Sources/\(example)/main.swift")[...]
        for line in shown where !except.contains(String(line)) {
            let place = try #require(compiled.firstIndex(of: line), "\(line)")
            compiled = compiled[(place + 1)...]
        }
    }
}
