import ArgumentParser
import CReadline
import ChatCore

@main
struct Charchat: ParsableCommand {
    func run() { print(chatCoreVersion, 0) }
}
