import Foundation
import Testing

/// What came back.
struct TestResponse: Sendable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as an object of JSON.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
    }

    /// What a path such as `choices.0.message.content` leads to.
    func value(_ path: String) throws -> Any? {
        var value: Any? = try JSONSerialization.jsonObject(with: body)
        for part in path.split(separator: ".") {
            if let index = Int(part), let list = value as? [Any] {
                value = list.indices.contains(index) ? list[index] : nil
            } else {
                value = (value as? [String: Any])?[String(part)]
            }
        }
        return value
    }

    func string(_ path: String) throws -> String { try #require(try value(path) as? String) }
    func number(_ path: String) throws -> Int { try #require(try value(path) as? Int) }

    /// The data of a stream's events that are objects.
    func events() throws -> [[String: Any]] {
        try text.components(separatedBy: "\n").filter { $0.hasPrefix("data: {") }.map {
            try #require(
                try JSONSerialization.jsonObject(with: Data($0.dropFirst(6).utf8))
                    as? [String: Any])
        }
    }
}

/// Speaks HTTP over a socket of its own for each request, so that a test says every byte.
struct TestClient: Sendable {
    let port: Int

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> TestResponse {
        try await send("GET", path, headers)
    }

    func delete(_ path: String) async throws -> TestResponse { try await send("DELETE", path) }

    /// Posts JSON.
    func post(
        _ path: String, _ json: String, _ headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await send(
            "POST", path, headers.merging(["Content-Type": "application/json"]) { own, _ in own },
            Data(json.utf8))
    }

    func send(
        _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: Data = Data()
    ) async throws -> TestResponse {
        var fields = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
        fields.merge(headers) { $1 }
        if !body.isEmpty { fields["Content-Length"] = "\(body.count)" }
        let head =
            "\(method) \(path) HTTP/1.1\r\n"
            + fields.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
        return try Self.parse(try await exchange(Data(head.utf8) + body))
    }

    /// Sends bytes and reads to the end of the connection, on a thread of its own: the pool's are few, and the
    /// server needs them.
    /// - Parameter vanishing: close after sending, and read nothing.
    func exchange(_ bytes: Data, vanishing: Bool = false) async throws -> Data {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try Self.exchange(bytes, port: port, vanishing: vanishing) })
            }
        }
    }

    private static func exchange(_ bytes: Data, port: Int, vanishing: Bool) throws -> Data {
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            sent += count
        }
        if vanishing { return Data() }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return answer }
            answer.append(contentsOf: buffer[..<count])
        }
    }

    private static func parse(_ answer: Data) throws -> TestResponse {
        let end = try #require(answer.firstRange(of: Data("\r\n\r\n".utf8)))
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        let status = try #require(Int(lines[0].split(separator: " ")[1]))
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] =
                parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        var body = Data(answer[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" { body = dechunked(body) }
        return TestResponse(status: status, headers: headers, body: body)
    }

    private static func dechunked(_ body: Data) -> Data {
        var rest = body[...]
        var whole = Data()
        while let end = rest.firstRange(of: Data("\r\n".utf8)),
            let count = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16),
            count > 0, rest.endIndex >= end.upperBound + count
        {
            whole.append(rest[end.upperBound..<end.upperBound + count])
            rest = rest[(end.upperBound + count)...].dropFirst(2)
        }
        return whole
    }
}
