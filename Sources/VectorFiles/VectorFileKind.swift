/// The GIS formats that are read, told by a file's first bytes and not by its name: what is none of these never reaches
/// GDAL.
public enum VectorFileKind: String, Sendable, Hashable, CaseIterable {
  case geopackage = "GPKG"
  case shapefile = "ESRI Shapefile"
  case gml = "GML"
  case flatgeobuf = "FlatGeobuf"
  /// `.tab` and `.mif`.
  case mapinfo = "MapInfo File"
  case xlsx = "XLSX"
  case ods = "ODS"
  case kml = "KML"

  /// How many bytes from a file's beginning are looked at.
  public static let headLength = 64 * 1024

  /// The kind of a file that begins with `head` (up to ``headLength`` bytes); nil for everything else: text, JSON, VRT,
  /// archives that are no workbook. A zip file counts as XLSX until its folder is read. `name` tells apart what has no
  /// mark of its own: a `.dbf` table and MapInfo's text files.
  public init?(head: some Collection<UInt8>, name: String) {
    let bytes = Array(head.prefix(Self.headLength))
    let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if bytes.starts(with: Array("SQLite format 3\0".utf8)) {
      self = .geopackage
    } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      guard ["xlsx", "xlsm", "ods"].contains(suffix) || !["zip", "gz", "shz", "kmz"].contains(suffix) else {
        return nil
      }
      self = suffix == "ods" ? .ods : .xlsx
    } else if bytes.starts(with: Array("fgb".utf8)), bytes.count >= 8, bytes[4...].starts(with: Array("fgb".utf8)) {
      self = .flatgeobuf
    } else if bytes.starts(with: [0, 0, 0x27, 0x0A]) {
      self = .shapefile
    } else if suffix == "dbf", let first = bytes.first, [0x02, 0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5].contains(first) {
      self = .shapefile
    } else if suffix == "tab", Self.text(bytes).hasPrefix("!TABLE") {
      self = .mapinfo
    } else if suffix == "mif", Self.text(bytes).hasPrefix("VERSION") {
      self = .mapinfo
    } else if let root = Self.rootElement(of: bytes) {
      if root.name == "kml" {
        self = .kml
      } else if root.namesGML {
        self = .gml
      } else {
        return nil
      }
    } else {
      return nil
    }
  }

  /// The ending that GDAL expects of such a file.
  public var suffix: String {
    switch self {
    case .geopackage: "gpkg"
    case .shapefile: "shp"
    case .gml: "gml"
    case .flatgeobuf: "fgb"
    case .mapinfo: "tab"
    case .xlsx: "xlsx"
    case .ods: "ods"
    case .kml: "kml"
    }
  }

  /// Whether an XML file has a document type declaration before its root element: entities are declared there, and
  /// neither GML nor KML needs one.
  public static func declaresDocumentType(_ head: some Collection<UInt8>) -> Bool {
    let text = String(decoding: head.prefix(headLength), as: UTF8.self)
    return prolog(of: text).uppercased().hasPrefix("<!DOCTYPE")
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(256), as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.uppercased()
  }

  /// The root's name without prefix, and whether GML's namespace stands in the head; a document type declaration is
  /// passed over (the reader refuses it by name).
  private static func rootElement(of bytes: [UInt8]) -> (name: String, namesGML: Bool)? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" }).first == "<" else { return nil }
    var rest = prolog(of: text)
    if rest.uppercased().hasPrefix("<!DOCTYPE") {
      let namesGML = text.contains("opengis.net/gml")
      return namesGML || text.contains("<kml") ? (namesGML ? "" : "kml", namesGML) : nil
    }
    guard rest.popFirst() == "<" else { return nil }
    let name = rest.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
    return (name.split(separator: ":").last.map { $0.lowercased() } ?? "", rest.contains("opengis.net/gml"))
  }

  /// What follows the XML declaration, comments and processing instructions.
  private static func prolog(of text: String) -> Substring {
    var rest = Substring(text)
    while true {
      rest = rest.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      let end: String
      if rest.hasPrefix("<?") {
        end = "?>"
      } else if rest.hasPrefix("<!--") {
        end = "-->"
      } else {
        return rest
      }
      guard let range = rest.firstRange(of: end) else { return "" }
      rest = rest[range.upperBound...]
    }
  }
}
