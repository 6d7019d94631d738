import ChatCore
import Foundation
import Testing

@Suite("Model files")
struct ModelFileTests {
    private func saved(_ model: ChatModel, _ places: TemporaryPlaces) throws -> URL {
        let url = places.folder.appendingPathComponent("m.safetensors")
        try ModelFile.save(model, to: url)
        return url
    }

    @Test("a saved model comes back with the same values and hash", arguments: CellKind.allCases)
    func roundTrip(cell: CellKind) throws {
        let places = try TemporaryPlaces()
        var training = TrainingRecord()
        training.corpus = ["a.txt"]
        training.validationLoss = 1.5
        let bare = try TinyModel.make(cell: cell)
        let model = try ChatModel(
            network: bare.network, alphabet: bare.alphabet, format: bare.format, training: training)
        #expect(model.hash == bare.hash)
        #expect(model.hash.count == 64)
        let loaded = try ModelFile.load(try saved(model, places))
        #expect(loaded.network == model.network)
        #expect(loaded.alphabet == model.alphabet)
        #expect(loaded.hash == model.hash)
        #expect(loaded.training == training)
    }

    @Test(
        "only a model with a copy head is written in the newer format, and its hash tells it apart")
    func copyHead() throws {
        let places = try TemporaryPlaces()
        let plain = try TinyModel.make()
        #expect(try SafetensorsFile(saved(plain, places)).metadata["charchat"] == "1")
        #expect(try ModelFile.metadata(of: plain)["architecture"]?.contains("opy") == false)

        var configuration = plain.network.configuration
        configuration.copyHeadSize = 8
        let model = try ChatModel(
            network: LanguageModel(configuration, seed: 1), alphabet: plain.alphabet,
            format: plain.format)
        let url = try saved(model, places)
        #expect(try SafetensorsFile(url).metadata["charchat"] == "2")
        let loaded = try ModelFile.load(url)
        #expect(loaded.network == model.network && loaded.hash == model.hash)
        #expect(
            loaded.network.configuration.stateSize
                == plain.network.configuration.stateSize + 8 * plain.alphabet.count
                + plain.network.configuration.outputSize)
    }

    @Test(
        "a copy head whose memory would be absurd is refused", arguments: [0, -1, 1 << 24, Int.max])
    func absurdCopyHeads(size: Int) throws {
        #expect(throws: ModelError.self) {
            try ModelConfiguration(
                symbolCount: 10, embeddingSize: 4,
                layers: [LayerConfiguration(cell: .gru, hiddenSize: 4)], copyHeadSize: size)
        }
    }

    @Test("a model with a pointer head is written in version 3 and comes back the same")
    func pointerHead() throws {
        let places = try TemporaryPlaces()
        let plain = try TinyModel.make()
        var configuration = plain.network.configuration
        configuration.pointerHead = PointerHeadConfiguration(keySize: 8, reach: 20)
        let model = try ChatModel(
            network: LanguageModel(configuration, seed: 1), alphabet: plain.alphabet,
            format: plain.format)
        let url = try saved(model, places)
        #expect(try SafetensorsFile(url).metadata["charchat"] == "3")
        let loaded = try ModelFile.load(url)
        #expect(loaded.network == model.network && loaded.hash == model.hash)
        #expect(
            loaded.network.configuration.stateSize
                == plain.network.configuration.stateSize + 13 * 20 + 3
                + plain.network.configuration.outputSize)
    }

    @Test(
        "a pointer head whose keys would be absurd is refused",
        arguments: [(0, 8), (-1, 8), (8, 0), (8, Int.max), (Int.max, 8), (1 << 14, 1 << 14)])
    func absurdPointerHeads(keySize: Int, reach: Int) throws {
        #expect(throws: ModelError.self) {
            try ModelConfiguration(
                symbolCount: 10, embeddingSize: 4,
                layers: [LayerConfiguration(cell: .gru, hiddenSize: 4)],
                pointerHead: PointerHeadConfiguration(keySize: keySize, reach: reach))
        }
    }

    @Test("a model rounded to bfloat16 is stored in half the bytes and comes back the same")
    func compact() throws {
        let places = try TemporaryPlaces()
        let full = try TinyModel.make()
        let model = try ChatModel(
            network: full.network.roundedToBFloat16, alphabet: full.alphabet, format: full.format)
        let url = try saved(model, places)
        let file = try SafetensorsFile(url)
        #expect(file.tensors.allSatisfy { $0.type == .bfloat16 })
        #expect(
            file.tensors.reduce(0) { $0 + $1.range.count }
                == 2 * model.network.configuration.parameterCount)
        let loaded = try ModelFile.load(url)
        #expect(loaded.network == model.network && loaded.hash == model.hash)
        #expect(loaded.hash != full.hash)
    }

    @Test(
        "a training record of what cannot have been is refused",
        arguments: ["seconds", "steps", "characters"])
    func impossibleTraining(key: String) throws {
        let places = try TemporaryPlaces()
        let bare = try TinyModel.make()
        let model = try ChatModel(
            network: bare.network, alphabet: bare.alphabet, format: bare.format,
            training: TrainingRecord())
        var metadata = try ModelFile.metadata(of: model)
        let record = try #require(metadata["training"])
        let value = key == "seconds" ? "1e300" : "\(Int.max)"
        metadata["training"] = record.replacing("\"\(key)\":0", with: "\"\(key)\":\(value)")
        #expect(metadata["training"] != record)
        let url = places.folder.appendingPathComponent("m.safetensors")
        try SafetensorsFile.write(
            metadata: metadata, tensors: ModelFile.tensors(of: model.network), to: url,
            fileSystem: SystemFileSystem())
        #expect(throws: StorageError.self) { try ModelFile.load(url) }
    }

    @Test("the hash tells models apart")
    func hashes() throws {
        let hashes = [
            try TinyModel.make().hash, try TinyModel.make(seed: 2).hash,
            try TinyModel.make(format: .text).hash, try TinyModel.make(cell: .lstm).hash,
        ]
        #expect(Set(hashes).count == 4)
    }

    /// Writes the model with one thing changed, and gives the words of the refusal.
    private func refusal(
        metadata change: (inout [String: String]) -> Void = { _ in },
        tensors changeTensors: (inout [SafetensorsFile.Contents]) -> Void = { _ in }
    ) throws -> String {
        let places = try TemporaryPlaces()
        let model = try TinyModel.make()
        var metadata = try ModelFile.metadata(of: model)
        var tensors = ModelFile.tensors(of: model.network)
        change(&metadata)
        changeTensors(&tensors)
        let url = places.folder.appendingPathComponent("m.safetensors")
        try SafetensorsFile.write(metadata: metadata, tensors: tensors, to: url)
        let error = #expect(throws: StorageError.self) { try ModelFile.load(url) }
        let words = error?.description ?? ""
        #expect(words.contains("m.safetensors") && !words.contains("\n"))
        return words
    }

    @Test("metadata that is missing, newer or wrong is refused with its name")
    func metadata() throws {
        #expect(try refusal { $0 = [:] }.contains("lacks charchat"))
        #expect(try refusal { $0["charchat"] = "4" }.contains("format version '4'"))
        #expect(try refusal { $0["architecture"] = nil }.contains("lacks architecture"))
        #expect(try refusal { $0["architecture"] = "[]" }.contains("architecture cannot be read"))
        #expect(try refusal { $0["alphabet"] = "[97,97]" }.contains("alphabet cannot be read"))
        #expect(try refusal { $0["alphabet"] = "[97]" }.contains("20 symbols"))
        #expect(try refusal { $0["corpus_format"] = "x" }.contains("corpus format"))
        #expect(try refusal { $0["training"] = "7" }.contains("training cannot be read"))
        #expect(try refusal { $0["hash"] = "0" }.contains("damaged or edited"))
        let huge =
            "{\"symbolCount\":65536,\"embeddingSize\":65536,\"layers\":[{\"cell\":\"lstm\",\"hiddenSize\":65536,\"headCount\":1,\"feedForwardSize\":0}]}"
        #expect(try refusal { $0["architecture"] = huge }.contains("parameters"))
    }

    @Test("tensors that are missing, of another shape or type, edited or not finite are refused")
    func tensors() throws {
        #expect(try refusal(tensors: { $0.removeLast() }).contains("no tensor decoder.bias"))
        #expect(
            try refusal(tensors: {
                $0[$0.count - 1] = .init(name: "decoder.bias", shape: [1], floats: [0])
            }).contains("has shape [1]"))
        #expect(
            try refusal(tensors: {
                let count = $0[$0.count - 1].shape[0]
                $0[$0.count - 1] = .init(
                    name: "decoder.bias", type: .int32, shape: [count],
                    bytes: Data(count: 4 * count))
            }).contains("32-bit floats"))
        func bias(_ value: Float) throws -> String {
            try refusal(tensors: {
                let count = $0[$0.count - 1].shape[0]
                $0[$0.count - 1] = .init(
                    name: "decoder.bias", shape: [count],
                    floats: [Float](repeating: value, count: count))
            })
        }
        #expect(try bias(.nan).contains("finite"))
        #expect(try bias(1).contains("damaged or edited"))
    }

    @Test("any single flipped bit is noticed or harmless")
    func flippedBits() throws {
        let places = try TemporaryPlaces()
        let model = try TinyModel.make(size: 4, letters: "ab")
        let url = try saved(model, places)
        let bytes = try Data(contentsOf: url)
        for index in stride(from: 0, to: bytes.count, by: 3) {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            guard
                let loaded = try? ModelFile.model(SafetensorsFile(damaged, path: "m.safetensors"))
            else { continue }
            #expect(loaded.hash == model.hash)
        }
    }
}
