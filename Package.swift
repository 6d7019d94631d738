// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
    name: "charchat",
    platforms: [.macOS(.v14)],
    products: [
        .library(name: "ChatCore", targets: ["ChatCore"]),
        .executable(name: "charchat", targets: ["ChatREPL"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CReadline",
            providers: [.apt(["libreadline-dev"]), .brew(["readline"])]),
        .systemLibrary(name: "CCodecs", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .target(name: "CoreMath"),
        .target(
            name: "ChatCore",
            dependencies: [
                "CCodecs", "CoreMath",
                .target(name: "COneDNN", condition: .when(platforms: [.linux])),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]),
        .executableTarget(
            name: "ChatREPL",
            dependencies: [
                "ChatCore", "CReadline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: settings),
        .testTarget(
            name: "ChatCoreTests", dependencies: ["ChatCore"],
            exclude: ["Text/Formats/Samples", "Training/Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "ChatREPLTests", dependencies: ["ChatREPL", "ChatCore"], swiftSettings: settings),
        .testTarget(name: "HouseTests", swiftSettings: settings),
    ]
)
