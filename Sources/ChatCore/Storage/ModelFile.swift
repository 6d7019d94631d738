import Foundation

/// A model on disk: one safetensors file. `__metadata__` holds `charchat` (the format's version),
/// `architecture`, `alphabet`, `corpus_format`, `training`, `certainty` and `hash`, each JSON or plain text; the
/// tensors are those of `ModelConfiguration.tensors`, so ten lines of PyTorch load it.
public enum ModelFile {
    /// The newest version of the format that is read. A model is written in the oldest that can hold it: 1,
    /// 2 where it has a copy head, 3 where it has a pointer head, so that older programs read what they can.
    public static let version = 3

    private static func version(of configuration: ModelConfiguration) -> Int {
        configuration.pointerHead != nil ? 3 : configuration.copyHeadSize == nil ? 1 : 2
    }

    /// Reads a model and checks its values against its hash.
    /// - Throws: `StorageError`.
    public static func load(_ url: URL) throws -> ChatModel {
        try model(SafetensorsFile(url))
    }

    /// Writes a model in one step.
    /// - Throws: `StorageError.system`.
    public static func save(_ model: ChatModel, to url: URL) throws {
        try save(model, to: url, fileSystem: SystemFileSystem())
    }

    /// Writes a model through `fileSystem`.
    package static func save(
        _ model: ChatModel, to url: URL, fileSystem: some FileSystem
    ) throws {
        try SafetensorsFile.write(
            metadata: metadata(of: model), tensors: tensors(of: model.network), to: url,
            fileSystem: fileSystem)
    }

    /// The entries of `__metadata__`; a checkpoint adds its own.
    package static func metadata(of model: ChatModel) throws -> [String: String] {
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try StableJSON.encode(value), as: UTF8.self)
        }
        var metadata = [
            "charchat": "\(version(of: model.network.configuration))",
            "architecture": try json(model.network.configuration),
            "alphabet": try json(model.alphabet),
            "corpus_format": model.format.rawValue,
            "hash": model.hash,
        ]
        if let training = model.training { metadata["training"] = try json(training) }
        if let certainty = model.certainty { metadata["certainty"] = try json(certainty) }
        if let topics = model.topics { metadata["topics"] = try json(topics) }
        return metadata
    }

    /// The parameters as named tensors: bfloat16 where that loses nothing (`roundedToBFloat16`), else
    /// 32-bit floats.
    package static func tensors(of network: LanguageModel) -> [SafetensorsFile.Contents] {
        let layout = network.parameters.layout
        return zip(layout.tensors, layout.offsets).map { tensor, offset in
            let values = Array(network.parameters.values[offset..<offset + tensor.elementCount])
            return values.allSatisfy { $0.bitPattern & 0xFFFF == 0 }
                ? SafetensorsFile.Contents(
                    name: tensor.name, shape: tensor.shape, upperHalvesOf: values)
                : SafetensorsFile.Contents(name: tensor.name, shape: tensor.shape, floats: values)
        }
    }

    /// The model in a file that is already open; tensors that are not the model's own are left alone.
    /// - Throws: `StorageError.model`.
    package static func model(_ file: SafetensorsFile) throws -> ChatModel {
        func wrong(_ what: String, _ advice: String = Self.retrain) -> StorageError {
            .model(path: file.path, what: what, advice: advice)
        }
        guard let versionText = file.metadata["charchat"] else {
            throw wrong("its metadata lacks charchat, the version of the format")
        }
        guard (1...version).contains(where: { "\($0)" == versionText }) else {
            throw wrong(
                "it has format version \(quoted(versionText)), versions 1 to \(version) can be read",
                "take a newer program or train the model anew")
        }
        func decode<T: Decodable>(_ type: T.Type, _ key: String) throws -> T {
            guard let text = file.metadata[key] else { throw wrong("its metadata lacks \(key)") }
            do {
                return try JSONDecoder().decode(type, from: Data(text.utf8))
            } catch {
                throw wrong("its \(key) cannot be read")
            }
        }
        let configuration = try decode(ModelConfiguration.self, "architecture")
        do {
            try configuration.validate()
        } catch {
            throw wrong("\(error)")
        }
        let alphabet = try decode(Alphabet.self, "alphabet")
        guard alphabet.count == configuration.symbolCount else {
            throw wrong(
                "its alphabet has \(alphabet.count) symbols, its network \(configuration.symbolCount)"
            )
        }
        guard let format = file.metadata["corpus_format"].flatMap(CorpusFormat.init) else {
            throw wrong("its corpus format is unknown")
        }
        let training =
            file.metadata["training"] == nil ? nil : try decode(TrainingRecord.self, "training")
        guard training?.isPossible != false else {
            throw wrong("its training record says what cannot be")
        }
        let certainty =
            file.metadata["certainty"] == nil ? nil : try decode(CertaintyCurve.self, "certainty")
        guard certainty?.isPossible != false else {
            throw wrong("its certainty curve has values that are no numbers")
        }
        let topics =
            file.metadata["topics"] == nil ? nil : try decode(ModelTopics.self, "topics")
        let model = try ChatModel(
            network: try network(configuration, file, wrong), alphabet: alphabet, format: format,
            training: training, certainty: certainty, topics: topics)
        guard model.hash == file.metadata["hash"] else {
            throw wrong("its values are not those its hash names; it was damaged or edited")
        }
        return model
    }

    static let retrain = "fetch it again or train a new one"

    /// - Parameter wrong: the error of what is wrong and of what to do.
    static func network(
        _ configuration: ModelConfiguration, _ file: SafetensorsFile, advice: String = retrain,
        _ wrong: (String, String) -> StorageError
    ) throws -> LanguageModel {
        let entries = Dictionary(
            file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // Every shape is checked before anything is copied.
        for tensor in configuration.tensors {
            guard let entry = entries[tensor.name] else {
                throw wrong("it has no tensor \(tensor.name)", advice)
            }
            guard entry.shape == tensor.shape else {
                throw wrong(
                    "tensor \(tensor.name) has shape \(entry.shape), expected \(tensor.shape)",
                    advice)
            }
        }
        var parameters = Parameters(layout: ParameterLayout(configuration))
        for (tensor, offset) in zip(parameters.layout.tensors, parameters.layout.offsets) {
            let values = try file.floats(tensor.name)
            parameters.values.replaceSubrange(offset..<offset + values.count, with: values)
        }
        guard parameters.values.allSatisfy(\.isFinite) else {
            throw wrong("a value is not a finite number", advice)
        }
        return LanguageModel(configuration: configuration, parameters: parameters)
    }
}

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
