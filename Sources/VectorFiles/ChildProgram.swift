import Glibc

/// Where the program `placeregistry-ogr` is.
public enum ChildProgram {
  /// The program's name.
  public static let name = "placeregistry-ogr"

  /// The path that the environment variable `PLACEREGISTRY_OGR` names, else the program beside the running one (tests
  /// run from the same build folder). Throws ``VectorFileError`` `ogr-missing`.
  public static func path() throws -> String {
    if let setting = getenv("PLACEREGISTRY_OGR") {
      let path = String(cString: setting)
      guard access(path, X_OK) == 0 else {
        throw VectorFileError("ogr-missing", "PLACEREGISTRY_OGR names \(path), which is no program.")
      }
      return path
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    let folder = own[..<(own.lastIndex(of: "/") ?? own.startIndex)]
    let path = "\(folder)/\(name)"
    guard access(path, X_OK) == 0 else {
      throw VectorFileError(
        "ogr-missing",
        "GIS files and workbooks are read by the program \(name), which is not in \(folder): build it (swift build "
          + "--product \(name)), or set PLACEREGISTRY_OGR to its path.")
    }
    return path
  }
}
