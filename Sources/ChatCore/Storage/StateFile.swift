import Foundation

/// What a model remembers, on disk: a safetensors file with the one tensor `state` [stateSize]. `__metadata__`
/// holds `charchat_state` (the format's version), `model` (the hash of the model it belongs to) and `digest`
/// (SHA-256 of the tensor's bytes).
public enum StateFile {
    /// Writes a state in one step.
    /// - Throws: `StorageError.system`; `StorageError.state` for a state of another size than the model's.
    public static func save(
        _ state: RecurrentState, of model: ChatModel, to url: URL
    ) throws {
        try save(state, of: model, to: url, fileSystem: SystemFileSystem())
    }

    /// Writes a state through `fileSystem`.
    package static func save(
        _ state: RecurrentState, of model: ChatModel, to url: URL,
        fileSystem: some FileSystem
    ) throws {
        guard state.values.count == model.network.configuration.stateSize else {
            throw wrong(url.path, "the state is of another model")
        }
        let tensor = SafetensorsFile.Contents(
            name: "state", shape: [state.values.count], floats: state.values)
        let metadata = [
            "charchat_state": "1", "model": model.hash,
            "digest": SHA256.hash(data: tensor.bytes).hexadecimal,
        ]
        try SafetensorsFile.write(
            metadata: metadata, tensors: [tensor], to: url, fileSystem: fileSystem)
    }

    /// Reads a state of `model`.
    /// - Throws: `StorageError`: no such file, not a state, damaged, or one of another model.
    public static func load(_ url: URL, of model: ChatModel) throws -> RecurrentState {
        let file = try SafetensorsFile(url)
        guard file.metadata["charchat_state"] == "1" else {
            throw wrong(url.path, "it holds no state")
        }
        guard file.metadata["model"] == model.hash else {
            throw wrong(url.path, "its state is of another model")
        }
        guard SHA256.hash(data: try file.bytes("state")).hexadecimal == file.metadata["digest"],
            let state = try? RecurrentState(
                values: file.floats("state"), configuration: model.network.configuration)
        else { throw wrong(url.path, "it is damaged") }
        return state
    }

    private static func wrong(_ path: String, _ what: String) -> StorageError {
        .state(path: path, what: what)
    }
}
