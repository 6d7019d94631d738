import Foundation

extension ModelFile {
    /// A model with weights that come from elsewhere: of another training, or changed by hand. Shape, alphabet
    /// and format are those of `model`; the tensors must have its names and shapes, in 32-bit floats, bfloat16
    /// or float16, and others beside them are left alone. The model has a hash of its own, and its record says
    /// where its weights are from and nothing of a training.
    /// - Throws: `StorageError`.
    public static func load(weights url: URL, like model: ChatModel) throws -> ChatModel {
        let file = try SafetensorsFile(url)
        var record = TrainingRecord()
        record.imported = .init(file: url.lastPathComponent, like: model.hash)
        let advice = "give weights with the names and shapes of the model that they are to be like"
        return try ChatModel(
            network: try network(model.network.configuration, file, advice: advice) {
                .model(path: file.path, what: $0, advice: $1)
            },
            alphabet: model.alphabet, format: model.format, training: record)
    }
}
