import ChatCore
import Foundation
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
    private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> Data {
        let count = length ?? UInt64(header.utf8.count)
        var bytes = Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) })
        bytes.append(Data(header.utf8))
        bytes.append(Data(repeating: 0, count: data))
        return bytes
    }

    private func open(_ bytes: Data) throws -> SafetensorsFile {
        try SafetensorsFile(bytes, path: "m.safetensors")
    }

    @Test("what is written is read back, and the data starts at a multiple of eight")
    func roundTrip() throws {
        let places = try TemporaryPlaces()
        let url = places.folder.appendingPathComponent("a.safetensors")
        let values: [Float] = [1, -0.0, .leastNonzeroMagnitude, 3.5, -7, 1e30]
        try SafetensorsFile.write(
            metadata: ["k": "v \"한글\" / \u{1}"],
            tensors: [
                .init(name: "b", shape: [2, 3], floats: values),
                .init(name: "a", type: .int8, shape: [3], bytes: Data([1, 2, 255])),
            ], to: url)
        let file = try SafetensorsFile(url)
        #expect(file.metadata == ["k": "v \"한글\" / \u{1}"])
        #expect(file.tensors.map(\.name) == ["b", "a"])
        #expect(try file.floats("b").map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try file.bytes("a") == Data([1, 2, 255]))
        let bytes = try Data(contentsOf: url)
        #expect((bytes.count - 24 - 3) % 8 == 0)
        // For whom the umask lets.
        let plain = places.folder.appendingPathComponent("plain")
        close(Foundation.open(plain.path, O_CREAT | O_WRONLY, 0o666))
        #expect(try permissions(url) == permissions(plain))
    }

    @Test("the file may be empty of tensors")
    func noTensors() throws {
        #expect(try open(file("{}")).tensors.isEmpty)
        #expect(try open(file("{\"__metadata__\":{\"a\":\"b\"}}")).metadata == ["a": "b"])
    }

    @Test(
        "hostile headers end in an error",
        arguments: [
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
                "needs 4 bytes"
            ),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "cut short"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "not a range"),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8,
                "whole numbers"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}}", 8,
                "whole numbers"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[true],\"data_offsets\":[0,4]}}", 4,
                "whole numbers"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e30],\"data_offsets\":[0,4]}}", 4,
                "whole numbers"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}}",
                4, "too large"
            ),
            ("{\"a\":{\"dtype\":\"X9\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a dtype that"),
            ("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype"),
            ("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "whole numbers"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "not a range"),
            ("{\"a\":7}", 0, "not an object"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "gap"),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8,
                "4 bytes follow"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                8, "overlaps"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                4, "twice"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                4, "twice"
            ),
            ("{\"__metadata__\":{\"a\":1}}", 0, "strings"),
            ("[1,2]", 0, "JSON object"),
            ("hello", 0, "JSON object"),
            ("{\"a\":", 0, "JSON object"),
            (String(repeating: "{\"a\":", count: 20_000), 0, "JSON object"),
        ])
    func hostile(header: String, data: Int, word: String) throws {
        let error = #expect(throws: StorageError.self) { try open(file(header, data: data)) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("m.safetensors") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(
        "hostile length fields end in an error",
        arguments: [UInt64(1) << 63, .max, 100 << 20, 4096])
    func lengthField(length: UInt64) {
        #expect(throws: StorageError.self) { try open(file("{}", length: length)) }
    }

    @Test("a file cut anywhere is refused", arguments: 0..<8)
    func truncated(part: Int) throws {
        let places = try TemporaryPlaces()
        let url = places.folder.appendingPathComponent("a.safetensors")
        try SafetensorsFile.write(
            metadata: [:], tensors: [.init(name: "b", shape: [4], floats: [1, 2, 3, 4])], to: url)
        let whole = try Data(contentsOf: url)
        #expect(throws: StorageError.self) { try open(whole.prefix(whole.count * part / 8)) }
    }

    @Test("names from a file cannot drive the terminal")
    func names() throws {
        let error = #expect(throws: StorageError.self) {
            try open(
                file(
                    "{\"\\u001b[31m\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,4]}}",
                    data: 4))
        }
        #expect(error?.description.unicodeScalars.contains("\u{1B}") == false)
    }

    @Test("a missing file, a folder and an absent tensor are told apart")
    func missing() throws {
        let places = try TemporaryPlaces()
        let none = #expect(throws: StorageError.self) {
            try SafetensorsFile(places.folder.appendingPathComponent("none"))
        }
        #expect(none?.description.contains("no such file") == true)
        let folder = #expect(throws: StorageError.self) { try SafetensorsFile(places.folder) }
        #expect(folder?.description.contains("is a directory") == true)
        #expect(throws: StorageError.self) { try open(file("{}")).floats("x") }
    }

    @Test("whichever call fails, the file is as it was or complete", arguments: 0..<8)
    func faults(call: Int) throws {
        let places = try TemporaryPlaces()
        let url = places.folder.appendingPathComponent("a.safetensors")
        func write(_ value: Float, _ fileSystem: some FileSystem) throws {
            try SafetensorsFile.write(
                metadata: [:], tensors: [.init(name: "b", shape: [1], floats: [value])], to: url,
                fileSystem: fileSystem)
        }
        try write(1, SystemFileSystem())
        for fault in FaultyFileSystem.Fault.allCases {
            let files = FaultyFileSystem(failing: call..<call + 1, fault: fault)
            let failed = (try? write(2, files)) == nil
            let found = try SafetensorsFile(url).floats("b")
            #expect(found == [1] || found == [2])
            if !failed { #expect(found == [2]) }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: places.folder.path)
                    == ["a.safetensors"])
            try write(1, SystemFileSystem())
        }
    }
}

/// The permission bits of a file or folder.
func permissions(_ url: URL) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
    return (attributes[.posixPermissions] as? Int ?? -1) & 0o777
}
