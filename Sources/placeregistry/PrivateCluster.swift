import Foundation

/// The private PostgreSQL of `Scripts/cluster`, for commands that are given no `DATABASE_URL`.
enum PrivateCluster {
  /// Registers this process as a user of the cluster, which is started if it is stopped, and tells its URL.
  static func enter(dataDirectory: String) throws -> String {
    let url = try run(["start", "--for", String(ProcessInfo.processInfo.processIdentifier)], dataDirectory)
    guard url.hasPrefix("postgres") else {
      throw Failure("There is no DATABASE_URL, and the private database could not be started.")
    }
    return url
  }

  /// Lets go of it; the last user stops it.
  static func leave(dataDirectory: String) {
    _ = try? run(["stop", "--for", String(ProcessInfo.processInfo.processIdentifier)], dataDirectory)
  }

  private static func run(_ arguments: [String], _ dataDirectory: String) throws -> String {
    guard let seeds = SeedsDirectory.locate() else {
      throw Failure("Set DATABASE_URL, or run this in the project's folder to use its private database.")
    }
    let script = URL(fileURLWithPath: seeds).deletingLastPathComponent().appending(path: "Scripts/cluster")
    guard FileManager.default.isExecutableFile(atPath: script.path) else {
      throw Failure("Set DATABASE_URL: Scripts/cluster, which keeps the private database, is not here.")
    }
    let process = Process()
    process.executableURL = script
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["PLACEREGISTRY_DATA"] = URL(fileURLWithPath: dataDirectory).path
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure("Scripts/cluster \(arguments[0]) ended with \(process.terminationStatus).")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
