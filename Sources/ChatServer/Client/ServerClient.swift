import ChatCore
import Foundation
import NIOHTTP1

/// Talks with a charchat server over HTTP, from a thread that waits for what comes.
///
/// `goesOn` is asked some twenty times a second while it waits; where it says no, the connection is closed, and
/// with it the reply on the server ends.
package final class ServerClient {
    package let address: ServerAddress
    private let apiKey: String?
    /// Seconds without a byte after which the server is taken to be gone.
    private let patience: Double

    package init(_ address: ServerAddress, apiKey: String?, patience: Double = 90) {
        self.address = address
        self.apiKey = apiKey
        self.patience = patience
    }

    /// Asks who is there.
    /// - Throws: `ClientError`, as everything here.
    package func greet(while goesOn: () -> Bool) throws -> RemoteModel {
        let models = try get(WireModels.self, "/v1/models", goesOn)
        guard let model = models.data.first, model.owned_by == "charchat" else {
            throw ClientError.stranger(address: "\(address)")
        }
        guard let its = model.version, Self.series(its) == Self.series(chatCoreVersion) else {
            throw ClientError.version(
                address: "\(address)", its: model.version, own: chatCoreVersion)
        }
        return RemoteModel(id: model.id, parameterCount: model.parameters)
    }

    /// Versions of one series can talk: 1.2 and 1.3, but not 0.2 and 0.3.
    static func series(_ version: String) -> [Substring] {
        let numbers = version.split(separator: ".")
        return Array(numbers.prefix(numbers.first == "0" ? 2 : 1))
    }

    /// The sessions that can be gone on with, latest first.
    package func sessions(while goesOn: () -> Bool) throws -> [RemoteSession] {
        try get(WireSessions.self, "/v1/sessions?limit=1000", goesOn).data
            .filter { $0.problem == nil }
            .map {
                RemoteSession(
                    name: $0.id, turnCount: $0.turns,
                    modified: Date(timeIntervalSince1970: $0.modified_at), opening: $0.opening)
            }
    }

    /// The turns of a session as it stands.
    package func turns(of name: String, while goesOn: () -> Bool) throws -> [RemoteTurn] {
        try get(WireTree.self, "/v1/sessions/\(Self.encoded(name))", goesOn).turns
    }

    /// Begins a session; nothing of it is kept before something is said.
    /// - Returns: its name.
    package func begin(while goesOn: () -> Bool) throws -> String {
        try decode(
            WireConversation.self,
            try whole(.POST, "/v1/conversations", body: Data("{}".utf8), goesOn)
        ).id
    }

    /// Takes back the last turn of a session.
    /// - Parameter id: the response's.
    package func takeBack(_ id: String, while goesOn: () -> Bool) throws {
        _ = try whole(.DELETE, "/v1/responses/\(Self.encoded(id))", body: nil, goesOn)
    }

    /// Says something and hears the reply.
    /// - Parameters:
    ///   - name: the session; nil: nothing of it is kept.
    ///   - settings: in force in the session from now on.
    ///   - emit: given each piece, and "" now and then while none comes; false stops the reply.
    /// - Returns: the reply as far as it was heard.
    package func say(
        _ text: String, in name: String?, settings: RemoteSettings = RemoteSettings(),
        emit: (String) -> Bool
    ) throws -> RemoteReply {
        let body = try JSONEncoder().encode(
            WireQuestion(
                input: text, conversation: name, store: name == nil ? false : nil,
                temperature: settings.temperature, top_p: settings.topP,
                seed: settings.seed.map { Int64(bitPattern: $0) }))
        var reader = EventReader()
        var said = ""
        var finishReason: FinishReason?
        do {
            try perform(
                .POST, "/v1/responses", body: body, while: { emit("") },
                hear: { bytes in
                    for data in try events(&reader, bytes) {
                        let event = try decode(WireEvent.self, data)
                        switch event.type {
                        case "response.output_text.delta":
                            let piece = event.delta ?? ""
                            said += piece
                            if !piece.isEmpty, !emit(piece) { throw ClientError.stopped }
                        case "response.completed": finishReason = .complete
                        case "response.incomplete":
                            let reason = event.response?.incomplete_details?.reason
                            finishReason = reason == "interrupted" ? .interrupted : .limit
                        case "error": throw ClientError.refused(event.message ?? "")
                        default: break
                        }
                    }
                })
        } catch ClientError.stopped {
            return RemoteReply(text: said, finishReason: finishReason ?? .interrupted)
        }
        guard let finishReason else {
            throw ClientError.away(address: "\(address)", reason: "the connection was lost")
        }
        return RemoteReply(text: said, finishReason: finishReason)
    }

    // MARK: - Requests

    private func get<Value: Decodable>(
        _ type: Value.Type, _ path: String, _ goesOn: () -> Bool
    ) throws -> Value {
        try decode(type, try whole(.GET, path, body: nil, goesOn))
    }

    private func whole(
        _ method: HTTPMethod, _ path: String, body: Data?, _ goesOn: () -> Bool
    ) throws -> Data {
        var all = Data()
        try perform(method, path, body: body, while: goesOn) { bytes in
            all.append(contentsOf: bytes)
            guard all.count <= 64 << 20 else { throw ClientError.stranger(address: "\(address)") }
        }
        return all
    }

    /// Sends a request and hands over the body of its answer, piece by piece.
    private func perform(
        _ method: HTTPMethod, _ path: String, body: Data?, while goesOn: () -> Bool,
        hear: ([UInt8]) throws -> Void
    ) throws {
        let head = HTTPRequestHead(
            version: .http1_1, method: method, uri: address.prefix + path,
            headers: headers(bodyCount: body?.count))
        let exchange = HTTPExchange(address, head, body)
        defer { exchange.close() }
        var status = 0
        var refusal: [UInt8] = []
        var heard = ContinuousClock.now
        while true {
            guard goesOn() else { throw ClientError.stopped }
            guard let part = exchange.next(within: 0.05) else {
                guard ContinuousClock.now - heard < .seconds(patience) else {
                    throw ClientError.away(address: "\(address)", reason: "it does not answer")
                }
                continue
            }
            heard = .now
            switch part {
            case .head(let code): status = code
            case .body(let bytes) where status == 200: try hear(bytes)
            case .body(let bytes): if refusal.count < 1 << 16 { refusal += bytes }
            case .end:
                guard status == 200 else { throw self.refusal(status, refusal) }
                return
            case .failed(let error):
                throw ClientError.away(
                    address: "\(address)", reason: HTTPExchange.reason(error))
            }
        }
    }

    private func headers(bodyCount: Int?) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Host": address.authority, "Connection": "close",
            "User-Agent": "charchat/\(chatCoreVersion)",
        ]
        if let apiKey { headers.add(name: "Authorization", value: "Bearer \(apiKey)") }
        if let bodyCount {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: "\(bodyCount)")
        }
        return headers
    }

    /// What an answer with another status than 200 means.
    private func refusal(_ status: Int, _ body: [UInt8]) -> ClientError {
        if status == 401 { return .key(address: "\(address)", isGiven: apiKey != nil) }
        guard let told = try? JSONDecoder().decode(WireError.self, from: Data(body)),
            told.error.code != "unknown_url"
        else { return .stranger(address: "\(address)") }
        return .refused(String(told.error.message.prefix(500)))
    }

    private func events(_ reader: inout EventReader, _ bytes: [UInt8]) throws -> [Data] {
        do {
            return try reader.feed(bytes)
        } catch {
            throw ClientError.stranger(address: "\(address)")
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ data: Data) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw ClientError.stranger(address: "\(address)")
        }
    }

    private static func encoded(_ name: String) -> String {
        var plain = CharacterSet(charactersIn: "-._~")
        plain.formUnion(CharacterSet(charactersIn: "a"..."z"))
        plain.formUnion(CharacterSet(charactersIn: "A"..."Z"))
        plain.formUnion(CharacterSet(charactersIn: "0"..."9"))
        return name.addingPercentEncoding(withAllowedCharacters: plain) ?? name
    }
}
