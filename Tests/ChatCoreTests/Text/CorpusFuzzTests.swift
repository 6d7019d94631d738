import ChatCore
import ChatTraining
import Foundation
import Testing

/// Good files with bytes changed, cut, doubled and moved: reading gives a corpus or a `CorpusError`.
@Suite struct CorpusFuzzTests {
    static let seeds: [(name: String, text: String)] = [
        ("a.txt", "\u{FEFF}To be,\r\nor not e\u{301}\u{316} 한글 👩‍👩‍👧 가\u{11A8}\u{F73}\u{0}\r"),
        ("a.tsv", "capital of Spain?\tMadrid\r\n\n수도는?\t서울\nend\t"),
        (
            "a.jsonl",
            #"{"messages":[{"role":"user","content":"hi \ud83d\ude00"},{"role":"assistant","content":"안녕"}]}"#
                + "\n\n" + #"{"messages":[{"role":"system","content":"x"}],"more":[1,2.5e3,null]}"#
        ),
        (
            "s.jsonl",
            #"{"charchat":1,"seed":1}"# + "\n" + #"{"role":"user","content":"a"}"# + "\n"
                + #"{"role":"assistant","content":"b","ended":"complete"}"# + "\n"
                + #"{"event":"undo","turns":1}"# + "\n" + #"{"event":"redo","turns":1}"# + "\n"
                + #"{"role":"assistant","content":"c","event":"regenerate"}"# + "\n"
                + #"{"event":"clear"}"#
        ),
    ]

    /// One to four changes to `bytes`.
    private func mutate(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.index(below: 4) where !bytes.isEmpty {
            let place = random.index(below: bytes.count)
            let end = min(bytes.count, place + random.index(below: 12))
            switch random.index(below: 6) {
            case 0: bytes[place] = UInt8(random.below(256))
            case 1: bytes.removeSubrange(place..<end)
            case 2:
                bytes.insert(contentsOf: bytes[place..<end], at: random.index(below: bytes.count))
            case 3: bytes.removeLast(bytes.count - place)
            case 4: bytes.insert(random.pick(Array("{}[]\",:\t\n\r\\9-e".utf8)), at: place)
            default: bytes.insert(contentsOf: Array("1844674407370955161".utf8), at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<seeds.count)
    func aDamagedFileGivesACorpusOrAnError(seed: Int) throws {
        let folder = try TemporaryFolder()
        let name = Self.seeds[seed].name
        var random = RandomStream(seed: 99, branch: UInt64(seed))
        var opened = 0
        for _ in 0..<1500 {
            let bytes = mutate(Array(Self.seeds[seed].text.utf8), &random)
            let file = try folder.write(name, bytes)
            do {
                let corpus = try EncodedCorpus.open(files: [file])
                opened += 1
                #expect(
                    try corpus.symbols(in: 0..<corpus.count).allSatisfy {
                        Int($0) < corpus.alphabet.count
                    })
            } catch let error as CorpusError {
                #expect(!"\(error)".contains("\n"))
            }
        }
        #expect(opened > 0)
    }

    @Test func aDeeplyNestedLineIsRefused() throws {
        let folder = try TemporaryFolder()
        let deep = String(repeating: "[", count: 100_000)
        for text in [#"{"messages":\#(deep)"#, #"{"x":\#(deep)}"#, #"{"x":{"x":{"messages":[]}}}"#]
        {
            let file = try folder.write("a.jsonl", text)
            #expect(throws: CorpusError.self) { try EncodedCorpus.open(files: [file]) }
        }
    }
}
