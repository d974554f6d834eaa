import Geodesy
import Places
import Postgres

extension PlaceStore {
  /// The addresses that fit a question: those of the street and number asked for, where there are none those of the
  /// street by how near their number is; of a point the nearest first (geodesic metres); else in the order of streets and
  /// numbers. Throws ``StoreError``.
  public func addresses(_ asked: AddressQuery) async throws -> [FoundAddress] {
    let rows = try await query(Self.statement(asked, gazetteer: try await municipalities(), engine: engine))
    var found = try (0..<rows.count).map { try Self.address(rows, $0, asked) }
    if asked.point != nil {
      // The index orders by the plane's distance; on the ground that is off by less than a part in a thousand.
      found.sort { ($0.distance ?? .infinity, $0.id) < ($1.distance ?? .infinity, $1.id) }
    }
    if found.contains(where: { $0.match == .exact }) { found.removeAll { $0.match != .exact } }
    return Array(found.prefix(asked.limit))
  }

  static func statement(_ asked: AddressQuery, gazetteer: Gazetteer, engine: CoordinateEngine) throws -> SQL {
    var conditions: [SQL] = ["a.state = 'live'"]
    if let codes = asked.municipalities {
      // An address keeps the code of its municipality when that ends.
      let asked = Set(codes.flatMap { gazetteer.current($0) } + codes)
      let all = gazetteer.municipalities.keys.filter {
        asked.contains($0) || !asked.isDisjoint(with: gazetteer.current($0))
      }
      conditions.append("a.municipality = any(\(all.map(\.description).sorted())::text[])")
    }
    if let code = asked.postalCode { conditions.append("a.postal_code = \(code)") }
    if let ids = asked.ids { conditions.append("a.id = any(\(ids))") }
    if let prefix = asked.streetPrefix {
      // A range, so that the indexes of streets serve it whatever the plan: what begins so comes before the last letter.
      let first = Folding.fold(prefix)
      let last = first + "\u{10FFFF}"
      conditions.append(
        """
        (a.folded_fi between \(first) and \(last)
          or a.folded_sv between \(first) and \(last) and a.folded_sv is distinct from a.folded_fi)
        """)
    }
    var order: SQL = "coalesce(a.folded_fi, a.folded_sv), a.municipality, a.number, lower(a.letter), a.id"
    var limit = asked.limit
    if let point = asked.point {
      let metres = try engine.transform(point, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID)
        .coordinate
      conditions.append("a.geom is not null")
      order = "a.geom <-> st_setsrid(st_makepoint(\(metres.x), \(metres.y)), 3067), a.id"
      // A few more: those of nearly the same distance may change places on the ground.
      limit += 10
    }
    if let street = asked.street {
      let folded = Folding.fold(street)
      conditions.append(
        "(a.folded_fi = \(folded) or a.folded_sv = \(folded) and a.folded_sv is distinct from a.folded_fi)")
      if let number = asked.number, asked.point == nil {
        order = """
          case when \(number) between a.number and coalesce(a.number_end, a.number) then 0
            else coalesce(least(abs(a.number - \(number)), abs(a.number_end - \(number))), 1000000) end,
          lower(a.letter) is distinct from lower(\(asked.letter)), \(order)
          """
      }
    }
    return """
      select a.id, a.street_fi, a.street_sv, a.number, a.number_end, a.letter, a.number_text, a.postal_code,
        o.post_office::text, (select min(c.code) from current_municipalities(a.municipality) c (code)), a.lon, a.lat
      from (
        select * from address a where \(conditions.joined(separator: " and ")) order by \(order) limit \(limit)
      ) a
      left join postal_code o on o.code = a.postal_code order by \(order)
      """
  }

  private static func address(_ rows: Rows, _ row: Int, _ asked: AddressQuery) throws -> FoundAddress {
    var found = FoundAddress(id: rows.string(row, 0) ?? "")
    found.streetFi = rows.string(row, 1)
    found.streetSv = rows.string(row, 2)
    if let number = rows.int(row, 3) {
      found.number = HouseNumber(
        number, end: rows.int(row, 4), letter: rows.string(row, 5), text: rows.string(row, 6))
    }
    found.postalCode = rows.string(row, 7)
    found.postOffice = try rows.string(row, 8).flatMap { LocalizedText(json: try JSONParser.parse($0)) }
    found.municipality = try rows.string(row, 9).map { try MunicipalityCode($0) }
    if let lon = rows.double(row, 10), let lat = rows.double(row, 11) { found.position = Coordinate(x: lon, y: lat) }
    if let point = asked.point, let position = found.position {
      found.distance = Geodesic.distance(point, position)
    }
    if asked.street != nil { found.match = match(found.number, asked) }
    return found
  }

  private static func match(_ number: HouseNumber?, _ asked: AddressQuery) -> AddressMatch {
    guard let wanted = asked.number, let number else { return .street }
    guard (number.number...max(number.number, number.end ?? number.number)).contains(wanted) else {
      return .nearestNumber
    }
    guard let letter = asked.letter else { return .exact }
    return number.letter?.lowercased() == letter.lowercased() ? .exact : .nearestNumber
  }
}
