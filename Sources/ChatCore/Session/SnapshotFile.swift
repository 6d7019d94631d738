import Foundation

/// The last states of a session on disk: a cache beside the transcript, which alone is authoritative.
///
/// A safetensors file with one tensor a state, named by the hash of the transcript line after which it
/// holds. Because that hash stands for everything before it, a snapshot of another past, of an edited
/// transcript or of an undone branch is simply not found. `model` and a digest of the values stand in
/// the metadata; anything that does not fit is ignored and the states are recomputed.
package enum SnapshotFile {
    /// States kept: the last ones, and some further back at doubling distances, so that undoing n turns
    /// after a resume costs in the order of n turns.
    static let latest = 8

    /// Beside `NAME.jsonl`, `NAME.states`.
    static func url(for transcript: URL) -> URL {
        transcript.deletingPathExtension().appendingPathExtension("states")
    }

    /// Which nodes of the path to `node` are worth writing, of those known.
    static func selection(_ history: SessionHistory, _ cache: StateCache) -> [Int] {
        let path = history.path(to: history.current)
        var chosen: [Int] = []
        var distance = latest
        for (steps, node) in path.reversed().enumerated() where cache[node] != nil {
            if steps < latest {
                chosen.append(node)
            } else if steps >= distance {
                chosen.append(node)
                distance = Swift.max(distance * 2, steps * 2)
            }
        }
        return chosen
    }

    /// Writes states in one step.
    /// - Parameter states: with the hash of the line after which each holds.
    /// - Throws: `StorageError.system`.
    static func write(
        _ states: [(hash: String, state: RecurrentState)], model: String, to url: URL,
        fileSystem: any FileSystem
    ) throws {
        let tensors = states.map {
            SafetensorsFile.Contents(
                name: $0.hash, shape: [$0.state.values.count], floats: $0.state.values)
        }
        let metadata = [
            "charchat_states": "1", "model": model, "digest": digest(tensors.map(\.bytes)),
        ]
        try SafetensorsFile.write(
            metadata: metadata, tensors: tensors, to: url, for: .ownerOnly, fileSystem: fileSystem)
    }

    /// Bytes that the states of all sessions of a folder may take together.
    package static let folderBudget: Int64 = 64 << 20

    /// Removes the states that have not been used for longest until those of a folder fit `budget`: opening
    /// such a session then reads it again.
    /// - Parameter kept: a file that stays in any case.
    package static func trim(_ folder: URL, keeping kept: URL, budget: Int64 = folderBudget) {
        let files = files(in: folder)
        var total = files.reduce(0) { $0 + Int64($1.stamp.size) }
        for file in files.sorted(by: { $0.stamp.modified < $1.stamp.modified })
        where total > budget && file.path != kept.path {
            unlink(file.path)
            total -= Int64(file.stamp.size)
        }
    }

    /// Bytes that the states of all sessions of a folder take.
    package static func bytes(in folder: URL) -> Int64 {
        files(in: folder).reduce(0) { $0 + Int64($1.stamp.size) }
    }

    private static func files(in folder: URL) -> [(stamp: FileStamp, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".states") && !$0.hasPrefix(".") }.compactMap { name in
            let path = folder.appendingPathComponent(name).path
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            return (FileStamp(status), path)
        }
    }

    /// The states in a file, by line hash; empty when there is none, or none that can be trusted.
    static func read(_ url: URL, model: ChatModel) -> [String: RecurrentState] {
        (try? readFile(url)).map { read($0, model: model) } ?? [:]
    }

    /// The states in a file's bytes.
    package static func read(_ bytes: Data, model: ChatModel) -> [String: RecurrentState] {
        guard let file = try? SafetensorsFile(bytes, path: ""),
            file.metadata["charchat_states"] == "1",
            file.metadata["model"] == model.hash, file.tensors.count <= 64
        else { return [:] }
        var states: [String: RecurrentState] = [:]
        var bytes: [Data] = []
        for tensor in file.tensors {
            guard let values = try? file.floats(tensor.name),
                let raw = try? file.bytes(tensor.name),
                let state = try? RecurrentState(
                    values: values, configuration: model.network.configuration)
            else { return [:] }
            states[tensor.name] = state
            bytes.append(raw)
        }
        guard digest(bytes) == file.metadata["digest"] else { return [:] }
        return states
    }

    private static func digest(_ parts: [Data]) -> String {
        var hasher = SHA256()
        for part in parts { hasher.update(data: part) }
        return hasher.finalize().hexadecimal
    }
}
