import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct LessonsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lessons", abstract: "Begin a folder of lessons, and measure with it.",
        discussion: "Example: charchat lessons new cafe/",
        subcommands: [
            LessonsNewCommand.self, LessonsHeldOutCommand.self, LessonsTopicsCommand.self,
        ])
}

struct LessonsNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write a small folder of lessons to begin from.",
        discussion: """
            A cafe's: each kind of section once, with comments. Change it into your own.

            Example: charchat lessons new cafe/ && charchat train cafe/ --show 5
            """)

    /// The head of the lessons says what to try.
    private static let hints = """
        #   charchat train FOLDER/ --show 20       what training will read, or the first mistake
        #   charchat train FOLDER/ -o cafe.safetensors --minutes 10
        #   charchat lessons heldout FOLDER/       questions to measure with

        """

    @Argument(help: ArgumentHelp("The folder to make.", valueName: "DIR"))
    var folder: String

    func run() throws {
        let url = URL(fileURLWithPath: folder)
        let there = try? FileManager.default.contentsOfDirectory(atPath: url.path)
        guard there?.isEmpty ?? !FileManager.default.fileExists(atPath: url.path) else {
            throw CommandFailure(
                phrase(
                    "%@ is there already; name a folder that is not, or is empty",
                    VisibleText.oneLine(folder))
            )
        }
        for (path, text) in LessonStarter.files(hints: Self.hints) {
            let file = url.appendingPathComponent(path)
            try NewFolder.make(file.deletingLastPathComponent())
            try NewFile.write(text, to: file)
        }
        let shown = VisibleText.oneLine(folder)
        try Output.standard.writeLine(
            phrase(
                "%@: lessons of a cafe, to change into your own. Next: charchat train %@ --show 5",
                shown, shown)
        )
    }
}

struct LessonsHeldOutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heldout",
        abstract: "Write dialogues to measure a model of these lessons with.",
        discussion: """
            Names and values that training never uses, what is told and asked back 1 to 20 turns \
            later, and what cannot be answered; phrasings of your own that training never uses, where \
            heldout/phrasings/ has some. They go into DIR/heldout/, which is never trained on.

            Example: charchat lessons heldout cafe/ && charchat evaluate dialogues \
            cafe/heldout/*.jsonl -m cafe.safetensors --corpus cafe/
            """)

    @Argument(help: ArgumentHelp("The folder of lessons.", valueName: "DIR"))
    var folder: String

    @Option(help: ArgumentHelp("The same seed gives the same dialogues.", valueName: "N"))
    var seed: UInt64 = 2026

    @Flag(help: "Write sets anew that are there already.")
    var replace = false

    func run() throws {
        let url = URL(fileURLWithPath: folder)
        let groups = HeldOutDialogues.groups(try LessonFolder.load(url), seed: seed)
        guard !groups.isEmpty else {
            throw CommandFailure(
                phrase(
                    "%@ has nothing to tell or to ask that dialogues could be made of",
                    VisibleText.oneLine(folder))
            )
        }
        let place = url.appendingPathComponent("heldout")
        let files = groups.map { place.appendingPathComponent($0.name + ".jsonl") }
        if !replace,
            let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) })
        {
            throw CommandFailure(
                phrase(
                    "%@ exists already; --replace writes it anew",
                    VisibleText.oneLine(file.relativePath))
            )
        }
        try NewFolder.make(place)
        for (group, file) in zip(groups, files) {
            try SystemFileSystem().replaceFile(
                file, with: [try DialogueSet(group).encoded()], for: .shared)
            let turns = group.dialogues.reduce(0) { $0 + $1.turns.count }
            let path = "\(folder)/heldout/\(file.lastPathComponent)"
                .replacingOccurrences(of: "//", with: "/")
            try Output.standard.tell(
                VisibleText.oneLine(
                    phrase("%@: %@ dialogues, %@ turns", path, group.dialogues.count, turns)))
        }
        try warn(of: groups)
    }

    /// Tells of turns that no reply can get right.
    private func warn(of groups: [HeldOutDialogues.Group]) throws {
        let unanswerable = groups.flatMap(\.dialogues).flatMap(\.turns)
            .count { $0.needs == .abstain && $0.accept.isEmpty }
        guard unanswerable > 0 else { return }
        try Output.error.tell(
            phrase(
                "%@ turns have no right reply: write into [language] under 'abstain:' how a reply says that it does not know.",
                unanswerable))
    }
}

struct LessonsTopicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Write into a model what can be said to it, for '/help topics'.",
        discussion: """
            Training on lessons does so by itself; this is for a model that was trained before, or \
            elsewhere. Its weights and its hash stay as they are.

            Example: charchat lessons topics cafe/ -m cafe.safetensors
            """)

    @Argument(help: ArgumentHelp("The folder of lessons.", valueName: "DIR"))
    var folder: String

    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp("The model file to write into.", valueName: "MODEL"),
        completion: CompletedNames.models)
    var model: String

    func run() throws {
        let url = URL(fileURLWithPath: model)
        let topics = try LessonFolder.load(URL(fileURLWithPath: folder)).topics
        let lock = try TrainingOutput.hold(url, shownAs: model)
        defer { withExtendedLifetime(lock) {} }
        try ModelFile.save(try MemoryLimit.model(url).with(topics), to: url)
        let count = topics.told.count + topics.asked.count + topics.talk.count
        try Output.standard.tell(
            phrase("%@: %@ things that can be said to it", VisibleText.oneLine(model), count))
    }
}
