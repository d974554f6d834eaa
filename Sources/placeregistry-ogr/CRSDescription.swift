import CGDAL
import Places

/// A layer's coordinate reference system, told as a code where it has one or is the twin of one that has.
struct CRSDescription {
  let epsg: Int?
  let name: String
  let wkt: String?
  /// Whether the first of a position's numbers is the northing or latitude.
  let isNorthFirst: Bool

  /// Nil where the layer has none, or one that only says that it is not known.
  init?(of layer: OGRLayerH) {
    guard let given = OGR_L_GetSpatialRef(layer), let system = OSRClone(given) else { return nil }
    let name = OSRGetName(system).map { String(cString: $0) } ?? "unnamed"
    guard OSRIsLocal(system) == 0, !name.lowercased().hasPrefix("undefined"), name.lowercased() != "unknown" else {
      return nil
    }
    self.name = name
    isNorthFirst = Self.isNorthFirst(system)
    // Heights are dropped, so only the horizontal half counts.
    if OSRIsCompound(system) != 0 { OSRStripVertical(system) }
    epsg = Self.code(of: system) ?? Self.identify(system)
    if epsg == nil {
      var text: UnsafeMutablePointer<CChar>?
      OSRExportToWkt(system, &text)
      wkt = text.map { String(cString: $0) }
      VSIFree(text)
    } else {
      wkt = nil
    }
  }

  private static func isNorthFirst(_ system: OGRSpatialReferenceH) -> Bool {
    var count: Int32 = 0
    guard let mapping = OSRGetDataAxisToSRSAxisMapping(system, &count), count >= 2 else { return false }
    var orientation = OAO_Other
    OSRGetAxis(system, nil, mapping[0] - 1, &orientation)
    return orientation == OAO_North
  }

  private static func code(of system: OGRSpatialReferenceH) -> Int? {
    guard let authority = OSRGetAuthorityName(system, nil), let code = OSRGetAuthorityCode(system, nil) else {
      return nil
    }
    let number = Int(String(cString: code))
    switch String(cString: authority).uppercased() {
    case "EPSG": return number
    case "OGC": return String(cString: code).hasPrefix("CRS84") ? 4326 : nil
    default: return nil
    }
  }

  /// The code of a definition that came without one, as Shapefiles and MapInfo's files have it: only where nothing but
  /// names differs.
  private static func identify(_ system: OGRSpatialReferenceH) -> Int? {
    var count: Int32 = 0
    var confidences: UnsafeMutablePointer<Int32>?
    guard let matches = OSRFindMatches(system, nil, &count, &confidences), let confidences else { return nil }
    defer {
      OSRFreeSRSArray(matches)
      VSIFree(confidences)
    }
    let sure = (0..<Int(count)).filter { confidences[$0] >= 90 }
    let codes = sure.filter { confidences[$0] == confidences[sure[0]] }.compactMap { index in
      matches[index].flatMap { code(of: $0) }
    }
    // The UTM zone and Finland's own system are one and the same.
    return codes.contains(3067) ? 3067 : codes.first
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("epsg")
    if let epsg { writer.integer(epsg) } else { writer.null() }
    writer.key("name")
    writer.string(name)
    if let wkt {
      writer.key("wkt")
      writer.string(wkt)
    }
    writer.endObject()
  }
}
