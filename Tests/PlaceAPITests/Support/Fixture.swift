import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// The registry that most tests of the interface ask: made-up square municipalities, real names, and places that each
/// stand for something that could go wrong.
enum Fixture {
  /// A municipality: code, names, square in EPSG:3067 (west, south, east, north), last day, successor.
  struct Area: Sendable {
    var code: String
    var fi: String
    var sv: String
    var box: BoundingBox?
    var validTo: String?
    var successor: String?
  }

  static let areas = [
    Area(code: "853", fi: "Turku", sv: "Åbo", box: .init(west: 230_000, south: 6.7e6, east: 245_000, north: 6.72e6)),
    Area(
      code: "202", fi: "Kaarina", sv: "S:t Karins",
      box: .init(west: 245_000, south: 6.7e6, east: 260_000, north: 6.72e6)),
    Area(
      code: "091", fi: "Helsinki", sv: "Helsingfors",
      box: .init(west: 380_000, south: 6.665e6, east: 400_000, north: 6.69e6)),
    // Their border is the meridian 27° E, where eastings are 500,000 exactly.
    Area(
      code: "398", fi: "Lahti", sv: "Lahtis", box: .init(west: 490_000, south: 6.7e6, east: 500_000, north: 6.72e6)),
    Area(
      code: "111", fi: "Heinola", sv: "Heinola", box: .init(west: 500_000, south: 6.7e6, east: 510_000, north: 6.72e6)),
    Area(code: "529", fi: "Naantali", sv: "Nådendal"),
    Area(code: "485", fi: "Merimasku", sv: "Merimasku", validTo: "2008-12-31", successor: "529"),
    Area(code: "532", fi: "Nastola", sv: "Nastola", validTo: "2015-12-31", successor: "398"),
  ]

  static let postalCodes: [(code: String, fi: String, sv: String, municipality: String)] = [
    ("20100", "Turku", "Åbo", "853"), ("20720", "Turku", "Åbo", "853"), ("20780", "Kaarina", "S:t Karins", "202"),
    ("00100", "Helsinki", "Helsingfors", "091"), ("21160", "Merimasku", "Merimasku", "485"),
    ("15100", "Lahti", "Lahtis", "398"),
  ]

  /// A division: OCD id behind the country, type, names, square.
  struct Part: Sendable {
    var id: String
    var type: DivisionType
    var fi: String
    var sv: String
    var box: BoundingBox?

    var names: Set<String> { [Folding.fold(fi), Folding.fold(sv)] }
  }

  static let parts = [
    // Two halves of Turku: same:4 stands on the line between them, kaarina:hall on the eastern one's outer edge.
    Part(
      id: "kunta:turku/suuralue:lansi", type: .district, fi: "Länsi-Turku", sv: "Västra Åbo",
      box: .init(west: 230_000, south: 6.7e6, east: 241_000, north: 6.72e6)),
    Part(
      id: "kunta:turku/suuralue:ita", type: .district, fi: "Itä-Turku", sv: "Östra Åbo",
      box: .init(west: 241_000, south: 6.7e6, east: 245_000, north: 6.72e6)),
    Part(
      id: "kunta:turku/osa-alue:keskusta", type: .neighborhood, fi: "Keskusta", sv: "Centrum",
      box: .init(west: 238_000, south: 6.709e6, east: 240_000, north: 6.712e6)),
    Part(
      id: "kunta:turku/osa-alue:pyhä_jaakko", type: .subDistrict, fi: "Pyhä Jaakko", sv: "S:t Jakob",
      box: .init(west: 239_000, south: 6.7095e6, east: 241_500, north: 6.711e6)),
    Part(
      id: "kunta:kaarina/osa-alue:keskusta", type: .neighborhood, fi: "Keskusta", sv: "Centrum",
      box: .init(west: 245_000, south: 6.705e6, east: 250_000, north: 6.715e6)),
    Part(id: "kunta:helsinki/osa-alue:kamppi", type: .neighborhood, fi: "Kamppi", sv: "Kampen"),
    // The register answers for it; by this square half of Turku would lie in it.
    Part(
      id: "kunta:kaarina", type: .muni, fi: "Kaarina", sv: "S:t Karins",
      box: .init(west: 235_000, south: 6.7e6, east: 260_000, north: 6.72e6)),
  ]

  static func change(_ part: Part) throws -> DivisionChange {
    var change = DivisionChange(id: try DivisionID("ocd-division/country:fi/" + part.id))
    change.type = part.type
    change.name = LocalizedText([.fi: part.fi, .sv: part.sv])
    let municipality = areas.first { part.id.hasPrefix("kunta:" + $0.fi.lowercased()) }
    change.municipality = try municipality.map { try MunicipalityCode($0.code) }
    if let box = part.box { change.boundary = .replaced(by: wkt(box)) }
    return change
  }

  static func change(_ area: Area) throws -> MunicipalityChange {
    var change = MunicipalityChange(code: try MunicipalityCode(area.code))
    change.name = LocalizedText([.fi: area.fi, .sv: area.sv])
    change.languageClass = "fi-sv"
    change.regionCode = "02"
    change.regionName = LocalizedText([.fi: "Varsinais-Suomi", .sv: "Egentliga Finland"])
    change.validTo = area.validTo
    change.successors = try area.successor.map { [try MunicipalityCode($0)] }
    change.boundary = area.box.map { wkt($0) }
    return change
  }

  static func wkt(_ b: BoundingBox) -> String {
    "POLYGON((\(b.west) \(b.south), \(b.east) \(b.south), \(b.east) \(b.north), \(b.west) \(b.north), "
      + "\(b.west) \(b.south)))"
  }

  /// Writes municipalities, postal codes and ``places``, then the events that no route can make yet.
  static func write(to database: TestDatabase) async throws {
    try await writeGeography(to: database)
    let engine = TestDatabase.engine
    _ = try await database.client.query(
      "insert into organization (id, name) values ('org-a', 'A'), ('org-b', 'B'), ('turku', 'Turku')")
    let places = places
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      try await transaction.save(places.map { try PlaceChange($0, existing: nil, engine: engine) })
    }
    _ = try await database.client.query("update data_source set organization = 'org-b' where id = 'kaarina'")
    let ids = events.keys.sorted()
    _ = try await database.client.query(
      """
      update place_key k set n_events = e.n, last_event_end = e.ends
      from unnest(\(ids)::text[], \(ids.map { events[$0]?.count ?? 0 })::int[],
        \(ids.map { events[$0]?.isUpcoming == true ? "2999-01-01" : "2001-01-01" })::timestamptz[]) e (id, n, ends)
      where k.id = e.id
      """)
    _ = try await database.client.query(
      """
      update place_key k set modified = m.time
      from unnest(\(places.map(\.id.description))::text[],
        \(places.indices.map { modified($0).description })::timestamptz[]) m (id, time) where k.id = m.id
      """)
  }

  static func writeGeography(to database: TestDatabase) async throws {
    let source = try DataSourceID("fi")
    let changes = try areas.map { try change($0) }
    let records = try postalCodes.map {
      PostalCodeRecord(
        code: try PostalCode($0.code), postOffice: try #require(LocalizedText([.fi: $0.fi, .sv: $0.sv])),
        municipality: try MunicipalityCode($0.municipality), type: "normal")
    }
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      _ = try await transaction.saveMunicipalities(changes, source: source)
      _ = try await transaction.savePostalCodes(records, source: source)
      _ = try await transaction.saveDivisions(try parts.map { try change($0) }, source: source)
    }
  }

  /// When the nth place was changed last: three share each second, so that the order by time has ties.
  static func modified(_ index: Int) -> Timestamp {
    Timestamp(microseconds: 1_750_000_000_000_000 + Int64(index / 3) * 1_000_000)
  }
}
