import Glibc
import Places

/// What a GIS file tells of itself before its features.
public struct VectorHead: Sendable, Hashable {
  /// A layer of the file.
  public struct Layer: Sendable, Hashable {
    /// Its name, for `--layer`.
    public let name: String
    /// How many features or rows it has; nil where they would have to be counted.
    public let features: Int?
  }

  /// The CRS that the file declares; x is easting or longitude whatever its own axis order.
  public struct CRS: Sendable, Hashable {
    /// Its EPSG code (of the horizontal half, for one with heights), nil when it is none that is known.
    public let epsg: Int?
    /// Its name.
    public let name: String
  }

  /// What the file is.
  public let kind: VectorFileKind
  /// All its layers.
  public let layers: [Layer]
  /// The layer that is read.
  public let layer: String
  /// Nil when the file tells none.
  public let crs: CRS?
  /// The names of the columns, in the file's order.
  public let columns: [String]
  /// What a GeoPackage calls its number of features, which is none of ``columns``.
  public let fidColumn: String?
  /// The type of geometry in OGR's words (`Point`, `Multi Polygon`, `None`).
  public let geometry: String
}

/// A feature as the file has it.
public struct VectorFeature: Sendable, Hashable {
  /// Its place in the file, from 1.
  public let number: Int
  /// The number that the file gives it.
  public let fid: Int64
  /// A text for each of ``VectorHead/columns``; nil where the file has nothing.
  public let cells: [String?]
  /// A GeoJSON geometry in the file's CRS, two numbers a position, easting or longitude first; nil when there is none.
  public let geometry: JSONValue?
  /// A point on an area or in the middle of a line, in the file's CRS; nil for points.
  public let surfacePoint: (x: Double, y: Double)?
  /// Whether heights were left out.
  public let hadHeight: Bool
  /// Why the feature can't be used as it is.
  public let fault: VectorFileError?

  init?(number: Int, json: JSONValue, columns: Int) {
    guard case .array(let cells)? = json["cells"], cells.count == columns else { return nil }
    self.number = number
    fid = json["fid"]?.integerValue ?? Int64(number)
    self.cells = cells.map(\.stringValue)
    geometry = json["geometry"].flatMap { $0 == .null ? nil : $0 }
    if let point = json["point"]?.arrayValue, point.count == 2, let x = point[0].doubleValue,
      let y = point[1].doubleValue
    {
      surfacePoint = (x, y)
    } else {
      surfacePoint = nil
    }
    hadHeight = json["z"]?.boolValue == true
    fault = json["fault"].flatMap { fault in
      fault["code"]?.stringValue.map { VectorFileError($0, fault["detail"]?.stringValue ?? "") }
    }
  }

  /// Whether two are the same, point for point.
  public static func == (a: VectorFeature, b: VectorFeature) -> Bool {
    a.number == b.number && a.fid == b.fid && a.cells == b.cells && a.geometry == b.geometry
      && a.surfacePoint?.x == b.surfacePoint?.x && a.surfacePoint?.y == b.surfacePoint?.y
      && a.hadHeight == b.hadHeight && a.fault == b.fault
  }

  /// By number and text, which is enough.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(number)
    hasher.combine(cells)
  }
}

/// Reads a GIS file or workbook feature by feature, with flat memory here: GDAL works in a child process with bounded
/// memory and without network, which ends with the reader.
///
/// Reading blocks the calling thread while the child works.
public final class VectorReader {
  /// What the file tells of itself.
  public let head: VectorHead
  private let file: String
  private let child: ChildProcess
  private var lines: ChildLines
  private var count = 0
  private var isAtEnd = false

  /// Opens `path` and reads as far as the first feature. `layer` is needed for files with several that hold something;
  /// `encoding` for Shapefiles that don't tell theirs. Throws ``VectorFileError``.
  public convenience init(
    path: String, layer: String? = nil, encoding: String? = nil, limits: VectorLimits = .environment
  ) throws {
    try self.init(path: path, layer: layer, encoding: encoding, limits: limits, program: nil)
  }

  /// `program` stands in for `placeregistry-ogr` in tests.
  init(path: String, layer: String?, encoding: String?, limits: VectorLimits, program: String?) throws {
    file = path.split(separator: "/").last.map(String.init) ?? path
    var arguments = ["read"]
    if let layer { arguments += ["--layer", layer] }
    if let encoding { arguments += ["--encoding", encoding] }
    // A name that begins with a dash is a file's all the same.
    arguments.append(path.hasPrefix("-") ? "./\(path)" : path)
    child = try ChildProcess(arguments: arguments, limits: limits, program: program)
    lines = ChildLines(child)
    // A workbook is read as a whole before its first row comes, a GML once for its columns.
    var status = stat()
    if stat(path, &status) == 0 { child.idleSeconds += Int(status.st_size >> 20) }
    guard let line = try lines.next() else { throw lines.abruptEnd(of: file) }
    guard let head = VectorHead(line) else {
      throw VectorFileError("ogr-crashed", "\(ChildProgram.name) is of another version than this program.")
    }
    self.head = head
    child.idleSeconds = limits.idleSeconds
  }

  /// How many bytes came from the child: progress, though not the file's own bytes.
  public var bytesRead: Int { lines.count }

  /// The next feature; nil at the end. Throws ``VectorFileError`` when the rest can't be read.
  public func next() throws -> VectorFeature? {
    guard !isAtEnd else { return nil }
    guard let line = try lines.next() else { throw lines.abruptEnd(of: file) }
    if let end = line["end"]?.integerValue {
      isAtEnd = true
      guard end == Int64(count), child.wait() == .exit(0) else { throw lines.abruptEnd(of: file) }
      return nil
    }
    count += 1
    guard let feature = VectorFeature(number: count, json: line, columns: head.columns.count) else {
      throw VectorFileError("ogr-crashed", "\(ChildProgram.name) wrote what can't be read for feature \(count).")
    }
    return feature
  }

  /// The child's process number while it runs.
  var processID: Int32 { child.processID }
}

extension VectorHead {
  init?(_ json: JSONValue) {
    guard let driver = json["driver"]?.stringValue, let kind = VectorFileKind(rawValue: driver),
      let columns = json["columns"]?.arrayValue, let layer = json["layer"]?.stringValue
    else { return nil }
    self.kind = kind
    self.layer = layer
    self.columns = columns.map { $0.stringValue ?? "" }
    layers = (json["layers"]?.arrayValue ?? []).map { layer in
      Layer(name: layer["name"]?.stringValue ?? "", features: layer["features"]?.integerValue.map { Int($0) })
    }
    crs = json["crs"].flatMap { crs in
      crs["name"]?.stringValue.map { CRS(epsg: crs["epsg"]?.integerValue.map { Int($0) }, name: $0) }
    }
    fidColumn = json["fid"]?.stringValue
    geometry = json["geometry"]?.stringValue ?? "None"
  }
}
