import Geodesy
import Places
import Postgres

extension PlaceStore {
  /// The addresses that fit a question, without their count; see ``addressPage(_:)``. Throws ``StoreError``.
  public func addresses(_ asked: AddressQuery) async throws -> [FoundAddress] {
    try await addressPage(asked).addresses
  }

  /// The addresses that fit a question: those of the street and number asked for, where there are none those of the
  /// street by how near their number is; of a point the nearest first (geodesic metres); else in the order of streets
  /// and numbers. A street is found however it is abbreviated, in Finnish or Swedish; where that finds none, without the
  /// dots of å, ä, ö; where the register knows no such street at all, with one or two typing errors. Throws ``StoreError``.
  public func addressPage(_ asked: AddressQuery) async throws -> AddressPage {
    let gazetteer = try await municipalities()
    let filter = Self.filter(asked, gazetteer)
    if let street = asked.street {
      return try await addresses(of: try await streets([street], thoroughly: true)[0], asked, filter, gazetteer)
    }
    if let point = asked.point { return try await addresses(near: point, asked, filter, gazetteer) }
    let order = Self.order
    let rows = try await query(
      """
      select \(Self.columns("a")), a.total from (
        select a.*, count(*) over () as total from address a where \(filter) order by \(order)
        limit \(asked.limit) offset \(asked.offset)
      ) a left join postal_code o on o.code = a.postal_code order by \(order)
      """)
    let found = try (0..<rows.count).map { try Self.address(rows, $0, gazetteer) }
    return AddressPage(addresses: found, count: rows.count > 0 ? rows.int(0, Self.columnCount) ?? 0 : 0)
  }

  private static let order: SQL =
    "coalesce(a.folded_fi, a.folded_sv), a.municipality, a.number, lower(a.letter), a.id"

  private static func filter(_ asked: AddressQuery, _ gazetteer: Gazetteer) -> SQL {
    var conditions: [SQL] = ["a.state = 'live'"]
    if let codes = asked.municipalities {
      conditions.append("a.municipality = any(\(codesOfAddresses(codes, gazetteer).map(\.description))::text[])")
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
    if let offices = asked.postOffices {
      conditions.append(
        """
        a.postal_code = any(array(select o.code::text from postal_code o, jsonb_each_text(o.post_office) t
          where lower(t.value) = any(\(offices.map { $0.lowercased() })::text[])))
        """)
    }
    return conditions.joined(separator: " and ")
  }

  /// An address keeps the code of its municipality when that ends.
  static func codesOfAddresses(_ codes: [MunicipalityCode], _ gazetteer: Gazetteer) -> [MunicipalityCode] {
    gazetteer.andFormer(codes + codes.flatMap { gazetteer.current($0) })
  }

  /// The addresses of streets: of those found with the fewest errors that have any here.
  private func addresses(
    of streets: [KnownStreet], _ asked: AddressQuery, _ filter: SQL, _ gazetteer: Gazetteer
  ) async throws -> AddressPage {
    guard !streets.isEmpty else { return AddressPage(addresses: [], count: 0) }
    let letter = asked.letter ?? asked.likelyLetter
    var order: SQL = """
      a.class, a.gap, lower(a.letter) is distinct from lower(\(letter)::text),
        a.postal_code is distinct from \(asked.likelyPostalCode)::text, \(Self.order)
      """
    if let point = asked.point {
      let metres = try plane(point)
      order = "a.class, a.geom <-> st_setsrid(st_makepoint(\(metres.x), \(metres.y)), 3067), a.id"
    }
    let rows = try await query(
      """
      with hit as materialized (
        select a.pk, min(s.step) as step
        from unnest(\(streets.map(\.folded))::text[], \(streets.map(\.step))::int[]) s (folded, step)
        cross join lateral (
          select a.pk from address a where a.folded_fi = s.folded and \(filter)
          union all
          select a.pk from address a
          where a.folded_sv = s.folded and a.folded_sv is distinct from a.folded_fi and \(filter)
        ) a
        group by a.pk
      ), ranked as materialized (
        select a.*, h.step, \(Self.rank(asked.number, asked.letter)) as class, \(Self.gap(asked.number)) as gap
        from hit h join address a on a.pk = h.pk where h.step = (select min(step) from hit)
      )
      select \(Self.columns("a")), a.total, a.class, a.step from (
        select a.*, count(*) over () as total from ranked a
        where a.class = 0 or not exists (select from ranked where class = 0)
        order by \(order) limit \(asked.limit) offset \(asked.offset)
      ) a left join postal_code o on o.code = a.postal_code order by \(order)
      """)
    let first = Self.columnCount
    let found = try (0..<rows.count).map { row in
      var found = try Self.address(rows, row, gazetteer)
      found.match = Self.match(rows.int(row, first + 1))
      found.isCorrected = (rows.int(row, first + 2) ?? 0) > 0
      if let point = asked.point { found.distance = found.position.map { Geodesic.distance(point, $0) } }
      return found
    }
    return AddressPage(addresses: found, count: rows.count > 0 ? rows.int(0, first) ?? 0 : 0)
  }

  /// The addresses nearest to a point. The index orders by the plane's distance; on the ground that is off by less than
  /// four parts in a thousand, so that more are read until none farther in the plane can be nearer on the ground.
  private func addresses(near point: Coordinate, _ asked: AddressQuery, _ filter: SQL, _ gazetteer: Gazetteer)
    async throws -> AddressPage
  {
    let metres = try plane(point)
    var more = 10
    while true {
      let order: SQL = "a.geom <-> st_setsrid(st_makepoint(\(metres.x), \(metres.y)), 3067), a.id"
      let rows = try await query(
        """
        select \(Self.columns("a")), a.metres from (
          select a.*, a.geom <-> st_setsrid(st_makepoint(\(metres.x), \(metres.y)), 3067) as metres
          from address a where a.geom is not null and \(filter) order by \(order) limit \(asked.limit + more)
        ) a left join postal_code o on o.code = a.postal_code
        """)
      var found = try (0..<rows.count).map { row in
        var found = try Self.address(rows, row, gazetteer)
        found.distance = found.position.map { Geodesic.distance(point, $0) }
        return found
      }
      let farthest = (0..<rows.count).compactMap { rows.double($0, Self.columnCount) }.max() ?? 0
      found.sort { ($0.distance ?? .infinity, $0.id) < ($1.distance ?? .infinity, $1.id) }
      let isCertain =
        rows.count < asked.limit + more || (found[asked.limit - 1].distance ?? .infinity) < farthest * 0.996
      if isCertain || more > 5000 {
        let answered = Array(found.prefix(asked.limit))
        return AddressPage(addresses: answered, count: answered.count)
      }
      more *= 4
    }
  }

  private func plane(_ point: Coordinate) throws -> Coordinate {
    try engine.transform(point, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID).coordinate
  }

  /// 0: the number (and letter) asked for, 1: another one, 2: none, or none was asked for.
  static func rank(_ number: Int?, _ letter: String?) -> SQL {
    guard let number else { return "2" }
    return """
      case when a.number is null then 2
        when \(number)::int between a.number and greatest(a.number, a.number_end)
          and (\(letter)::text is null or lower(a.letter) = lower(\(letter)::text)) then 0
        else 1 end
      """
  }

  /// How far the number is from the one asked for.
  static func gap(_ number: Int?) -> SQL {
    guard let number else { return "0" }
    return """
      case when \(number)::int between a.number and greatest(a.number, a.number_end) then 0
        else coalesce(least(abs(a.number - \(number)::int), abs(a.number_end - \(number)::int)), 1000000) end
      """
  }

  static func match(_ rank: Int?) -> AddressMatch {
    switch rank {
    case 0: .exact
    case 1: .nearestNumber
    default: .street
    }
  }

  /// How many ``columns(_:)`` there are.
  static let columnCount = 15

  /// What an address is answered of; `o` is its postal code.
  static func columns(_ table: String) -> SQL {
    SQL(
      unescaped: """
        T.id, T.street_fi, T.street_sv, T.number, T.number_end, T.letter, T.number_text, T.postal_code,
        o.post_office::text, T.municipality, T.lon, T.lat, T.srid, T.x, T.y
        """.replacing("T.", with: table + "."))
  }

  static func address(_ rows: Rows, _ row: Int, _ gazetteer: Gazetteer, first: Int = 0) throws -> FoundAddress {
    var found = FoundAddress(id: rows.string(row, first) ?? "")
    found.streetFi = rows.string(row, first + 1)
    found.streetSv = rows.string(row, first + 2)
    if let number = rows.int(row, first + 3) {
      found.number = HouseNumber(
        number, end: rows.int(row, first + 4), letter: rows.string(row, first + 5), text: rows.string(row, first + 6))
    }
    found.postalCode = rows.string(row, first + 7)
    found.postOffice = try rows.string(row, first + 8).flatMap { LocalizedText(json: try JSONParser.parse($0)) }
    if let code = try rows.string(row, first + 9).map({ try MunicipalityCode($0) }) {
      found.municipality = gazetteer.current(code).first ?? code
    }
    if let lon = rows.double(row, first + 10), let lat = rows.double(row, first + 11) {
      found.position = Coordinate(x: lon, y: lat)
    }
    if let srid = rows.int(row, first + 12), let x = rows.double(row, first + 13), let y = rows.double(row, first + 14)
    {
      found.delivered = DeliveredPosition(srid: srid, x: x, y: y)
    }
    return found
  }
}
