/// The version of the library and of the program.
public let chatCoreVersion = "0.1.0"
