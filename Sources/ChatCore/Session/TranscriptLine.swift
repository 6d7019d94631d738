import Foundation

/// One line of a transcript file as JSON: the header, or an event with the hash of the line before it.
///
/// The chain covers the bytes of the lines exactly as in the file, so it holds for any writer. Unknown
/// fields are ignored; fields that older versions did not write have a default.
struct TranscriptLine: Codable {
    /// The format's version; only the first line has it.
    var charchat: Int?
    var created: String?
    var model: String?
    var seed: UInt64?
    var temperature: Double?
    var top_p: Double?
    var length_limit: Int?
    var parent: TranscriptHeader.Parent?

    var role: String?
    var content: String?
    var event: String?
    var ended: FinishReason?
    var origin: Turn.Origin?
    var draw: UInt64?
    var symbols: Int?
    /// True of a reply that a text ended before which it was to end.
    var stop: Bool?
    var turns: Int?
    /// Of a turn whose state is taken, from 1.
    var turn: Int?
    /// Of a head that is silenced, from 1.
    var layer: Int?
    var head: Int?
    /// The values of a state from outside, 32-bit floats, least significant byte first; Base64 in JSON.
    var state: Data?
    /// Of a mark, or of a state's file.
    var name: String?
    var setting: String?
    var value: SettingValue?
    /// ISO 8601, UTC; for human readers, nothing depends on it.
    var at: String?
    /// SHA-256 of the line before, lower-case hexadecimal.
    var previous: String?

    /// The newest version of the format; which one a transcript has is its `ReplyRule`.
    static let version = ReplyRule.wellFormed.rawValue

    /// Lower-case hexadecimal SHA-256 of a line's bytes, the newline not included.
    package static func hash(_ line: Data) -> String { SHA256.hash(data: line).hexadecimal }

    /// How every first line begins: keys are in order, and this is the first of a header.
    static let beginning = "{\"charchat\":"

    /// The line's bytes, without the newline.
    func encoded() -> Data {
        // Strings and finite numbers always encode; settings are checked before they get here.
        (try? StableJSON.encode(self)) ?? Data()
    }

    init() {}
}

/// A seed is a 64-bit integer; the other settings are fractions.
enum SettingValue: Codable, Equatable {
    case whole(UInt64)
    case fraction(Double)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let whole = try? container.decode(UInt64.self) {
            self = .whole(whole)
        } else {
            self = .fraction(try container.decode(Double.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .whole(let value): try container.encode(value)
        case .fraction(let value): try container.encode(value)
        }
    }

    var number: Double {
        switch self {
        case .whole(let value): Double(value)
        case .fraction(let value): value
        }
    }
}

// MARK: - Values to lines

extension TranscriptEvent {
    /// The kind of its line.
    var kind: LineKind {
        switch self {
        case .user: .user
        case .assistant(let reply):
            reply.continued ? .continuedReply : reply.regenerated ? .regeneratedReply : .reply
        case .system: .system
        case .undo: .undo
        case .redo: .redo
        case .clear: .clear
        case .take: .take
        case .silence: .silence
        case .load: .load
        case .mark: .mark
        case .back: .back
        case .set: .set
        case .fork: .fork
        case .close: .close
        }
    }
}

extension TranscriptLine {
    init(_ header: TranscriptHeader) {
        charchat = header.settings.rule.rawValue
        created = header.created
        model = header.model
        seed = header.settings.seed
        temperature = header.settings.sampling.temperature
        top_p = header.settings.sampling.topP
        length_limit = header.settings.lengthLimit
        parent = header.parent
    }

    init(_ event: TranscriptEvent, at: String?, previous: String) {
        self.at = at
        self.previous = previous
        (role, self.event) = event.kind.names
        switch event {
        case .user(let text), .system(let text): content = text
        case .assistant(let reply):
            content = reply.content
            ended = reply.finishReason
            stop = reply.endedByStop ? true : nil
            switch reply.origin {
            case .imported: origin = .imported
            case .generated: (draw, symbols) = (reply.draw, reply.symbolCount)
            }
        case .undo(let count), .redo(let count): turns = count
        case .clear, .close: break
        case .take(let turn): self.turn = turn
        case .silence(let layer, let head): (self.layer, self.head) = (layer, head)
        case .load(let given):
            state = Data(littleEndian: given.values)
            switch given.origin {
            case .file(let name): self.name = name
            case .session(let parent): self.parent = parent
            }
        case .mark(let name), .back(let name): self.name = name
        case .fork(let parent): self.parent = parent
        case .set(let change):
            switch change {
            case .temperature(let number): (setting, value) = ("temperature", .fraction(number))
            case .topP(let number): (setting, value) = ("top_p", .fraction(number))
            case .seed(let number): (setting, value) = ("seed", .whole(number))
            case .lengthLimit(let number):
                (setting, value) = ("length_limit", .whole(UInt64(clamping: number)))
            }
        }
    }
}

// MARK: - Lines to values

extension TranscriptLine {
    /// Why a line cannot be used: an event of another version, or something malformed.
    enum Problem: Error {
        case unknownEvent(String)
        case malformed(String)
        case newerVersion(Int)
    }

    func header() throws -> TranscriptHeader {
        guard let charchat else { throw Problem.malformed("it lacks the field charchat") }
        guard charchat <= Self.version else { throw Problem.newerVersion(charchat) }
        guard let rule = ReplyRule(rawValue: charchat) else {
            throw Problem.malformed("it has format version \(charchat)")
        }
        guard let model else { throw Problem.malformed("it lacks the field model") }
        guard let seed else { throw Problem.malformed("it lacks the field seed") }
        var settings = SessionSettings(seed: seed)
        settings.rule = rule
        if let temperature { settings.sampling.temperature = temperature }
        if let top_p { settings.sampling.topP = top_p }
        if let length_limit { settings.lengthLimit = length_limit }
        do {
            try settings.validate()
        } catch {
            throw Problem.malformed("\(error)")
        }
        return TranscriptHeader(
            model: model, created: created ?? "", settings: settings, parent: parent)
    }

    func transcriptEvent() throws -> TranscriptEvent {
        guard let kind = LineKind(role: role, event: event) else {
            guard let name = event ?? role else {
                throw Problem.malformed("it has neither role nor event")
            }
            throw Problem.unknownEvent(name)
        }
        switch kind {
        case .user: return .user(try needed(content, "content"))
        case .system: return .system(try needed(content, "content"))
        case .reply, .regeneratedReply, .continuedReply:
            if let symbols, symbols < 0 { throw Problem.malformed("symbols is negative") }
            return .assistant(
                RecordedReply(
                    content: try needed(content, "content"), finishReason: ended ?? .complete,
                    origin: origin ?? .generated, draw: draw ?? 0, symbolCount: symbols,
                    regenerated: kind == .regeneratedReply, continued: kind == .continuedReply,
                    endedByStop: stop ?? false))
        case .undo: return .undo(try needed(turns, "turns"))
        case .redo: return .redo(try needed(turns, "turns"))
        case .clear: return .clear
        case .take: return .take(turn: try needed(turn, "turn"))
        case .silence:
            let numbers = (layer: try needed(layer, "layer"), head: try needed(head, "head"))
            guard numbers.layer > 0, numbers.head > 0 else {
                throw Problem.malformed("layers and heads count from 1")
            }
            return .silence(layer: numbers.layer, head: numbers.head)
        case .load: return .load(try givenState())
        case .mark: return .mark(try needed(name, "name"))
        case .back: return .back(try needed(name, "name"))
        case .fork: return .fork(try needed(parent, "parent"))
        case .set: return .set(try settingChange())
        case .close: return .close
        }
    }

    private func givenState() throws -> GivenState {
        let bytes = try needed(state, "state")
        let values = [Float](littleEndian: bytes)
        guard bytes.count == 4 * values.count, values.allSatisfy(\.isFinite) else {
            throw Problem.malformed("its state is not a row of finite numbers")
        }
        if let parent { return GivenState(values: values, origin: .session(parent)) }
        return GivenState(values: values, origin: .file(try needed(name, "name")))
    }

    private func settingChange() throws -> SettingChange {
        let value = try needed(value, "value")
        var settings = SessionSettings()
        let change: SettingChange
        switch (try needed(setting, "setting"), value) {
        case ("temperature", _): change = .temperature(value.number)
        case ("top_p", _): change = .topP(value.number)
        case ("seed", .whole(let seed)): change = .seed(seed)
        case ("length_limit", .whole(let limit)): change = .lengthLimit(Int(clamping: limit))
        case (let name, _): throw Problem.unknownEvent("set \(name)")
        }
        settings.apply(change)
        do {
            try settings.validate()
        } catch {
            throw Problem.malformed("\(error)")
        }
        return change
    }

    private func needed<T>(_ value: T?, _ name: String) throws -> T {
        guard let value else { throw Problem.malformed("it lacks the field \(name)") }
        return value
    }
}

/// Dates as transcripts have them: ISO 8601, UTC, whole seconds, whatever the locale.
enum Timestamp {
    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle())
    }
}
