import VectorFiles

/// What the parent asked for.
struct Command {
  enum Verb: String {
    case read, write
  }

  let verb: Verb
  let path: String
  private(set) var layer: String?
  private(set) var encoding: String?
  private(set) var format: VectorFormat?
  private(set) var srid: Int?

  /// Throws ``VectorFileError`` `usage`.
  init(arguments: [String]) throws {
    func usage(_ detail: String) -> VectorFileError { VectorFileError("usage", detail) }
    guard let first = arguments.first, let verb = Verb(rawValue: first) else {
      throw usage("placeregistry-ogr read|write … FILE")
    }
    self.verb = verb
    var path: String?
    var rest = arguments.dropFirst()
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        guard path == nil else { throw usage("One file is read or written: \(word) is one more.") }
        path = word
        continue
      }
      guard let value = rest.popFirst() else { throw usage("\(word) needs a value.") }
      switch word {
      case "--layer": layer = value
      case "--encoding": encoding = value
      case "--driver":
        format = VectorFormat(rawValue: value)
        if format == nil { throw usage("GPKG and XLSX are written, not \(value).") }
      case "--crs":
        srid = value.hasPrefix("EPSG:") ? Int(value.dropFirst(5)) : nil
        if srid == nil { throw usage("--crs takes EPSG:n, not \(value).") }
      default: throw usage("\(word) is not known.")
      }
    }
    guard let path, !path.isEmpty else { throw usage("A file is needed.") }
    // GDAL's own file systems: archives, the network, other processes' output.
    guard !path.lowercased().hasPrefix("/vsi") else {
      throw VectorFileError(
        "file-unreadable", "\(path) is no file of this machine, and only such are read and written.")
    }
    self.path = path
  }
}
