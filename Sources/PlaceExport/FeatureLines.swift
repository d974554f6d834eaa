import Geodesy
import PlaceStore
import Places

/// Rows as a GeoJSON FeatureCollection, one feature a line. In degrees of WGS 84 it is RFC 7946; in another CRS it has the
/// `crs` member of GeoJSON 2008, which GIS programs understand. x (easting, longitude) always comes first.
struct FeatureLines {
  private let columns: [ExportColumn]
  private var isFirst = true

  init(_ columns: [ExportColumn]) { self.columns = columns }

  /// What stands before the features: the state that they show, their sources and the CRS.
  func header(_ report: ExportReport, into bytes: inout [UInt8]) {
    var w = JSONWriter()
    w.beginObject()
    w.member("type", "FeatureCollection")
    w.member("name", report.kind.rawValue)
    if let crs = report.crs, crs != PlacePosition.geographicSRID {
      w.key("crs")
      w.beginObject()
      w.member("type", "name")
      w.key("properties")
      w.beginObject()
      w.member("name", "urn:ogc:def:crs:EPSG::\(crs)")
      w.endObject()
      w.endObject()
    }
    report.state(&w)
    w.key("features")
    w.beginArray()
    bytes.append(contentsOf: w.bytes)
  }

  mutating func row(_ row: ExportRow, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: isFirst ? "\n".utf8 : ",\n".utf8)
    isFirst = false
    var w = JSONWriter(capacity: 1024)
    w.beginObject()
    w.member("type", "Feature")
    w.member("id", row.id)
    w.key("geometry")
    if let point = row.point {
      w.beginObject()
      w.member("type", "Point")
      w.key("coordinates")
      w.beginArray()
      w.double(point.x)
      w.double(point.y)
      w.endArray()
      w.endObject()
    } else {
      w.null()
    }
    w.key("properties")
    w.beginObject()
    for (column, cell) in zip(columns, row.cells) {
      w.key(column.name)
      w.value(cell.json)
    }
    w.endObject()
    w.endObject()
    bytes.append(contentsOf: w.bytes)
  }

  func footer(rows: Int, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\n],\"numberReturned\":\(rows)}\n".utf8)
  }
}
