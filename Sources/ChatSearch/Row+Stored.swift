import GRDB

extension Row {
    /// A column's value. A damaged database may hold anything, and GRDB's own subscripts end the process
    /// where a value cannot be read as what is wanted.
    /// - Throws: `DatabaseError` with the code of a damaged database.
    func stored<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value {
        let value: DatabaseValue = self[column]
        guard let value = Value.fromDatabaseValue(value) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "column \(column) holds something else")
        }
        return value
    }

    /// A column's value, or nil where none is stored.
    /// - Throws: as `stored`.
    func storedIfAny<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value? {
        let value: DatabaseValue = self[column]
        return value.isNull ? nil : try stored(column)
    }
}
