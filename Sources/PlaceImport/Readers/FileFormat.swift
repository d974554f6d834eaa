/// What a file is, told from its first bytes, else from its name.
enum FileFormat: Hashable {
  case csv, json, postalCodes, streets, buildings
  /// What GDAL reads: GeoPackage, Shapefile, GML and the like.
  case vector

  private static let archives: [(magic: [UInt8], name: String, mend: String)] = [
    ([0x1F, 0x8B], "gzip", "gunzip"), ([0x42, 0x5A, 0x68], "bzip2", "bunzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "unxz"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-zip", "7z x"),
    ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard", "unzstd"), (Array("Rar!".utf8), "RAR", "unrar x"),
  ]

  private static let foreign: [(magic: [UInt8], what: String)] = [
    ([0xD0, 0xCF, 0x11, 0xE0], "a document of an old office program (.xls): save it as .xlsx or CSV"),
    (Array("%PDF".utf8), "a PDF: ask for the data as a table or GIS file"),
    (Array("PAR1".utf8), "a Parquet file: convert it to GeoPackage or CSV (ogr2ogr)"),
    ([0x89, 0x50, 0x4E, 0x47], "a picture"), ([0xFF, 0xD8, 0xFF], "a picture"),
  ]

  /// Formats that are told by their first bytes alone: a file of that name without them is damaged.
  private static let binary = ["gpkg", "shp", "fgb", "xlsx", "ods", "sqlite"]

  /// Looks at a file's beginning. Throws ``ImportFailure`` for archives and for what is no table.
  static func detect(_ start: [UInt8], name: String) throws -> FileFormat {
    let suffix = name.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
    func begins(_ text: String) -> Bool { start.starts(with: Array(text.utf8)) }
    if begins("SQLite format 3") || start.starts(with: [0x66, 0x67, 0x62]) && suffix != "csv" && isFlatGeobuf(start) {
      return .vector
    }
    if start.starts(with: [0x00, 0x00, 0x27, 0x0A]) {
      if suffix == "shx" || suffix == "sbn" {
        throw ImportFailure("format-unsupported", "\(name) is the index of a Shapefile: name its .shp.")
      }
      return .vector
    }
    if begins("PK\u{3}\u{4}") { return try zip(start, name: name, suffix: suffix) }
    if let archive = archives.first(where: { start.starts(with: $0.magic) }) {
      throw ImportFailure(
        "archive", "\(name) is compressed (\(archive.name)): unpack it first (\(archive.mend)) and name the file in it."
      )
    }
    if let foreign = foreign.first(where: { start.starts(with: $0.magic) }) {
      throw ImportFailure("format-unsupported", "\(name) is \(foreign.what).")
    }
    if begins("PONOT") { return .postalCodes }
    if begins("KATUN") { return .streets }
    if start.isEmpty { throw ImportFailure("file-empty", "\(name) is empty.") }
    if binary.contains(suffix) {
      throw ImportFailure(
        "format-mismatch", "\(name) is no .\(suffix) file, or is damaged: its first bytes are others.")
    }
    return try text(start, name: name, suffix: suffix)
  }

  /// Magic bytes with a version between.
  private static func isFlatGeobuf(_ start: [UInt8]) -> Bool {
    start.count >= 8 && Array(start[4..<7]) == [0x66, 0x67, 0x62]
  }

  private static func zip(_ start: [UInt8], name: String, suffix: String) throws -> FileFormat {
    let length = start.count > 29 ? Int(start[26]) | Int(start[27]) << 8 : 0
    let first = String(decoding: start.dropFirst(30).prefix(length), as: UTF8.self)
    let isWorkbook = ["[Content_Types].xml", "_rels/", "xl/", "docProps/"].contains { first.hasPrefix($0) }
    if isWorkbook && suffix != "zip" || first == "mimetype" && suffix == "ods" { return .vector }
    throw ImportFailure(
      "archive",
      "\(name) is a zip archive\(suffix == "kmz" ? " (KMZ)" : ""): unpack it first (unzip) and name the file in it, of a "
        + "Shapefile its .shp.")
  }

  private static func text(_ start: [UInt8], name: String, suffix: String) throws -> FileFormat {
    if ["opt"].contains(suffix) { return .buildings }
    // UTF-16 has a zero beside each of these characters.
    let mark = TextEncoding.byteOrderMark(start)?.length ?? 0
    let visible = start.dropFirst(mark).first { $0 > 0x20 }
    switch visible {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
    case UInt8(ascii: "<"):
      let head = String(decoding: start.prefix(1000), as: UTF8.self).lowercased()
      if head.contains("<html") || head.contains("<!doctype html") {
        throw ImportFailure(
          "format-unsupported", "\(name) is a web page (a sign-in or an error page instead of the data?).")
      }
      return .vector
    default: break
    }
    let content = start.dropFirst(mark)
    let isMapInfo = content.starts(with: Array("!table".utf8)) || content.starts(with: Array("!Table".utf8))
    if isMapInfo || suffix == "mif" || suffix == "tab" && content.starts(with: Array("!".utf8)) { return .vector }
    switch suffix {
    case "json", "geojson", "ndjson", "jsonl", "geojsonl", "geojsons":
      throw ImportFailure("json", "\(name) is no JSON: it begins with neither { nor [.", line: 1)
    case "gml", "kml", "xml":
      throw ImportFailure("format-mismatch", "\(name) is no XML: it does not begin with <.", line: 1)
    case "dbf", "shx", "prj", "cpg":
      throw ImportFailure("format-unsupported", "\(name) is a part of a Shapefile: name its .shp.")
    default: return .csv
    }
  }
}
