import Geodesy
import PlaceStore
import Places
import TestDatabase

/// The fixture as plain values, and every filter as a plain condition on them: what the database is compared with.
struct Oracle {
  struct Entry {
    var place: Place
    var position: PlacePosition?
    var municipality: String?
    var events = 0
    var isUpcoming = false
    var modified = Timestamp(microseconds: 0)
    var publisher: String?
    var id: String { place.id.description }

    /// The divisions that it lies in, edges included, but for municipalities.
    var parts: [Fixture.Part] {
      guard let position else { return [] }
      let point = Coordinate(x: position.easting, y: position.northing)
      return Fixture.parts.filter { $0.type != .muni && $0.box?.contains(point) == true }
    }

    var degrees: Coordinate? { position.map { Coordinate(x: $0.longitude, y: $0.latitude) } }

    /// The position as it is answered in a CRS.
    func answered(_ srid: Int) throws -> Coordinate? {
      guard let position, let delivered = place.position else { return nil }
      if delivered.srid == srid { return Coordinate(x: delivered.x, y: delivered.y) }
      if srid == 4326 { return degrees }
      if srid == 3067 { return Coordinate(x: position.easting, y: position.northing) }
      let point = try TestDatabase.engine.transform(
        Coordinate(x: delivered.x, y: delivered.y), from: delivered.srid, to: srid
      ).coordinate
      return Coordinate(x: (point.x * 1000).rounded() / 1000, y: (point.y * 1000).rounded() / 1000)
    }
  }

  let entries: [Entry]

  init() throws {
    var entries: [Entry] = []
    for (index, place) in Fixture.places.enumerated() {
      var entry = Entry(place: place)
      entry.position = try place.position.map { try PlacePosition($0, engine: TestDatabase.engine) }
      entry.municipality = Self.municipality(of: place, entry.position)
      if let events = Fixture.events[entry.id] { (entry.events, entry.isUpcoming) = (events.count, events.isUpcoming) }
      entry.modified = Fixture.modified(index)
      entry.publisher = place.publisher ?? (place.id.source.description == "kaarina" ? "org-b" : nil)
      entries.append(entry)
    }
    // The built-in places were made today, which is later than all others.
    for area in Fixture.areas where area.validTo == nil {
      guard let name = LocalizedText([.fi: area.fi, .sv: area.sv]) else { continue }
      var place = Place(id: try PlaceID("fi:\(area.code)"), name: name)
      place.kind = .municipality
      var entry = Entry(place: place, municipality: area.code, modified: .now())
      if let box = area.box {
        // A point on its surface, which for a square is the middle.
        let middle = DeliveredPosition(srid: 3067, x: (box.west + box.east) / 2, y: (box.south + box.north) / 2)
        entry.place.position = middle
        entry.position = try PlacePosition(middle, engine: TestDatabase.engine)
      }
      entries.append(entry)
    }
    for (id, fi, kind) in [("fi:online", "Verkossa", PlaceKind.online), ("fi:various", "Eri paikat", .area)] {
      guard let name = LocalizedText([.fi: fi]) else { continue }
      var place = Place(id: try PlaceID(id), name: name)
      place.kind = kind
      entries.append(Entry(place: place, modified: .now()))
    }
    self.entries = entries
  }

  private static func current(_ code: String) -> String {
    guard let successor = Fixture.areas.first(where: { $0.code == code })?.successor else { return code }
    return current(successor)
  }

  /// Boundary, else given, else by postal code; on a border the lower code.
  private static func municipality(of place: Place, _ position: PlacePosition?) -> String? {
    if let position {
      let point = Coordinate(x: position.easting, y: position.northing)
      let holders = Fixture.areas.filter { $0.box?.contains(point) == true }.map(\.code)
      if let lowest = holders.min() { return lowest }
    }
    if let given = place.givenMunicipality { return current(given.description) }
    return Fixture.postalCodes.first { $0.code == place.postalCode?.description }.map { current($0.municipality) }
  }

  /// The places that a filter passes, in the order of its sort.
  func answer(_ query: Query) throws -> [Entry] {
    let passing = try entries.filter { entry in
      guard entry.place.isPublic else { return false }
      if !query.namesKind, entry.place.kind != .venue { return false }
      if query.isBare, entry.events == 0 { return false }
      return try query.filters.allSatisfy { try $0.passes(entry) }
    }
    return passing.sorted { a, b in
      for key in query.order {
        switch key(a, b) {
        case .some(let isBefore): return isBefore
        case .none: continue
        }
      }
      return a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
    }
  }

  /// True: a first; false: b first; nil: equal.
  typealias Order = (Entry, Entry) -> Bool?

  static func by<T: Comparable>(_ descending: Bool, _ value: @escaping (Entry) -> T) -> Order {
    { a, b in
      let (x, y) = (value(a), value(b))
      return x == y ? nil : (x < y) != descending
    }
  }

  /// Text as PostgreSQL's collation "C" orders it: by bytes.
  struct Bytes: Comparable {
    let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    static func < (a: Bytes, b: Bytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
  }

  struct Filter {
    let name: String
    let value: String
    let passes: (Entry) throws -> Bool
  }

  struct Query {
    var filters: [Filter] = []
    var extra: [(String, String)] = []
    var order: [Order] = []
    var sort: String?

    var namesKind: Bool {
      filters.contains { ["kind", "ids", "identifier"].contains($0.name) }
        || filters.contains { $0.name == "include_areas" && $0.value == "true" }
    }
    /// Only what leaves Linked Events' rule in force: the bare list holds places with events.
    var isBare: Bool {
      filters.allSatisfy { ["data_source", "publisher"].contains($0.name) }
        && !extra.contains { $0.0 == "show_all_places" && $0.1 != "false" && $0.1 != "0" }
    }
    var parameters: [(String, String)] {
      filters.map { ($0.name, $0.value) } + extra + (sort.map { [("sort", $0)] } ?? [])
    }
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
