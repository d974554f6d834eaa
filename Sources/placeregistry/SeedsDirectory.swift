import Foundation

/// Where the folder Seeds is: `PLACEREGISTRY_SEEDS`, else in the working folder, else beside or above the program.
enum SeedsDirectory {
  static func locate() -> String? {
    if let given = ProcessInfo.processInfo.environment["PLACEREGISTRY_SEEDS"], !given.isEmpty { return given }
    var candidates = [FileManager.default.currentDirectoryPath]
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    while folder.path != "/", candidates.count < 12 {
      candidates.append(folder.path)
      folder = folder.deletingLastPathComponent()
    }
    return candidates.map { $0 + "/Seeds" }.first(where: isSeeds)
  }

  /// Whether a folder holds the reference data.
  static func isSeeds(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/reference/municipalities.csv")
  }

  /// The folder, or a refusal that says where it was looked for.
  static func require() throws -> String {
    guard let found = locate(), isSeeds(found) else {
      throw Failure(
        "The folder Seeds was not found: run this in the project's folder, or set PLACEREGISTRY_SEEDS to it.")
    }
    return found
  }
}
