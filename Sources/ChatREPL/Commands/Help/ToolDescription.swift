import Foundation

/// As much of ArgumentParser's own description of a tool as the manual and the help tell.
package struct ToolDescription: Decodable {
    package struct Command: Decodable {
        package var commandName: String
        /// The commands that it is below, from the tool on.
        package var superCommands: [String]?
        package var abstract: String?
        package var discussion: String?
        package var shouldDisplay: Bool?
        package var subcommands: [Command]?
        package var arguments: [Argument]?
        package var defaultSubcommand: String?
    }

    package struct Argument: Decodable {
        package struct Name: Decodable {
            package var kind: String
            package var name: String
            package var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        package var kind: String
        package var names: [Name]?
        package var valueName: String?
        package var abstract: String?
        package var defaultValue: String?
        package var allValues: [String]?
        package var shouldDisplay: Bool
        package var isOptional: Bool
        package var isRepeating: Bool

        /// `-o, --output <FILE>`, or `<FILE>` alone.
        package var label: String {
            let short = (names ?? []).filter { $0.kind == "short" }
            let long = (names ?? []).filter { $0.kind != "short" }
            let named = (short + long).map(\.text).joined(separator: ", ")
            let value = kind == "flag" ? "" : "<\(valueName ?? "")>"
            return [named, value].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    package var command: Command

    /// - Throws: `DecodingError` for anything but what ArgumentParser's `_dumpHelp()` gives.
    package init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }

    /// The command that is called by a usage such as `charchat evaluate text <FILE>`.
    package func called(by usage: String) -> Command {
        var called = command
        for word in usage.split(separator: " ").dropFirst() {
            guard let next = called.subcommands?.first(where: { $0.commandName == word }) else {
                break
            }
            called = next
        }
        return called
    }
}
