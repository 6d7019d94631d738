// swift-tools-version: 6.2
import PackageDescription

// Small tools on top of the libraries: `swift run chat`, `swift run talk`, `swift run learn` in this folder.
// The articles of the documentation show what `chat` and `learn` do.
let package = Package(
    name: "library",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "charchat", path: "../..")],
    targets: [
        .executableTarget(
            name: "chat", dependencies: [.product(name: "ChatCore", package: "charchat")]),
        // Links neither oneDNN nor SQLite.
        .executableTarget(
            name: "talk", dependencies: [.product(name: "ChatCore", package: "charchat")]),
        .executableTarget(
            name: "learn",
            dependencies: [
                .product(name: "ChatCore", package: "charchat"),
                .product(name: "ChatTraining", package: "charchat"),
            ]),
    ]
)
