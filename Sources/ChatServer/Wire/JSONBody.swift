import Foundation
import Hummingbird

/// JSON in and out: what cannot be read becomes an error that names the place.
enum JSONBody {
    /// - Throws: `RequestError` that says which field is wrong; never quotes its value.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: ByteBuffer) throws -> Value
    {
        let data = Data(bytes.readableBytesView)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw refusal(error, data)
        } catch let error as RequestError {
            throw error
        } catch {
            throw unreadable(data)
        }
    }

    /// A value that is not looked at.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// The decoder says the same of what is no JSON and of a number that does not fit where it stands. What it
    /// reads where nothing is asked of the values is JSON, unless the stricter reading of numbers and strings by
    /// `JSONSerialization`, which for its part takes a comma too many, finds something.
    private static func unreadable(_ data: Data) -> RequestError {
        let isJSON =
            String(data: data, encoding: .utf8) != nil
            && (try? JSONDecoder().decode(Anything.self, from: data)) != nil
            && (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil
        return isJSON
            ? .invalid(
                "a number is too large, or has a fraction where it may have none",
                code: "invalid_number")
            : .invalid("the body is not JSON", code: "invalid_json")
    }

    private static func refusal(_ error: DecodingError, _ data: Data) -> RequestError {
        switch error {
        case .keyNotFound(let key, let context):
            .invalid("it lacks a field", parameter: path(context.codingPath + [key]))
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            .invalid("it has another type than it must", parameter: path(context.codingPath))
        case .dataCorrupted(let context) where context.codingPath.isEmpty: unreadable(data)
        case .dataCorrupted(let context):
            .invalid("its value cannot be", parameter: path(context.codingPath))
        @unknown default: .invalid("the body cannot be read", code: "invalid_json")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String? {
        var text = ""
        for key in keys {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text.isEmpty ? nil : text
    }

    /// The bytes of a value; the same value has the same bytes.
    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    /// An answer of JSON.
    static func response(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: try encode(value)))
    }
}

/// A value that is written as null where it is absent, for fields that clients look for.
struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
    var value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

/// One value or a list of them.
struct OneOrMany<Value: Decodable & Sendable>: Decodable, Sendable {
    var values: [Value]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(Value.self) {
            values = [one]
        } else {
            values = try container.decode([Value].self)
        }
    }
}

/// A parameter that is only looked at to refuse it: whether it asks for anything.
struct Asked: Decodable, Sendable {
    /// False for null, false, zero, and what is empty.
    let isSet: Bool

    init(from decoder: any Decoder) throws {
        if let list = try? decoder.unkeyedContainer() {
            isSet = !list.isAtEnd
        } else if let object = try? decoder.container(keyedBy: AnyKey.self) {
            isSet = !object.allKeys.isEmpty
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                isSet = false
            } else if let flag = try? value.decode(Bool.self) {
                isSet = flag
            } else if let number = try? value.decode(Double.self) {
                isSet = number != 0
            } else {
                isSet = try value.decode(String.self) != ""
            }
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
