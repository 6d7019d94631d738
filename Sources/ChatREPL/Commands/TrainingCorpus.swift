import ChatCore
import ChatCorpus
import ChatTraining
import Foundation

/// Opens what `train` was given: files of a corpus, or a folder of lessons.
enum TrainingCorpus {
    /// - Parameter alphabet: that of a model that goes on learning.
    static func open(
        _ paths: [String], validation: Double, alphabet: Alphabet? = nil
    ) throws -> TrainingData {
        let urls = paths.map { URL(fileURLWithPath: $0) }
        if urls.count == 1, urls[0].isFolder {
            return TrainingData(
                lessons: try LessonFolder.load(urls[0]),
                name: urls[0].standardizedFileURL.lastPathComponent, taught: alphabet)
        }
        let places = Places(environment: ProcessInfo.processInfo.environment)
        let corpus = try EncodedCorpus.open(
            files: urls, alphabet: alphabet, cacheFolder: places.cacheFolder)
        return try TrainingData(corpus, validation: validation)
    }
}
