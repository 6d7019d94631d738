// swift-tools-version: 6.2
import PackageDescription

// Two small tools on top of the libraries: `swift run talk`, `swift run learn` in this folder.
let package = Package(
    name: "library",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "charchat", path: "../..")],
    targets: [
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
