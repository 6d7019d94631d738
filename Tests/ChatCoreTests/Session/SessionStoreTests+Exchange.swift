import ChatCore
import Foundation
import Testing

/// What goes out and comes in.
extension SessionStoreTests {
    @Test("exports: JSON comes back as an import, its replies marked")
    func exchange() throws {
        let turns = try save("a", "one\ntwo", "\u{1B}[2J 가")
        let json = try places.store.export("a", as: .json)
        let name = try places.store.importMessages(
            try places.write(json, to: "talk.jsonl"), model: generator.model)
        #expect(name == "talk")
        let imported = try places.store.transcript("talk")
        #expect(imported.turns.map(\.user) == turns.map(\.user))
        #expect(imported.turns.map(\.reply) == turns.map(\.reply))
        #expect(imported.turns.allSatisfy { $0.origin == .imported })
        let report = try Replay.verify(imported, generator: generator)
        #expect(report.imported == 2 && report.verified == 0 && report.isExact)
        #expect(try places.store.export("talk", as: .text).contains(" [imported]\n"))
        let text = try places.store.export("a", as: .text)
        #expect(text.hasPrefix(">>> one\n... two\n"))
        #expect(!text.contains("\u{1B}"))
        #expect(try places.store.export("a", as: .markdown).contains("> one\\\n> two"))
        let again = try places.store.open("talk", generator: generator)
        try again.say("more")
        #expect(again.turnCount == 3)
    }

    @Test("messages files that cannot be imported are refused with the line")
    func badImports() throws {
        let good = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        for (text, word) in [
            ("", "no messages"), ("{}", "line 1"), ("\(good)\n{\"messages\":7}", "line 2"),
            ("{\"messages\":[]}", "no messages"),
            ("\(good)\n{\"messages\":[{\"role\":\"x\"}]}", "line 2"),
        ] {
            let url = try places.write(text, to: "bad.jsonl")
            let error = #expect(throws: SessionError.self) {
                try places.store.importMessages(url, model: generator.model)
            }
            #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        }
        let url = places.folder.appendingPathComponent("bytes.jsonl")
        try Data([0x7B, 0xFF]).write(to: url)
        #expect(throws: SessionError.notText(path: url.path, byteOffset: 1)) {
            try places.store.importMessages(url, model: generator.model)
        }
    }
}
