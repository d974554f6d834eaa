// swift-tools-version: 6.2
import PackageDescription

// The bare Hummingbird handler that Scripts/benchmark compares /health with. A package of its own, so that the service
// never builds it.
let package = Package(
  name: "BareServer",
  dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0")],
  targets: [
    .executableTarget(name: "BareServer", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
  ]
)
