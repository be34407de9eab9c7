// swift-tools-version: 6.2
import PackageDescription

// Outside products, each with its reason in docs/dependencies.md.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

// What a released program is linked with: with little to load and to relocate, it starts in half the time.
var quickToStart = [
    // All of Swift in the program itself, and that at a fixed address.
    "-static-stdlib", "-use-ld=lld", "-Xclang-linker", "-no-pie",
    "-lFoundationInternationalization", "-lFoundationEssentials", "-lCoreFoundation",
    "-l_FoundationICU", "-l_FoundationCollections", "-l_FoundationCShims",
    // Other libraries that are always needed as well; the shared ones are asked for by others.
    "-l:libstdc++.a", "-l:libyaml.a", "-l:libz.a", "-Xclang-linker", "-static-libgcc",
    "-Xlinker", "--remap-inputs=*/libstdc++.so=/dev/null",
    "-Xlinker", "--remap-inputs=*/libyaml.so=/dev/null", "-Xlinker", "--remap-inputs=*/libz.so=/dev/null",
    // Nothing looks for a symbol in it.
    "-Xlinker", "--no-export-dynamic",
]
#if arch(x86_64) || arch(arm64)
    // CGit2Loader brings libgit2 in when it is needed.
    quickToStart += ["-Xlinker", "--remap-inputs=*/libgit2.so=/dev/null"]
#endif

let package = Package(
    name: "drydock",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "drydock", targets: ["drydock"]),
        .executable(name: "drydock-entrypoint", targets: ["drydock-entrypoint"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.12.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.34.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
    ],
    targets: [
        // Tools: none of them knows Tekton.
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CGit2Loader"),
        .target(name: "YAML", dependencies: ["CYAML"]),
        .target(
            name: "Git",
            dependencies: [
                "CGit2", "CGit2Loader", "CZlib", crypto, nioCore, nioEmbedded, nioSSL, nioTLS, systemPackage,
            ]
        ),
        .target(
            name: "Docker",
            dependencies: [asyncHTTPClient, nioCore, nioHTTP1, nioPosix, crypto, logging, systemPackage]
        ),
        .target(name: "CEL"),
        .target(name: "Entrypoint", dependencies: ["CEL"]),

        // The language: Tekton's documents, what follows from them, what is wrong with them.
        .target(name: "Manifests", dependencies: ["YAML", systemPackage]),
        .target(name: "Planning", dependencies: ["Manifests", "CEL", "YAML", crypto]),
        .target(name: "Validation", dependencies: ["Planning", "Manifests", "YAML"]),
        .target(
            name: "Resolvers",
            dependencies: [
                "Manifests", "YAML", "Git", "Docker", "CZlib", asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix,
                nioSSL, systemPackage,
            ]
        ),

        // Running.
        .target(name: "Runs", dependencies: ["Planning", "Manifests", "YAML", systemPackage]),
        .target(
            name: "Pods",
            dependencies: [
                "Runs", "Planning", "Manifests", "YAML", "Docker", "Entrypoint", "Git", crypto, logging, systemPackage,
            ]
        ),

        // Doors.
        .executableTarget(
            name: "drydock",
            dependencies: [
                "YAML", "Manifests", "Planning", "Validation", "Resolvers", "Git", "Docker", "Runs", "Pods",
                argumentParser, crypto, logging, systemPackage, unixSignals,
            ],
            linkerSettings: [
                .unsafeFlags(quickToStart, .when(platforms: [.linux], configuration: .release))
            ]
        ),
        .executableTarget(
            name: "drydock-entrypoint",
            dependencies: ["Entrypoint"],
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"], .when(platforms: [.linux]))]
        ),

        // Tests, a folder for each room; EndToEndTests need an engine.
        .target(
            name: "TestSupport",
            dependencies: ["YAML", "Manifests", nioCore, nioPosix, nioSSL, systemPackage],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "TestSupport"]),
        .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport", systemPackage]),
        .testTarget(
            name: "DockerTests",
            dependencies: ["Docker", "TestSupport", nioCore, nioHTTP1, nioPosix, crypto, systemPackage]
        ),
        .testTarget(name: "EntrypointTests", dependencies: ["Entrypoint", "TestSupport"]),
        .testTarget(name: "ManifestsTests", dependencies: ["Manifests", "TestSupport"]),
        .testTarget(name: "CELTests", dependencies: ["CEL", "TestSupport"]),
        .testTarget(name: "PlanningTests", dependencies: ["Planning", "Validation", "TestSupport"]),
        .testTarget(name: "ValidationTests", dependencies: ["Validation", "TestSupport"]),
        .testTarget(
            name: "ResolversTests",
            dependencies: ["Resolvers", "Manifests", "YAML", "Git", "Docker", "TestSupport", crypto, systemPackage]
        ),
        .testTarget(name: "RunsTests", dependencies: ["Runs", "Planning", "Manifests", "YAML", "TestSupport"]),
        .testTarget(
            name: "PodsTests",
            dependencies: [
                "Pods", "Runs", "Planning", "Manifests", "YAML", "Docker", "Git", "TestSupport", systemPackage,
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Docker", "TestSupport", systemPackage]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
