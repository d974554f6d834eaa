import Geodesy
import PlaceStore
import Places

/// The query parameters of `/v1/place/`, read once into a ``PlaceQuery``.
enum PlaceParameters {
  static let known: Set<String> = [
    "municipality", "division", "postal_code", "post_office", "dwithin_origin", "dwithin_metres", "nearest", "bbox",
    "within",
    "srid",
    "operating_status", "kind", "include_areas", "text", "filter", "ids", "identifier", "data_source", "publisher",
    "parent", "modified_since", "show_all_places", "show_deleted", "has_upcoming_events", "sort", "page", "page_size",
    "cursor", "format", "include", "publication_status", "open_at", "open_during",
  ]

  /// The parameters that leave the bare list's rule in force: only places with events.
  private static let neutral: Set<String> = [
    "data_source", "publisher", "sort", "page", "page_size", "cursor", "srid", "format", "include", "show_all_places",
    "show_deleted", "publication_status",
  ]

  /// Also tells which state of the geography names were looked up in, where there were any. Throws ``Problem`` with
  /// everything that is wrong.
  static func read(_ query: QueryString, store: PlaceStore) async throws -> (PlaceQuery, srid: Int, geography: Int?) {
    var reader = ParameterReader(query)
    var result = PlaceQuery()
    let crs = srid(&reader, store.engine)
    let geography = try await region(&reader, &result, store)
    attributes(&reader, &result)
    if let crs { space(&reader, &result, crs, store.engine) }
    result.open = OpenParameters.read(&reader)
    life(&reader, &result)
    sort(&reader, &result)
    let isBare = query.items.allSatisfy { neutral.contains($0.name) || $0.value.isEmpty }
    result.withEvents = isBare && !reader.flag("show_all_places")
    try reader.finish()
    result.page = try reader.page()
    result.pageSize = reader.pageSize()
    return (result, crs?.srid ?? PlacePosition.geographicSRID, geography)
  }

  /// `srid`, 4326 unless given; nil (and an error) when it is unknown.
  static func srid(_ reader: inout ParameterReader, _ engine: CoordinateEngine) -> CRS? {
    let text = reader.query["srid"] ?? "4326"
    let digits = text.uppercased().hasPrefix("EPSG:") ? String(text.dropFirst(5)) : text
    guard let number = Int(digits), number > 0 else {
      reader.fail("srid", "Give the EPSG code as a whole number, such as 3067.", code: "unknown-srid")
      return nil
    }
    do { return try engine.crs(number) } catch {
      reader.fail(
        "srid",
        "EPSG:\(number) is no coordinate system that can be used here; 4326, 3067 and 3873–3885 are common ones.",
        code: "unknown-srid")
      return nil
    }
  }

  /// Reads `municipality` and `division`; tells which state of the geography they were looked up in, -1 when that
  /// changed meanwhile, nil without any.
  static func region(_ reader: inout ParameterReader, _ result: inout PlaceQuery, _ store: PlaceStore) async throws
    -> Int?
  {
    try await municipality(&reader, &result, store)
    let looked = try await division(&reader, &result, store)
    guard result.municipalities != nil else { return looked }
    let known = try await store.municipalities().geography
    return looked == nil || looked == known ? known : -1
  }

  private static func municipality(_ reader: inout ParameterReader, _ result: inout PlaceQuery, _ store: PlaceStore)
    async throws
  {
    guard let values = reader.list("municipality", limit: 400) else { return }
    var codes: [MunicipalityCode] = []
    for value in values {
      guard let found = try await store.municipality(value) else {
        reader.fail(
          "municipality", "\(value) is no municipality: give its three-digit code or its name in any language.",
          code: "unknown-municipality")
        continue
      }
      codes.append(contentsOf: try await store.municipalities().current(found.code))
    }
    result.municipalities = Set(codes).sorted()
  }

  /// Reads `division`; tells which state of the geography it was looked up in, -1 when that changed meanwhile.
  private static func division(_ reader: inout ParameterReader, _ result: inout PlaceQuery, _ store: PlaceStore)
    async throws
    -> Int?
  {
    guard let values = reader.list("division", limit: 400) else { return nil }
    let (found, geography) = try await store.divisions(asked: values)
    result.divisions = found
    return geography
  }

  private static func attributes(_ reader: inout ParameterReader, _ result: inout PlaceQuery) {
    address(&reader, &result)
    result.operatingStates = reader.choices("operating_status", OperatingState.self)
    result.kinds = reader.choices("kind", PlaceKind.self)
    result.includesAreas = reader.flag("include_areas")
    result.ids = reader.list("ids")
    result.identifiers = reader.list("identifier")
    result.dataSources = reader.list("data_source")?.map { $0.lowercased() }
    result.publishers = reader.list("publisher")
    result.parents = reader.list("parent")
    result.text = text(reader.query["text"] == nil ? "filter" : "text", &reader)
  }

  static func address(_ reader: inout ParameterReader, _ result: inout PlaceQuery) {
    result.postalCodes = reader.list("postal_code") { text throws(InvalidValue) in try PostalCode(text) }
    result.postOffices = reader.list("post_office")?.map { Folding.fold($0) }
  }

  /// Words to search for.
  static func text(_ name: String, _ reader: inout ParameterReader) -> String? {
    guard let text = reader.query[name] else { return nil }
    if text.unicodeScalars.count > 300 {
      reader.fail(name, "Give at most 300 characters.", code: "too-long")
      return nil
    }
    if Folding.fold(text).split(separator: " ").count > PlaceQuery.maximumWords {
      reader.fail(name, "Give at most \(PlaceQuery.maximumWords) words.", code: "too-long")
      return nil
    }
    return text
  }

  /// Where places must lie.
  static func space(
    _ reader: inout ParameterReader, _ result: inout PlaceQuery, _ crs: CRS, _ engine: CoordinateEngine
  ) {
    let origin = point("dwithin_origin", &reader, crs, engine)
    let metres = reader.numbers("dwithin_metres", 1, "the radius in metres")?.first
    switch (reader.query["dwithin_origin"] != nil, reader.query["dwithin_metres"] != nil) {
    case (true, false): reader.fail("dwithin_metres", "dwithin_origin needs dwithin_metres beside it.")
    case (false, true): reader.fail("dwithin_origin", "dwithin_metres needs dwithin_origin beside it.")
    default: break
    }
    if let metres, !(0...100_000).contains(metres) {
      reader.fail("dwithin_metres", "Give 0 to 100000 metres.")
    } else if let origin, let metres {
      result.radius = PlaceQuery.Radius(origin: origin, metres: metres)
    }
    result.nearest = point("nearest", &reader, crs, engine)
    if let radius = result.radius, let nearest = result.nearest, radius.origin != nearest {
      reader.fail("nearest", "With dwithin_origin both must be the same point; one of them is enough.")
    }
    if let edges = reader.numbers("bbox", 4, "west,south,east,north") {
      box(edges, &reader, &result, crs)
    }
    if let text = reader.query["within"] { area(text, &reader, &result, crs) }
  }

  /// A point "x,y" in the request's CRS as longitude and latitude.
  private static func point(
    _ name: String, _ reader: inout ParameterReader, _ crs: CRS, _ engine: CoordinateEngine
  ) -> Coordinate? {
    let isDegrees = crs.unit == .degree
    guard let numbers = reader.numbers(name, 2, isDegrees ? "longitude,latitude" : "easting,northing") else {
      return nil
    }
    let given = Coordinate(x: numbers[0], y: numbers[1])
    if isDegrees, abs(given.x) > 180 || abs(given.y) > 90 {
      reader.fail(name, "Longitude is −180 to 180 and latitude −90 to 90, longitude first.")
      return nil
    }
    if crs.srid == PlacePosition.geographicSRID { return given }
    do {
      return try engine.transform(given, from: crs.srid, to: PlacePosition.geographicSRID).coordinate
    } catch {
      reader.fail(name, "This point can't lie in EPSG:\(crs.srid), easting first: \(error)")
      return nil
    }
  }

  private static func box(_ edges: [Double], _ reader: inout ParameterReader, _ result: inout PlaceQuery, _ crs: CRS) {
    let bounds = BoundingBox(west: edges[0], south: edges[1], east: edges[2], north: edges[3])
    guard bounds.west <= bounds.east else {
      reader.fail("bbox", "West is greater than east: give west,south,east,north.")
      return
    }
    guard bounds.south <= bounds.north else {
      reader.fail("bbox", "South is greater than north: give west,south,east,north.")
      return
    }
    if crs.unit == .degree, bounds.west < -180 || bounds.east > 180 || bounds.south < -90 || bounds.north > 90 {
      reader.fail("bbox", "Longitude is −180 to 180 and latitude −90 to 90; for metres give srid as well.")
      return
    }
    result.box = PlaceQuery.Box(srid: crs.srid, bounds: bounds)
  }

  private static func area(_ text: String, _ reader: inout ParameterReader, _ result: inout PlaceQuery, _ crs: CRS) {
    do throws(WellKnownText.Invalid) {
      let polygons = try WellKnownText.polygons(text)
      let positions = polygons.joined().joined()
      if crs.unit == .degree, positions.contains(where: { abs($0.x) > 180 || abs($0.y) > 90 }) {
        reader.fail("within", "Longitude is −180 to 180 and latitude −90 to 90, longitude first.")
        return
      }
      result.area = PlaceQuery.Area(srid: crs.srid, polygons: polygons)
    } catch { reader.fail("within", error.detail) }
  }

  private static func life(_ reader: inout ParameterReader, _ result: inout PlaceQuery) {
    result.withUpcomingEvents = reader.strictFlag("has_upcoming_events")
    result.includesDeleted = reader.flag("show_deleted")
    result.modifiedSince = reader.time("modified_since")
    switch reader.query["publication_status"] {
    case nil: break
    case "public": result.isPublic = true
    case "draft": result.isPublic = false
    default: reader.fail("publication_status", "Give public or draft.")
    }
    result.cursor = cursor(&reader)
  }

  static func cursor(_ reader: inout ParameterReader) -> PlaceCursor? {
    guard let text = reader.query["cursor"] else { return nil }
    if let cursor = Paging.decode(text) { return cursor }
    reader.fail("cursor", "This is no cursor: take the whole of meta.next, or leave cursor out.")
    return nil
  }

  private static func sort(_ reader: inout ParameterReader, _ result: inout PlaceQuery) {
    for term in reader.list("sort", limit: 8) ?? [] {
      let isDescending = term.hasPrefix("-")
      guard let key = PlaceQuery.SortKey(rawValue: isDescending ? String(term.dropFirst()) : term) else {
        let keys = PlaceQuery.SortKey.allCases.map(\.rawValue).joined(separator: ", ")
        reader.fail("sort", "\(term) is no sort key; the keys are \(keys), with - before one for descending.")
        continue
      }
      guard !result.sort.contains(where: { $0.key == key }) else { continue }
      result.sort.append(PlaceQuery.SortTerm(key, descending: isDescending))
    }
    if result.sort.contains(where: { $0.key == .distance }), result.origin == nil,
      reader.query["dwithin_origin"] == nil, reader.query["nearest"] == nil
    {
      reader.fail("sort", "distance needs an origin: give nearest, or dwithin_origin and dwithin_metres.")
    }
  }
}
