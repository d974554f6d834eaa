import Geodesy
import Places

/// Makes questions of random filters, each beside its plain condition.
struct RandomQueries {
  var random: SeededGenerator
  let oracle: Oracle

  init(seed: UInt64, oracle: Oracle) {
    random = SeededGenerator(seed)
    self.oracle = oracle
  }

  mutating func next() throws -> Oracle.Query {
    var query = Oracle.Query()
    var makers: [(inout RandomQueries) throws -> Oracle.Filter] = [
      { $0.municipality() }, { $0.division() }, { $0.postalCode() }, { $0.postOffice() }, { $0.state() }, { $0.kind() },
      { $0.includeAreas() },
      { $0.ids() }, { $0.identifier() }, { $0.dataSource() }, { $0.publisher() }, { $0.parent() }, { $0.since() },
      { $0.upcoming() }, { try $0.box() },
    ]
    makers.shuffle(using: &random)
    for make in makers.prefix(Int.random(in: 0...3, using: &random)) { query.filters.append(try make(&self)) }
    if chance(0.3) { query.extra.append(("show_all_places", pick(["true", "1", "yes", "false", "0"]))) }
    if chance(0.25) { radius(&query) } else { defaultOrder(&query) }
    if chance(0.6) { sort(&query) }
    return query
  }

  mutating func chance(_ p: Double) -> Bool { Double.random(in: 0..<1, using: &random) < p }
  mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
  private mutating func some<T>(_ values: [T]) -> [T] {
    Array(values.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
  }

  private mutating func municipality() -> Oracle.Filter {
    let known = [
      ("853", "853"), ("turku", "853"), ("Åbo", "853"), ("åbo", "853"), ("S:t Karins", "202"), ("sankt karins", "202"),
      ("91", "091"), ("HELSINKI", "091"), ("485", "529"), ("merimasku", "529"), ("Nastola", "398"), ("111", "111"),
    ]
    let chosen = some(known)
    let codes = Set(chosen.map(\.1))
    return .init(name: "municipality", value: chosen.map(\.0).joined(separator: ",")) {
      $0.municipality.map { codes.contains($0) } ?? false
    }
  }

  private mutating func division() -> Oracle.Filter {
    let known: [(String, (Oracle.Entry) -> Bool)] = [
      ("kunta:turku", { $0.municipality == "853" }), ("Åbo", { $0.municipality == "853" }),
      ("S:t Karins", { $0.municipality == "202" }), ("kunta:merimasku", { $0.municipality == "529" }),
      ("ocd-division/country:fi/kunta:Lahti", { $0.municipality == "398" }),
      ("kunta:turku/suuralue:lansi", { $0.parts.contains { $0.fi == "Länsi-Turku" } }),
      ("östra åbo", { $0.parts.contains { $0.fi == "Itä-Turku" } }),
      ("osa-alue:keskusta", { $0.parts.contains { $0.fi == "Keskusta" } }),
      ("CENTRUM", { $0.parts.contains { $0.fi == "Keskusta" } }),
      ("kunta:kaarina/osa-alue:keskusta", { $0.parts.contains { $0.id.hasPrefix("kunta:kaarina/") } }),
      ("s:t jakob", { $0.parts.contains { $0.sv == "S:t Jakob" } }), ("Kamppi", { _ in false }),
      ("kunta:nowhere", { _ in false }), ("853", { _ in false }), ("!", { _ in false }),
    ]
    let chosen = some(known)
    return .init(name: "division", value: chosen.map(\.0).joined(separator: ",")) { entry in
      chosen.contains { $0.1(entry) }
    }
  }

  private mutating func postalCode() -> Oracle.Filter {
    let codes = some(["20100", "20720", "20780", "00100", "21160", "99999"])
    return .init(name: "postal_code", value: codes.joined(separator: ", ")) {
      $0.place.postalCode.map { codes.contains($0.description) } ?? false
    }
  }

  private mutating func postOffice() -> Oracle.Filter {
    let offices = some(["turku", "ÅBO", "Kaarina", "s:t karins", "Sankt Karins", "Nowhere"])
    let folded = Set(offices.map { Folding.fold($0) })
    return .init(name: "post_office", value: offices.joined(separator: ",")) {
      $0.place.postOffice?.values.contains { folded.contains(Folding.fold($0.text)) } ?? false
    }
  }

  private mutating func state() -> Oracle.Filter {
    let states = some(OperatingState.allCases)
    return .init(name: "operating_status", value: states.map(\.rawValue).joined(separator: ",")) {
      states.contains($0.place.operatingStatus.state)
    }
  }

  private mutating func kind() -> Oracle.Filter {
    let kinds = some(PlaceKind.allCases)
    return .init(name: "kind", value: kinds.map(\.rawValue).joined(separator: ",")) { kinds.contains($0.place.kind) }
  }

  private mutating func includeAreas() -> Oracle.Filter {
    .init(name: "include_areas", value: pick(["true", "false"])) { _ in true }
  }

  private mutating func ids() -> Oracle.Filter {
    let entries = some(oracle.entries)
    let ids = entries.map(\.id) + (chance(0.3) ? ["tprek:12345", "none:1"] : [])
    return .init(name: "ids", value: ids.joined(separator: ",")) { entry in
      ids.contains(entry.id) || ids.contains("tprek:12345") && entry.id == "turku:kupittaa-swim"
    }
  }

  private mutating func identifier() -> Oracle.Filter {
    let identifiers = some(["tprek:12345", "tprek:51342", "tprek:666", "turku:library"])
    return .init(name: "identifier", value: identifiers.joined(separator: ",")) {
      $0.place.identifiers.contains { identifiers.contains($0.description) }
    }
  }

  private mutating func dataSource() -> Oracle.Filter {
    let sources = some(["turku", "odd", "kaarina", "same", "ring", "fi", "none"])
    return .init(name: "data_source", value: sources.joined(separator: ",")) {
      sources.contains($0.place.id.source.description)
    }
  }

  private mutating func publisher() -> Oracle.Filter {
    let publishers = some(["org-a", "org-b", "none"])
    return .init(name: "publisher", value: publishers.joined(separator: ",")) {
      $0.publisher.map { publishers.contains($0) } ?? false
    }
  }

  private mutating func parent() -> Oracle.Filter {
    let parents = some(["turku:logomo", "turku:kupittaa-park", "none:1", "tprek:12345"])
    return .init(name: "parent", value: parents.joined(separator: ",")) {
      $0.place.parent.map { parents.contains($0) } ?? false
    }
  }

  private mutating func since() -> Oracle.Filter {
    let time = Fixture.modified(Int.random(in: 0...60, using: &random))
    return .init(name: "modified_since", value: time.description) { $0.modified >= time }
  }

  private mutating func upcoming() -> Oracle.Filter {
    let isWanted = chance(0.5)
    return .init(name: "has_upcoming_events", value: isWanted ? "true" : "false") { !isWanted || $0.isUpcoming }
  }

  /// A box between two places' own coordinates, so that its edges run through them.
  private mutating func box() throws -> Oracle.Filter {
    let entries = oracle.entries.filter { $0.position != nil }
    let (a, b) = (try pick(entries).answered(4326)!, try pick(entries).answered(4326)!)
    let box = BoundingBox(west: min(a.x, b.x), south: min(a.y, b.y), east: max(a.x, b.x), north: max(a.y, b.y))
    return .init(name: "bbox", value: "\(box.west),\(box.south),\(box.east),\(box.north)") {
      try $0.answered(4326).map { box.contains($0) } ?? false
    }
  }

  private mutating func radius(_ query: inout Oracle.Query) {
    let origin = chance(0.7) ? Fixture.origin : Coordinate(x: 22.3, y: 60.45)
    let metres = pick([0, 0.999, 1, 999.999, 1000, 10_000, 50_000])
    query.filters.append(
      .init(name: "dwithin_origin", value: "\(origin.x),\(origin.y)") { entry in
        entry.degrees.map { Geodesic.distance(origin, $0) <= metres + 1e-8 } ?? false
      })
    query.filters.append(.init(name: "dwithin_metres", value: "\(metres)") { _ in true })
    query.order = [Oracle.by(false) { entry in entry.degrees.map { Geodesic.distance(origin, $0) } ?? .infinity }]
  }

  private mutating func defaultOrder(_ query: inout Oracle.Query) {
    query.order = [
      Oracle.by(true) { $0.events }, Oracle.by(true) { Oracle.Bytes($0.place.id.source.description) },
      Oracle.by(false) { Oracle.Bytes(Folding.sortKey($0.place.name.preferred)) },
    ]
  }

  private mutating func sort(_ query: inout Oracle.Query) {
    let keys: [(String, (Bool) -> Oracle.Order)] = [
      ("name", { Oracle.by($0) { Oracle.Bytes(Folding.sortKey($0.place.name.preferred)) } }),
      ("id", { Oracle.by($0) { Oracle.Bytes($0.id) } }), ("n_events", { Oracle.by($0) { $0.events } }),
      ("data_source", { Oracle.by($0) { Oracle.Bytes($0.place.id.source.description) } }),
      ("postal_code", { Oracle.by($0) { Oracle.Bytes($0.place.postalCode?.description ?? "") } }),
      (
        "street_address",
        {
          Oracle.by($0) { Oracle.Bytes(Folding.sortKey($0.place.streetAddress?.values.first?.text ?? "")) }
        }
      ),
    ]
    let chosen = some(keys).map { ($0, chance(0.5)) }
    query.sort = chosen.map { ($1 ? "-" : "") + $0.0 }.joined(separator: ",")
    query.order = chosen.map { $0.1($1) }
  }
}
