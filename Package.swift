// swift-tools-version: 6.2
import PackageDescription

// Two switches for CI, both off in ordinary builds:
//   PLACEREGISTRY_STRICT=1      warnings are errors
//   PLACEREGISTRY_ONLY=postgres only the database client and its tests, so that sanitizer builds take a minute
//   PLACEREGISTRY_ONLY=import   all but the service and the commands, for quick work on imports and the store
//   PLACEREGISTRY_ONLY=matching only the matching of places and what it stands on, for quick work on addresses and scores
//   PLACEREGISTRY_ONLY=hours    only the opening hours and their tests, for the fuzzer and quick work on the language
let strict = Context.environment["PLACEREGISTRY_STRICT"] == "1"
let only = Context.environment["PLACEREGISTRY_ONLY"]

let swiftSettings: [SwiftSetting] =
  [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")]
  + (strict ? [.treatAllWarnings(as: .error)] : [])

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

func module(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, resources: [Resource] = [])
  -> Target
{
  .target(
    name: name, dependencies: dependencies, path: path, resources: resources.isEmpty ? nil : resources,
    swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, resources: resources.isEmpty ? nil : resources,
    swiftSettings: swiftSettings)
}

let postgresTargets: [Target] = [
  .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  module("Postgres", ["CLibPQ", logging, lifecycle]),
  tests("PostgresTests", ["Postgres", logging, lifecycle]),
]
let hoursTargets = [module("OpeningHours", []), tests("OpeningHoursTests", ["OpeningHours"])]

let matchingTargets: [Target] = [
  .systemLibrary(name: "CProj", pkgConfig: "proj", providers: [.apt(["libproj-dev"])]),
  module("Geodesy", ["CProj"]),
  module("Places", ["Geodesy", "OpeningHours"]),
  module("PlaceMatching", ["Places", "Geodesy"]),
  tests("PlaceMatchingTests", ["PlaceMatching", "Places", "Geodesy"]),
]

var targets =
  (only == "hours" || only == "matching" ? [] : postgresTargets) + (only == "postgres" ? [] : hoursTargets)

if only == nil || only == "import" || only == "matching" { targets += matchingTargets }

if only == "hours" {
  targets.append(
    .executableTarget(
      name: "HoursBenchmark", dependencies: ["OpeningHours"], path: "Benchmarks/Hours", swiftSettings: swiftSettings))
}

if only == nil || only == "import" {
  targets += [
    .systemLibrary(name: "CGDAL", pkgConfig: "gdal", providers: [.apt(["libgdal-dev"])]),
    module(
      "Schema", [], path: "Schema",
      resources: [.embedInCode("tables"), .embedInCode("functions")]),
    module(
      "PlaceStore",
      ["PlaceMatching", "Places", "OpeningHours", "Geodesy", "Postgres", "Schema", logging, lifecycle, crypto]),
    module("VectorFiles", ["Places"]),
    module(
      "PlaceImport", ["PlaceStore", "PlaceMatching", "VectorFiles", "Places", "OpeningHours", "Geodesy", logging]),
    module("PlaceExport", ["PlaceStore", "VectorFiles", "Places", "Geodesy", logging, crypto]),
    // The only program that links libgdal, which brings 114 shared libraries: a child of the others.
    .executableTarget(
      name: "placeregistry-ogr", dependencies: ["CGDAL", "VectorFiles", "Places"], swiftSettings: swiftSettings),
    module("TestDatabase", ["PlaceStore", "Postgres", "Geodesy", logging], path: "Tests/TestDatabase"),
    tests("GeodesyTests", ["Geodesy"], resources: [.copy("Fixtures")]),
    tests("PlacesTests", ["Places", "OpeningHours", "Geodesy"]),
    tests(
      "PlaceStoreTests",
      ["PlaceStore", "PlaceMatching", "Places", "OpeningHours", "Geodesy", "Postgres", "TestDatabase", logging]),
    tests("VectorFilesTests", ["VectorFiles", "Places"]),
    tests(
      "PlaceImportTests",
      ["PlaceImport", "PlaceMatching", "VectorFiles", "PlaceStore", "Places", "Geodesy", "Postgres", "TestDatabase"]),
    tests(
      "PlaceExportTests",
      ["PlaceExport", "PlaceImport", "VectorFiles", "PlaceStore", "Places", "Geodesy", "Postgres", "TestDatabase"]),
  ]
}

if only == nil {
  targets += [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module(
      "Delivery",
      ["PlaceStore", "Places", crypto, httpClient, nio, nioPosix, nioHTTP1, logging, lifecycle]),
    module(
      "PlaceAPI",
      [
        "PlaceStore", "PlaceMatching", "PlaceImport", "PlaceExport", "Delivery", "Places", "OpeningHours", "Geodesy",
        "CZlib", logging, metrics, coreMetrics, lifecycle, nio, jwt,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      resources: [.embedInCode("openapi.json"), .embedInCode("Documentation")]),
    .executableTarget(
      name: "placeregistry",
      dependencies: [
        "PlaceAPI", "PlaceImport", "PlaceExport", "Delivery", "PlaceStore", "PlaceMatching", "Places", "OpeningHours",
        "Geodesy", "Postgres", logging, metrics, lifecycle, nio,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"), coreMetrics,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: swiftSettings),
    tests(
      "DeliveryTests",
      [
        "Delivery", "PlaceStore", "Places", "Geodesy", "Postgres", "TestDatabase", crypto, logging, lifecycle, nio,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]),
    tests(
      "PlaceAPITests",
      [
        "PlaceAPI", "Delivery", "PlaceStore", "PlaceMatching", "PlaceImport", "Places", "Geodesy", "Postgres",
        "TestDatabase", logging, nio, metrics, coreMetrics, lifecycle, crypto,
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]),
    tests("CommandTests", ["TestDatabase"]),
  ]
}

var dependencies: [Package.Dependency] =
  only == "hours" || only == "matching"
  ? []
  : [
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
  ]

if only == "import" {
  dependencies.append(.package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"))
}

if only == nil {
  dependencies += [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["CommandLineArguments"]),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.10.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
  ]
}

let package = Package(
  name: "placeregistry",
  products: only != nil
    ? []
    : [
      .executable(name: "placeregistry", targets: ["placeregistry"]),
      .executable(name: "placeregistry-ogr", targets: ["placeregistry-ogr"]),
    ],
  dependencies: dependencies,
  targets: targets,
  swiftLanguageModes: [.v6]
)
