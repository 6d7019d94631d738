import ChatCore
import Foundation

/// Opens what `train` was given.
enum TrainingCorpus {
    static func open(_ paths: [String], validation: Double, seed: UInt64) throws -> TrainingData {
        let urls = paths.map { URL(fileURLWithPath: $0) }
        let places = Places(environment: ProcessInfo.processInfo.environment)
        let corpus = try EncodedCorpus.open(files: urls, cacheFolder: places.cacheFolder)
        return try TrainingData(corpus, validation: validation)
    }
}
