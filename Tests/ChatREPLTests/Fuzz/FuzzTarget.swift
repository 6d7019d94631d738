import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatREPL
import ChatSearch
import ChatTraining
import Foundation
import Testing

/// One reader that is given damaged files: it may refuse them with its room's error and nothing else.
struct FuzzTarget: CustomTestStringConvertible {
    let name: String
    /// Its part of the inputs.
    let share: Double
    let mutator: Mutator
    /// Reads the input; a refusal is thrown.
    let read: (Data) throws -> Void
    let isRefusal: (any Error) -> Bool

    var testDescription: String { name }

    /// Every reader, its good files kept in `folder`.
    static func all(in folder: URL) throws -> [FuzzTarget] {
        let model = try TinyModel.make()
        let generator = ReplyGenerator(model: model)
        let modelFile = try Data(contentsOf: try TinyModel.save(model, in: folder))
        let talk = try Talk(generator, in: folder)
        let searches = try queries(in: folder)
        return [
            safetensors(modelFile), models(modelFile), snapshots(talk.states, model),
            transcripts(talk.transcripts, generator), messages(talk.messages), dialogueSets(),
            slashCommands(), searches, try lessons(in: folder),
        ] + corpora(talk, in: folder)
    }

    private static func safetensors(_ model: Data) -> FuzzTarget {
        let small =
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},\"__metadata__\":{\"k\":\"v\"}}"
        let file =
            Data([UInt8(small.utf8.count)]) + Data(count: 7) + Data(small.utf8) + Data(count: 8)
        return FuzzTarget(
            name: "safetensors", share: 0.2,
            mutator: Mutator(
                seeds: [file, file, model.prefix(4096)],
                words: ["dtype", "shape", "data_offsets", "I8", "F32", "__metadata__", "[0,8]"])
        ) { data in
            let file = try SafetensorsFile(data, path: "f")
            for tensor in file.tensors { _ = try? file.floats(tensor.name) }
        } isRefusal: {
            $0 is StorageError
        }
    }

    private static func models(_ model: Data) -> FuzzTarget {
        FuzzTarget(
            name: "models", share: 0.03,
            mutator: Mutator(seeds: [model], words: ["gru", "hiddenSize", "dialogue", "\\\""])
        ) {
            _ = try ModelFile.model(try SafetensorsFile($0, path: "f"))
        } isRefusal: {
            $0 is StorageError
        }
    }

    private static func snapshots(_ states: Data, _ model: ChatModel) -> FuzzTarget {
        FuzzTarget(
            name: "snapshots", share: 0.12,
            mutator: Mutator(seeds: [states], words: ["charchat_states", "digest", model.hash])
        ) {
            _ = SnapshotFile.read($0, model: model)
        } isRefusal: { _ in
            false
        }
    }

    private static func transcripts(_ seeds: [Data], _ generator: ReplyGenerator) -> FuzzTarget {
        FuzzTarget(
            name: "transcripts", share: 0.2,
            mutator: Mutator(
                seeds: seeds,
                words: [
                    "\"event\":\"undo\"", "\"event\":\"redo\",\"turns\":1", "\"event\":\"clear\"",
                    "regenerate",
                    "interrupted", "\"role\":\"user\"", "\"role\":\"assistant\"",
                    "\"content\":\"x\"",
                    "\"setting\":\"temperature\",\"value\":0.5", "length_limit", "symbols", "draw",
                    "\"event\":\"fork\"", "parent", "imported",
                ])
        ) { data in
            _ = try? Transcript(data, path: "t")
            // Past the chain of hashes, which hardly any damaged file gets past, to what lies behind.
            let transcript = try Transcript(data, path: "t", acceptingEdits: true)
            _ = TranscriptText.replay(transcript, style: .plain)
            _ = TranscriptText.log(transcript.turns, style: .plain)
            for format in ExportFormat.allCases { _ = transcript.document(format, title: "t") }
            // A few replies of a few characters, whatever limit the file asks for.
            if transcript.model == generator.model.hash, transcript.settings.lengthLimit <= 40 {
                _ = try? Replay.verify(transcript, generator: generator) { done, _ in done < 3 }
            }
        } isRefusal: {
            $0 is TranscriptError
        }
    }

    private static func messages(_ seeds: [Data]) -> FuzzTarget {
        FuzzTarget(
            name: "messages", share: 0.1,
            mutator: Mutator(
                seeds: seeds, words: ["\"role\":\"system\"", "\"content\":", "\"messages\":["])
        ) {
            _ = try MessagesFile.read($0, URL(fileURLWithPath: "/m"))
        } isRefusal: {
            $0 is SessionError
        }
    }

    private static func dialogueSets() -> FuzzTarget {
        let line =
            #"{"id":"a","turns":[{"user":"and Spain?","accept":["Madrid|마드리드"],"reject":["\\bno\\b"],"needs":"session","gap":2}]}"#
        return FuzzTarget(
            name: "dialogue sets", share: 0.1,
            mutator: Mutator(
                seeds: [Data(line.utf8), Data("\(line)\n\(line)\n".utf8)],
                words: ["(", "[^", "\\\\", "{9999}", "(?=", "abstain", "world", "\\\\p{L}*"])
        ) {
            _ = try DialogueSet(data: $0, name: "d")
        } isRefusal: {
            $0 is DialogueSetError
        }
    }

    private static func lessons(in folder: URL) throws -> FuzzTarget {
        let lessons = """
            # A shop.
            [told name]
            values: people*2 ~latin ~number(1-99)
            tell:
              I am {name}( today|).
            ask: (Who|And who) am I?
            ack: You are {name}.
            answer: You are {name 이에요/예요}.
            unknown: You are somebody.
            [talk greeting]
            Hello. | Hi!
            => Hello {~hangul}!
            [unknown]
            ask: What is {@people}?
            reply: I do not know.
            [session count]
            ask: How many?
            answer: {count}.
            none: None.
            [language]
            abstain: do not know
            """
        let place = folder.appendingPathComponent("lessons")
        try FileManager.default.createDirectory(
            at: place.appendingPathComponent("lists"), withIntermediateDirectories: true)
        try Data("Ada\nBo\n".utf8).write(to: place.appendingPathComponent("lists/people.txt"))
        let file = place.appendingPathComponent("shop.txt")
        return FuzzTarget(
            name: "lessons", share: 0.02,
            mutator: Mutator(
                seeds: [Data(lessons.utf8)],
                words: ["[", "{", "}", "(", "|", "*", "~number(9-1)", "values:", "weight:", " => "])
        ) { data in
            try data.write(to: file)
            _ = try LessonFolder.load(place).alphabetTexts
        } isRefusal: {
            $0 is LessonError
        }
    }

    private static func slashCommands() -> FuzzTarget {
        let lines =
            CommandTable.entries.map { $0.usage } + [
                "/fork what-if @3", "/set temperature 0.5", "/set seed 18446744073709551615",
                "/undo 2",
                "//text", "\"\"\"first", "second\"\"\"", "hello", "/export ~/a.md",
                "/replay --verify",
            ]
        let completer = Completer(sessionNames: { ["holiday", "여행"] })
        return FuzzTarget(
            name: "slash commands", share: 0.1,
            mutator: Mutator(
                seeds: lines.map { Data($0.utf8) },
                words: CommandTable.allNames + ["@", "@-1", "\"\"\"", "inf", "nan"])
        ) { data in
            // The text of a line is valid UTF-8 by the time that it gets here.
            let line = String(decoding: data, as: UTF8.self)
            _ = LineMeaning(line)
            _ = LineMeaning(line, allowsBlocks: false)
            _ = LineMeaning.blockEnd(line)
            _ = completer.complete(line)
            _ = HistoryFile.unescaped(HistoryFile.escaped(line))
        } isRefusal: {
            $0 is SlashCommandProblem
        }
    }

    private static func queries(in folder: URL) throws -> FuzzTarget {
        let file = folder.appendingPathComponent("searched.txt")
        try Data("the quick brown fox\nがっこう 한국의 수도\n".utf8).write(to: file)
        let index = try #require(try SearchIndex.open(SearchCorpus([file]), cacheFolder: nil))
        let lines = [
            "fox AND (dog OR 한국*) NOT cat", "\"brown fox\"* quick", "\"a\u{3099}\" \"수도\"",
        ]
        return FuzzTarget(
            name: "queries", share: 0.05,
            mutator: Mutator(
                seeds: lines.map { Data($0.utf8) },
                words: [" AND ", " OR ", " NOT ", "(", ")", "*", " ", "\u{3099}", "\u{309A}", "が"])
        ) { data in
            let query = try SearchQuery(String(decoding: data, as: UTF8.self))
            _ = try index.search(query, limit: 3)
        } isRefusal: {
            // SQLite must understand whatever was made of a query.
            if case .index? = $0 as? SearchError { return false }
            return $0 is SearchError
        }
    }

    private static func corpora(_ talk: Talk, in folder: URL) -> [FuzzTarget] {
        let text = "\u{FEFF}To be,\r\nor not e\u{301}\u{316} 한글 👩‍👩‍👧 가\u{11A8}\u{F73}\u{0}\r"
        let table = "capital of Spain?\tMadrid\r\n\n수도는?\t서울\nend\t"
        let kinds: [(String, [Data])] = [
            ("txt", [Data(text.utf8)]), ("tsv", [Data(table.utf8)]),
            ("jsonl", talk.messages + talk.transcripts),
        ]
        return kinds.map { ending, seeds in
            let file = folder.appendingPathComponent("corpus.\(ending)")
            return FuzzTarget(
                name: "\(ending) corpora", share: 0.1 / 3,
                mutator: Mutator(
                    seeds: seeds, words: ["\"messages\":[", "\"role\":\"user\"", "\t"])
            ) { data in
                try data.write(to: file)
                let corpus = try EncodedCorpus.open(files: [file])
                _ = try corpus.symbols(in: 0..<corpus.count)
            } isRefusal: {
                $0 is CorpusError
            }
        }
    }
}

/// A conversation with every kind of event in it, as the files that charchat makes of it.
struct Talk {
    let transcripts: [Data]
    let states: Data
    let messages: [Data]

    init(_ generator: ReplyGenerator, in folder: URL) throws {
        let store = SessionStore(places: Places(environment: ["CHARCHAT_HOME": folder.path]))
        let settings = SessionSettings(
            sampling: SamplingSettings(temperature: 0.9), seed: 3, lengthLimit: 12)
        let session = try store.create("talk", generator: generator, settings: settings)
        try session.say("hello")
        try session.say("가나 \"quoted\" \\ \u{1B}")
        try session.regenerate()
        try session.set(.temperature(0.3))
        try session.set(.seed(7))
        try session.undo()
        try session.redo()
        try session.clear()
        try session.say("bye") { _ in false }
        let fork = try session.fork(atTurn: 1, as: "fork")
        try fork.say("other")
        fork.close()
        session.close()
        let whole = try Data(contentsOf: try store.url("talk"))
        transcripts = [
            whole, whole, try Data(contentsOf: try store.url("fork")),
            Data(
                "{\"charchat\":1,\"model\":\"\(generator.model.hash)\",\"seed\":1,\"length_limit\":9}\n"
                    .utf8),
        ]
        states = try Data(contentsOf: folder.appendingPathComponent("sessions/talk.states"))
        let line =
            #"{"messages":[{"role":"user","content":"hi \ud83d\ude00"},{"role":"assistant","content":"안녕"}]}"#
        messages = [
            Data(try store.export("talk", as: .json).utf8),
            Data(
                "\(line)\n\n{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}],\"more\":[1,2.5e3,null]}"
                    .utf8),
        ]
    }
}
