import ChatCore
import ChatCorpus
import ChatTraining
import Foundation

/// Opens what `train` was given: files of a corpus, or a folder of lessons.
enum TrainingCorpus {
    /// - Parameters:
    ///   - alphabet: that of a model that goes on learning.
    ///   - rehearsed: a folder of lessons that it knew.
    static func open(
        _ paths: [String], validation: Double?, from place: EncodedCorpus.HeldOut,
        seed: UInt64, reading: CorpusOptions = CorpusOptions(), alphabet: Alphabet? = nil,
        rehearsing rehearsed: String? = nil
    ) throws -> TrainingData {
        let urls = ReadingOptions.urls(paths)
        if urls.count == 1, urls[0].isFolder, CorpusFolder.holdsLessons(urls[0]) {
            guard rehearsed == nil else {
                throw CommandFailure(
                    phrase(
                        "--rehearse goes with files; put lessons to keep into the folder of lessons"
                    ))
            }
            return TrainingData(
                lessons: try LessonFolder.load(urls[0]),
                name: urls[0].standardizedFileURL.lastPathComponent, pretrained: alphabet)
        }
        let places = Places(environment: ProcessInfo.processInfo.environment)
        let corpus = try EncodedCorpus.open(
            files: urls, options: reading, alphabet: alphabet, cacheFolder: places.cacheFolder)
        try CorpusText.tell(corpus.notes, on: Output.error)
        try CorpusText.warn(reading, on: Output.error)
        let rehearsal = try rehearsed.map {
            Rehearsal(try LessonFolder.load(URL(fileURLWithPath: $0)))
        }
        guard rehearsal == nil || corpus.format == .dialogue else {
            throw CommandFailure(
                phrase("--rehearse goes with dialogues; this is taken for plain text"))
        }
        return try TrainingData(
            corpus, validation: validation, from: place, seed: seed, rehearsing: rehearsal)
    }
}
