import Places

/// One feature of a file, not yet understood.
public struct GeoJSONFeature: Sendable, Hashable {
  /// The physical line on which it begins.
  public let line: Int
  /// Its `id`.
  public let id: JSONValue?
  /// Its `properties`, an empty object when it has none.
  public let properties: JSONValue
  /// Its `geometry`; nil when it is null or absent.
  public let geometry: JSONValue?
  /// The geometry where the format gave it ready; `geometry` is nil then.
  public let shape: Geometry?
  /// Why it can't be used.
  public let fault: RowFault?

  /// Makes a feature from what was read.
  public init(
    line: Int, id: JSONValue?, properties: JSONValue, geometry: JSONValue?, shape: Geometry? = nil,
    fault: RowFault? = nil
  ) {
    self.shape = shape
    self.line = line
    self.id = id
    self.properties = properties
    self.geometry = geometry
    self.fault = fault
  }

  /// Makes a feature from a row, its columns as properties and its geometry: files of municipalities come as both.
  public init(row: SourceRow, header: [String]) {
    let members = zip(header, row.fields).filter { !$0.0.isEmpty && !$0.1.isEmpty }
      .map { JSONValue.Member($0.0, .string($0.1)) }
    self.init(
      line: row.line, id: nil, properties: .object(members), geometry: nil, shape: row.geometry, fault: row.fault)
  }

  init(line: Int, fault: RowFault) {
    self.init(line: line, id: nil, properties: .object([]), geometry: nil, fault: fault)
  }

  init(line: Int, json: JSONValue) {
    guard let type = json["type"]?.stringValue, json.members != nil else {
      self.init(line: line, fault: RowFault("feature", "This is no GeoJSON Feature: an object of type \"Feature\"."))
      return
    }
    guard type == "Feature" else {
      self.init(
        line: line, fault: RowFault("feature", "An object of type \"\(type)\" stands where a Feature should be."))
      return
    }
    let properties = json["properties"] ?? .null
    guard properties == .null || properties.members != nil else {
      self.init(line: line, fault: RowFault("feature", "The feature's properties are no object."))
      return
    }
    let geometry = json["geometry"] ?? .null
    self.init(
      line: line, id: json["id"], properties: properties == .null ? .object([]) : properties,
      geometry: geometry == .null ? nil : geometry)
  }
}

/// The CRS that a file names.
public enum DeclaredCRS: Sendable, Hashable {
  /// An EPSG code; CRS84 is 4326 (x is longitude everywhere here).
  case epsg(Int)
  /// A name that isn't understood: `--crs` is needed.
  case unreadable(String)

  /// Reads `urn:ogc:def:crs:EPSG::3067`, `EPSG:3067`, `http://www.opengis.net/def/crs/EPSG/0/3067`,
  /// `urn:ogc:def:crs:OGC:1.3:CRS84` and their kind.
  public init(name: String) {
    let parts = name.trimmed.split { ":/#".contains($0) }.map { $0.uppercased() }
    if let last = parts.last {
      if last == "CRS84" || last == "CRS84H" {
        self = .epsg(4326)
        return
      }
      let isEPSG = parts.count == 1 || parts.dropLast().contains("EPSG") || parts.contains("EPSG.XML")
      if isEPSG, (1...6).contains(last.utf8.count), let code = Int(last), code > 0 {
        self = .epsg(code)
        return
      }
    }
    self = .unreadable(name)
  }

  /// The code, if one was understood.
  public var epsg: Int? {
    if case .epsg(let code) = self { code } else { nil }
  }

  /// GeoJSON's old `crs` member; nil when it is null.
  init?(member: JSONValue) {
    if member == .null { return nil }
    if let name = (member["properties"]?["name"] ?? member["name"])?.stringValue ?? member.stringValue {
      self.init(name: name)
    } else if let code = member["properties"]?["code"]?.integerValue, member["type"]?.stringValue == "EPSG" {
      self = .epsg(Int(code))
    } else {
      self = .unreadable(member.text)
    }
  }
}
