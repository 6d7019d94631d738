// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
    name: "charchat",
    platforms: [.macOS(.v14)],
    products: [
        .library(name: "ChatCore", targets: ["ChatCore"]),
        .library(name: "ChatCorpus", targets: ["ChatCorpus"]),
        .library(name: "ChatTraining", targets: ["ChatTraining"]),
        .library(name: "ChatSearch", targets: ["ChatSearch"]),
        .library(name: "ChatEvaluation", targets: ["ChatEvaluation"]),
        .library(name: "ChatServer", targets: ["ChatServer"]),
        .executable(name: "charchat", targets: ["ChatREPL"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CReadline",
            providers: [.apt(["libreadline-dev"]), .brew(["readline"])]),
        .systemLibrary(name: "CCodecs", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CoreMath"),
        .target(name: "CoreExact"),
        .target(
            name: "ChatCore",
            dependencies: [
                "CoreExact", .target(name: "CLibCrypto", condition: .when(platforms: [.linux])),
            ],
            resources: [.copy("Resources")],
            swiftSettings: settings),
        .target(
            name: "ChatCorpus",
            dependencies: ["ChatCore", "CCodecs", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]),
        .target(
            name: "ChatTraining",
            dependencies: ["ChatCore", "ChatCorpus", "CoreMath"],
            // Only files that import CoreMath can call its loops.
            swiftSettings: settings + [.enableUpcomingFeature("MemberImportVisibility")]),
        .target(
            name: "ChatSearch",
            dependencies: [
                "ChatCore", "ChatCorpus", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "ChatEvaluation", dependencies: ["ChatCore", "ChatCorpus", "ChatSearch"],
            swiftSettings: settings),
        .target(
            name: "ChatServer",
            dependencies: [
                "ChatCore", "ChatSearch", "ChatEvaluation",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: settings),
        .executableTarget(
            name: "ChatREPL",
            dependencies: [
                "ChatCore", "ChatCorpus", "ChatTraining", "ChatSearch", "ChatEvaluation",
                "ChatServer", "CReadline", .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: settings),
        .testTarget(
            name: "ChatCoreTests",
            dependencies: [
                "ChatCore", "ChatCorpus", "ChatTraining", "ChatSearch", "ChatEvaluation",
            ],
            exclude: ["Text/Formats/Samples", "Training/Fixtures"], swiftSettings: settings),
        .testTarget(name: "ChatREPLTests", dependencies: ["ChatREPL"], swiftSettings: settings),
        .testTarget(
            name: "ChatServerTests",
            dependencies: [
                "ChatServer", "ChatSearch", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .testTarget(name: "HouseTests", swiftSettings: settings),
    ]
)
