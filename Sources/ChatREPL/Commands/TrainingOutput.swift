import ArgumentParser
import ChatCore
import Foundation

/// Where a training may write its model, checkpoint and loss curve.
enum TrainingOutput {
    /// Nothing that a run writes may take the place of what it reads, or of its own loss curve.
    static func check(_ output: String, reading files: [String]) throws {
        guard !output.lowercased().hasSuffix(".svg") else {
            throw ValidationError(
                phrase("The loss curve is drawn in MODEL's name with .svg: give -o another ending.")
            )
        }
        let curve = Self.curve(beside: URL(fileURLWithPath: output))
        let checkpoint = Self.checkpoint(beside: URL(fileURLWithPath: output))
        for path in [output, checkpoint.path, curve.path] {
            for input in files where Self.isPart(path, of: input) {
                throw ValidationError(
                    phrase("%@ is what this run reads: name another file with -o.", path))
            }
        }
    }

    /// Where the loss curve of a model is drawn.
    static func curve(beside model: URL) -> URL {
        model.deletingPathExtension().appendingPathExtension("svg")
    }

    /// Where an interrupted run is kept.
    static func checkpoint(beside model: URL) -> URL { model.appendingPathExtension("checkpoint") }

    private static func holdsSomething(_ url: URL) -> Bool {
        var status = stat()
        return stat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_size > 0
    }

    /// Those files that hold something which this run will replace; the user is told. A command repeated
    /// by mistake and stopped at once must not cost the run before it.
    static func announceReplaced(_ files: [URL]) throws -> [URL] {
        let replaced = files.filter(holdsSomething)
        if !replaced.isEmpty {
            let names = replaced.map(\.lastPathComponent).joined(separator: phrase(" and "))
            try Output.error.tell(
                VisibleText.oneLine(
                    replaced.count > 1
                        ? phrase(
                            "%@ will be replaced at the first evaluation; Ctrl-C before that leaves both as they were.",
                            names)
                        : phrase(
                            "%@ will be replaced at the first evaluation; Ctrl-C before that leaves it as it was.",
                            names)
                ))
        }
        return replaced
    }

    private static func isModel(_ url: URL) -> Bool {
        (try? SafetensorsFile(url).metadata["charchat"]) != nil
    }

    /// Whether `path` is the file `input`, or would be a lesson file or table in the folder `input`.
    private static func isPart(_ path: String, of input: String) -> Bool {
        if isSameFile(path, input) { return true }
        let place = URL(fileURLWithPath: path).standardizedFileURL
        guard ["txt", "tsv"].contains(place.pathExtension.lowercased()) else { return false }
        let names = place.path.split(separator: "/")
        return names.indices.dropFirst().contains { count in
            isSameFile("/" + names.prefix(count).joined(separator: "/"), input)
        }
    }

    /// Whether both paths lead to one file or folder, through links too.
    private static func isSameFile(_ path: String, _ other: String) -> Bool {
        var first = stat()
        var second = stat()
        guard stat(path, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// The right to write a model and what belongs to it, for as long as the result lives.
    static func hold(_ url: URL, shownAs name: String) throws -> OutputLock {
        if let lock = try OutputLock.take(url) { return lock }
        throw CommandFailure(
            phrase(
                "another training is writing %@; wait for it, stop it with Ctrl-C, or name another file with -o",
                VisibleText.oneLine(name))
        )
    }

    /// Finds out before an hour of training whether its result can be written.
    static func requireWritable(_ url: URL) throws {
        let folder = url.deletingLastPathComponent().path
        if url.isFolder {
            throw CommandFailure(
                phrase("%@ is a folder; name a file to write the model to", url.path))
        }
        var status = stat()
        if stat(url.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw CommandFailure(
                phrase("%@ is not a regular file; name a file to write the model to", url.path))
        }
        let curve = curve(beside: url)
        for (file, isOurs, kind) in [
            (url, isModel, phrase("a model")), (curve, LossCurve.isCurve, phrase("a loss curve")),
        ] where holdsSomething(file) && !isOurs(file) {
            throw CommandFailure(
                phrase(
                    "%@ is not %@, and this run would write over it; choose another name with -o",
                    file.path, kind)
            )
        }
        guard access(folder, W_OK) == 0 else {
            throw CommandFailure(
                phrase(
                    "cannot write to %@: %@; choose another place with -o", folder,
                    SystemReason.text(errno))
            )
        }
    }
}
