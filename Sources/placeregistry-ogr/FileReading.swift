import CGDAL
import Glibc
import Places
import VectorFiles

/// `read`: a head, a line for each feature, an end.
struct FileReading {
  private let command: Command

  init(_ command: Command) { self.command = command }

  func run(to output: LineOutput) throws {
    let files = try InputFiles(path: command.path)
    Sandbox.limit(readOnly: true)
    signal(SIGXFSZ, SIG_IGN)
    try Sandbox.enter(readOnly: true)
    Sandbox.endWithParent()
    GDALErrors.collect()
    files.kind.register()
    let dataset = try open(files)
    let layers = LayerList(dataset, name: command.layer)
    // Some drivers open what they can't read to its end, and show as few rows as they like.
    if let message = GDALErrors.last {
      throw VectorFileError("file-broken", "\(files.name) can't be read as \(files.kind.rawValue): \(message)")
    }
    let layer = try layers.choose(command.layer, file: files.name)
    let reader = try LayerReader(
      layer, file: files.name, kind: files.kind, encoding: command.encoding)
    output.line(reader.head(layers))
    output.flush()
    var count = 0
    while let line = try reader.next() {
      output.line(line)
      count += 1
    }
    var end = JSONWriter()
    end.beginObject()
    end.key("end")
    end.integer(count)
    end.endObject()
    output.line(end)
  }

  private func open(_ files: InputFiles) throws -> GDALDatasetH {
    for (name, value) in Self.settings { CPLSetConfigOption(name, value) }
    var options = Self.options(for: files.kind)
    if files.kind == .shapefile, let encoding = command.encoding { options.append("ENCODING=\(encoding)") }
    let list = constant(options.reduce(nil) { CSLAddString($0, $1) })
    let drivers = constant(CSLAddString(nil, files.kind.rawValue))
    let flags = UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR)
    guard let dataset = GDALOpenEx(files.mount(), flags, drivers, list, nil) else {
      throw VectorFileError(
        "file-broken",
        "\(files.name) can't be read as \(files.kind.rawValue): \(GDALErrors.last ?? "it is not complete, or broken").")
    }
    return dataset
  }

  /// A list of strings as some functions want it.
  private func constant(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
    -> UnsafePointer<UnsafePointer<CChar>?>?
  {
    list.map { UnsafeRawPointer($0).assumingMemoryBound(to: UnsafePointer<CChar>?.self) }
  }

  /// GDAL's own rules, which no environment reaches: the child is started without one.
  private static let settings = [
    // The folder that GDAL sees holds what it needs and nothing else.
    ("GDAL_DISABLE_READDIR_ON_OPEN", "NO"),
    ("CPL_TMPDIR", InputFiles.folder),
    ("GDAL_DRIVER_PATH", "disable"),
    ("OSR_USE_APPROX_TMERC", "NO"),
    // Codes keep their leading zeros: types are guessed from the text otherwise.
    ("GML_FIELDTYPES", "ALWAYS_STRING"),
    ("GML_SKIP_RESOLVE_ELEMS", "ALL"),
    ("GML_SAVE_RESOLVED_TO", ""),
    ("GML_DOWNLOAD_WFS_SCHEMA", "NO"),
    ("GML_PARSER", "EXPAT"),
    ("OGR_XLSX_HEADERS", "FORCE"),
    ("OGR_ODS_HEADERS", "FORCE"),
    ("OGR_SQLITE_PRAGMA", "trusted_schema=OFF,temp_store=MEMORY"),
    ("OGR_SQLITE_LOAD_EXTENSIONS", ""),
  ]

  private static func options(for kind: VectorFileKind) -> [String] {
    switch kind {
    case .geopackage: ["IMMUTABLE=YES", "PRELUDE_STATEMENTS=PRAGMA trusted_schema=OFF"]
    case .gml: ["WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO", "FORCE_SRS_DETECTION=YES", "INVERT_AXIS_ORDER_IF_LAT_LONG=YES"]
    case .shapefile: ["AUTO_REPACK=NO"]
    default: []
    }
  }
}

extension VectorFileKind {
  /// Makes GDAL know this one driver: VRT, WFS and the hundred others don't exist in this process.
  func register() {
    switch self {
    case .geopackage: RegisterOGRGeoPackage()
    case .shapefile: RegisterOGRShape()
    case .gml: RegisterOGRGML()
    case .flatgeobuf: RegisterOGRFlatGeobuf()
    case .mapinfo: RegisterOGRTAB()
    case .xlsx: RegisterOGRXLSX()
    case .ods: RegisterOGRODS()
    case .kml: RegisterOGRKML()
    }
  }
}
