import CGDAL
import Glibc
import Places
import VectorFiles

/// `write`: a file made of the rows that come on standard input. It is there, whole and on the disk, when this ends well;
/// otherwise it is not there.
final class FileWriting {
  private let command: Command
  private let format: VectorFormat
  private var columns: [(name: String, type: OGRFieldType)] = []
  private var isSpatial = false
  private var layer: OGRLayerH?
  private var count = 0
  /// How many rows make one transaction.
  private static let batch = 50_000
  /// What a sheet holds below its header.
  private static let maximumSheetRows = 1_048_575

  init(_ command: Command) throws {
    guard let format = command.format else { throw VectorFileError("usage", "write needs --driver GPKG or XLSX.") }
    self.command = command
    self.format = format
  }

  func run(to output: LineOutput) throws {
    Sandbox.limit(readOnly: false)
    try Sandbox.enter(readOnly: false)
    GDALErrors.collect()
    // An empty file is one that was made to keep the name; anything else is somebody's.
    var status = stat()
    if stat(command.path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 else {
        throw VectorFileError("file-exists", "\(command.path) is there already: remove it or choose another name.")
      }
      unlink(command.path)
    }
    do {
      try make()
    } catch {
      unlink(command.path)
      throw error
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("written")
    writer.integer(count)
    writer.endObject()
    output.line(writer)
  }

  private func make() throws {
    // A journal protects what is there; here a half-made file is removed instead, and put on disk once at the end.
    CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF")
    CPLSetConfigOption("OGR_SQLITE_JOURNAL", "OFF")
    CPLSetConfigOption("OGR_XLSX_HEADERS", "FORCE")
    var input = LineInput()
    guard let head = try input.next() else { throw VectorFileError("usage", "Standard input is empty.") }
    format == .geopackage ? RegisterOGRGeoPackage() : RegisterOGRXLSX()
    guard let driver = GDALGetDriverByName(format.rawValue),
      let dataset = GDALCreate(driver, command.path, 0, 0, 0, GDT_Unknown, nil)
    else { throw failure("The file can't be made") }
    let layer = try createLayer(dataset, head)
    self.layer = layer
    let hasTransactions = GDALDatasetTestCapability(dataset, "Transactions") != 0
    if hasTransactions { GDALDatasetStartTransaction(dataset, 0) }
    while true {
      guard let line = try input.next() else {
        throw VectorFileError("usage", "Standard input ended before its last line, which tells the number of rows.")
      }
      if let end = line["end"] {
        guard end.integerValue == Int64(count) else {
          throw VectorFileError("usage", "\(end.text) rows were announced, \(count) came.")
        }
        break
      }
      try write(line)
      if hasTransactions, count % Self.batch == 0 {
        guard GDALDatasetCommitTransaction(dataset) == OGRERR_NONE else { throw failure("The rows can't be written") }
        GDALDatasetStartTransaction(dataset, 0)
      }
    }
    if hasTransactions, GDALDatasetCommitTransaction(dataset) != OGRERR_NONE {
      throw failure("The rows can't be written")
    }
    GDALErrors.clear()
    GDALClose(dataset)
    if GDALErrors.last != nil { throw failure("The file can't be finished") }
    try syncToDisk()
  }

  private func syncToDisk() throws {
    let descriptor = open(command.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0, close(descriptor) == 0 else {
      throw VectorFileError(
        "file-unwritable", "\(command.path) can't be put on the disk: \(String(cString: strerror(errno)))")
    }
  }

  private func createLayer(_ dataset: GDALDatasetH, _ head: JSONValue) throws -> OGRLayerH {
    isSpatial = head["geometry"]?.boolValue == true && format == .geopackage
    for column in head["columns"]?.arrayValue ?? [] {
      guard let name = column["name"]?.stringValue, let type = column["type"]?.stringValue,
        let field = VectorColumn.Kind(rawValue: type)
      else { throw VectorFileError("usage", "A column has no name or type: \(column.text)") }
      // A sheet has numbers only where they are meant to be reckoned with.
      columns.append((name, field == .text ? OFTString : field == .integer ? OFTInteger64 : OFTReal))
    }
    var system: OGRSpatialReferenceH?
    if isSpatial, let srid = command.srid {
      system = OSRNewSpatialReference(nil)
      guard OSRImportFromEPSG(system, Int32(srid)) == OGRERR_NONE else { throw failure("EPSG:\(srid) is not known") }
      OSRSetAxisMappingStrategy(system, OAMS_TRADITIONAL_GIS_ORDER)
    }
    let metadata = head["metadata"]?.members ?? []
    var options: [String] = []
    if format == .geopackage {
      options = ["FID=fid", "IDENTIFIER=\(command.layer ?? "data")"]
      if isSpatial { options += ["GEOMETRY_NAME=geom", "SPATIAL_INDEX=YES"] }
      if let description = head["description"]?.stringValue { options.append("DESCRIPTION=\(description)") }
    }
    let list = options.reduce(nil) { CSLAddString($0, $1) }
    let type = isSpatial ? wkbPoint : wkbNone
    guard let layer = GDALDatasetCreateLayer(dataset, command.layer ?? "data", system, type, list) else {
      throw failure("The layer can't be made")
    }
    for column in columns {
      let field = OGR_Fld_Create(column.name, column.type)
      defer { OGR_Fld_Destroy(field) }
      guard OGR_L_CreateField(layer, field, 0) == OGRERR_NONE else {
        throw failure("The column \(column.name) can't be made")
      }
    }
    if format == .geopackage {
      for member in metadata {
        GDALSetMetadataItem(dataset, member.key, member.value.stringValue ?? member.value.text, nil)
      }
    }
    return layer
  }

  private func write(_ line: JSONValue) throws {
    guard case .array(let cells)? = line["cells"], cells.count == columns.count else {
      throw VectorFileError("usage", "Row \(count + 1) has not as many cells as there are columns.")
    }
    if format == .xlsx, count == Self.maximumSheetRows {
      throw VectorFileError(
        "too-many-rows", "A sheet of XLSX holds \(Self.maximumSheetRows) rows: write CSV or GeoPackage.")
    }
    guard let feature = OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { throw failure("Memory is short") }
    defer { OGR_F_Destroy(feature) }
    for (index, cell) in cells.enumerated() {
      let text: String
      switch cell {
      case .null: continue
      case .string(let value): text = value
      default: text = cell.text
      }
      try set(feature, index, text)
    }
    if isSpatial, case .array(let point)? = line["point"], point.count == 2, let x = point[0].doubleValue,
      let y = point[1].doubleValue
    {
      let geometry = OGR_G_CreateGeometry(wkbPoint)
      OGR_G_SetPoint_2D(geometry, 0, x, y)
      OGR_F_SetGeometryDirectly(feature, geometry)
    }
    guard OGR_L_CreateFeature(layer, feature) == OGRERR_NONE else {
      throw failure("Row \(count + 1) can't be written")
    }
    count += 1
  }

  private func set(_ feature: OGRFeatureH, _ index: Int, _ text: String) throws {
    let column = columns[index]
    switch column.type {
    case OFTInteger64:
      guard let value = Int64(text) else { throw notNumber(text, column.name) }
      OGR_F_SetFieldInteger64(feature, Int32(index), value)
    case OFTReal:
      guard let value = Double(text), value.isFinite else { throw notNumber(text, column.name) }
      OGR_F_SetFieldDouble(feature, Int32(index), value)
    default: OGR_F_SetFieldString(feature, Int32(index), text)
    }
  }

  private func notNumber(_ text: String, _ column: String) -> VectorFileError {
    VectorFileError("usage", "\"\(text)\" in \(column) of row \(count + 1) is no number of its column's type.")
  }

  private func failure(_ what: String) -> VectorFileError {
    VectorFileError("file-unwritable", "\(what): \(GDALErrors.last ?? "GDAL doesn't say why")")
  }
}
