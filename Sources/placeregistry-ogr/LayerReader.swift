import CGDAL
import Places
import VectorFiles

/// A layer's features as lines.
final class LayerReader {
  private let layer: OGRLayerH
  private let file: String
  private let kind: VectorFileKind
  private let encoding: String?
  private let crs: CRSDescription?
  private let columns: [Column]
  private let fidColumn: String?
  private var count = 0

  struct Column {
    let index: Int32
    let name: String
    let type: OGRFieldType
    let subtype: OGRFieldSubType
  }

  /// Throws ``VectorFileError`` when the columns can't be read.
  init(_ layer: OGRLayerH, file: String, kind: VectorFileKind, encoding: String?) throws {
    self.layer = layer
    self.file = file
    self.kind = kind
    self.encoding = encoding
    crs = CRSDescription(of: layer)
    let definition = OGR_L_GetLayerDefn(layer)
    var columns: [Column] = []
    for index in 0..<OGR_FD_GetFieldCount(definition) {
      guard let field = OGR_FD_GetFieldDefn(definition, index), let name = OGR_Fld_GetNameRef(field) else { continue }
      guard let text = CellText.decode(name, encoding) else {
        throw Self.encodingFailure(file, "the name of a column")
      }
      columns.append(
        Column(index: index, name: text, type: OGR_Fld_GetType(field), subtype: OGR_Fld_GetSubType(field)))
    }
    self.columns = columns
    let fid = OGR_L_GetFIDColumn(layer).map { String(cString: $0) } ?? ""
    fidColumn = fid.isEmpty ? nil : fid
    OGR_L_ResetReading(layer)
  }

  /// The first line.
  func head(_ layers: LayerList) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("driver")
    writer.string(kind.rawValue)
    writer.key("layers")
    layers.write(to: &writer)
    writer.key("layer")
    writer.string(OGR_L_GetName(layer).map { String(cString: $0) })
    writer.key("crs")
    if let crs { crs.write(to: &writer) } else { writer.null() }
    writer.key("columns")
    writer.beginArray()
    for column in columns { writer.string(column.name) }
    writer.endArray()
    if let fidColumn {
      writer.key("fid")
      writer.string(fidColumn)
    }
    writer.key("geometry")
    writer.string(OGRGeometryTypeToName(OGR_L_GetGeomType(layer)).map { String(cString: $0) })
    writer.endObject()
    return writer
  }

  /// The next feature's line; nil at the end. Throws ``VectorFileError`` when the rest can't be read.
  func next() throws -> JSONWriter? {
    GDALErrors.clear()
    guard let feature = OGR_L_GetNextFeature(layer) else {
      if let message = GDALErrors.last {
        throw VectorFileError("file-broken", "\(file) can't be read beyond feature \(count): \(message)")
      }
      return nil
    }
    defer { OGR_F_Destroy(feature) }
    count += 1
    var fault = GDALErrors.last.map { VectorFileError("feature", "This feature can't be read as it is: \($0)") }
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.key("fid")
    writer.integer(Int(OGR_F_GetFID(feature)))
    writer.key("cells")
    writer.beginArray()
    let isSheet = kind == .xlsx || kind == .ods
    for column in columns {
      let cell = CellText(feature, column, encoding: encoding, isSheet: isSheet)
      if cell.isInvalid {
        guard isEncodingKnown else { throw Self.encodingFailure(file, "\(column.name) of feature \(count)") }
        fault = VectorFileError("text-encoding", "The text of \(column.name) is not UTF-8.")
      }
      writer.string(cell.text)
    }
    writer.endArray()
    writer.key("geometry")
    if let geometry = Self.geometry(of: feature), let json = GeometryJSON(geometry, isNorthFirst: crs?.isNorthFirst) {
      json.write(to: &writer)
      if let reason = json.fault { fault = VectorFileError(reason.code, reason.detail) }
    } else {
      writer.null()
    }
    if let fault {
      writer.key("fault")
      writer.beginObject()
      writer.key("code")
      writer.string(fault.code)
      writer.key("detail")
      writer.string(fault.detail)
      writer.endObject()
    }
    writer.endObject()
    return writer
  }

  /// Whether text that is not UTF-8 is the fault of its row, and not of an encoding that has to be told.
  private var isEncodingKnown: Bool { encoding != nil || kind != .shapefile && kind != .mapinfo }

  /// The first geometry that is there: GML may have several.
  private static func geometry(of feature: OGRFeatureH) -> OGRGeometryH? {
    for index in 0..<OGR_F_GetGeomFieldCount(feature) {
      if let geometry = OGR_F_GetGeomFieldRef(feature, index) { return geometry }
    }
    return nil
  }

  private static func encodingFailure(_ file: String, _ what: String) -> VectorFileError {
    VectorFileError(
      "encoding-uncertain",
      "\(file) doesn't say in which encoding its text is, and \(what) is not UTF-8: give --encoding ISO-8859-1 (or "
        + "another).", flag: "--encoding")
  }
}
