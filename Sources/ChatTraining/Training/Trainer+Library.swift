extension Trainer {
    /// Finds out whether this machine can train at all.
    /// - Throws: `TrainingError.missingLibrary`.
    public static func requireLibrary() throws {
        guard MatrixProduct.isAvailable else { throw TrainingError.missingLibrary }
    }
}
