import ChatServer

/// What the chat needs of a server that keeps its sessions. `goesOn` is asked while it is waited for.
package protocol RemoteServer: AnyObject {
    var address: ServerAddress { get }
    /// Latest first.
    func sessions(while goesOn: () -> Bool) throws -> [RemoteSession]
    func turns(of name: String, while goesOn: () -> Bool) throws -> [RemoteTurn]
    /// The name of a new session.
    func begin(while goesOn: () -> Bool) throws -> String
    func takeBack(_ id: String, while goesOn: () -> Bool) throws
    /// - Parameter name: nil: nothing is kept.
    func say(
        _ text: String, in name: String?, settings: RemoteSettings, emit: (String) -> Bool
    ) throws -> RemoteReply
}

extension ServerClient: RemoteServer {}
