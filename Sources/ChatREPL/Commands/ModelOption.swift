import ArgumentParser
import ChatCore
import Foundation

/// `-m`: which model a command uses.
struct ModelOption: ParsableArguments {
    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp(
            "The model file, or shipped: the one that came with charchat. Default: $CHARCHAT_MODEL, else shipped.",
            valueName: "MODEL"),
        completion: CompletedNames.models)
    var path: String?

    func url() throws -> URL {
        try ModelLocator.url(option: path, environment: ProcessInfo.processInfo.environment)
    }

    func load() throws -> ChatModel { try MemoryLimit.model(try url()) }

    /// A model that learned to fill a gap.
    func loadFiller() throws -> ChatModel {
        let model = try load()
        guard TextFill.isKnown(to: model) else {
            let path = VisibleText.oneLine(try url().path)
            throw CommandFailure(
                phrase(
                    "%@ never learned to fill a gap; train one that does on plain text: charchat train FILE --fill 0.25 -o MODEL",
                    path)
            )
        }
        return model
    }
}

/// `--seed`, `--temperature`, `--top-p`: how characters are chosen.
struct SamplingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The same seed and words give the same text.", valueName: "N"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            """
            0 takes the likeliest character. Unless given: \(SamplingSettings.dialogue.temperature) in a \
            chat, \(SamplingSettings.text.temperature) for text, 0 when evaluating.
            """, valueName: "T"))
    var temperature: Double?

    @Option(
        help: ArgumentHelp(
            "Draw among the likeliest of this total probability; 0.9 unless given.", valueName: "P")
    )
    var topP: Double?

    func validate() throws {
        do {
            try settings(unlessGiven: .greedy).validate()
        } catch {
            throw ValidationError(ErrorText.text(error))
        }
    }

    /// `usual` with what was given in its place.
    func settings(unlessGiven usual: SamplingSettings) -> SamplingSettings {
        var settings = usual
        if let temperature { settings.temperature = temperature }
        if let topP { settings.topP = topP }
        return settings
    }

    /// A random seed where none was given; short, for a chat shows it to be typed again.
    var chosenSeed: UInt64 { seed ?? UInt64.random(in: 1...999_999) }

    /// What was given, as changes to a session that exists.
    var changes: [SettingChange] {
        [
            temperature.map { .temperature($0) }, topP.map { .topP($0) }, seed.map { .seed($0) },
        ].compactMap { $0 }
    }
}
