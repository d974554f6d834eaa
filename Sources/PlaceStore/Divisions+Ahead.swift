import Places
import Postgres

extension StoreTransaction {
  /// Keeps changes that begin on a later day, while another form of the division holds until then. Their boundaries are
  /// staged under the ordinals.
  func putAhead(
    _ ordinals: [Int], _ changes: [DivisionChange], source: DataSourceID, session: String?,
    _ outcome: inout GeographyOutcome
  ) async throws {
    for ordinal in ordinals {
      let change = changes[ordinal]
      guard let day = change.validFrom else { continue }
      let key = change.id.description
      let boundary: SQL = "(select s.geom from staged_division s where s.ordinal = \(ordinal))"
      let isSame = try await connection.query(
        """
        select a.change = \(change.json.text)::jsonb and coalesce(ST_OrderingEquals(a.boundary, \(boundary)),
          num_nulls(a.boundary, \(boundary)) = 2)
        from geography_ahead a where a.entity = 'division' and a.key = \(key) and a.valid_from = \(day)::date
        """
      ).bool(0, 0)
      if isSame ?? false {
        outcome.unchanged += 1
        continue
      }
      outcome.changed += 1
      outcome.ahead += 1
      if let session {
        _ = try await connection.query(
          """
          insert into geography_before (session, entity, key, before, boundary)
          select \(session), 'ahead', 'division ' || u.key || ' ' || u.day::date, \(Self.imageOfAhead), a.boundary
          from (values (\(key), \(day))) u (key, day) left join geography_ahead a
            on a.entity = 'division' and a.key = u.key and a.valid_from = u.day::date
          on conflict do nothing
          """)
      }
      _ = try await connection.query(
        """
        insert into geography_ahead (entity, key, valid_from, change, boundary, data_source, session)
        values ('division', \(key), \(day)::date, \(change.json.text)::jsonb, \(boundary), \(source.description),
          \(session))
        on conflict (entity, key, valid_from) do update set change = excluded.change, boundary = excluded.boundary,
          data_source = excluded.data_source, session = excluded.session
        """)
    }
  }

  /// Carries out what divisions are due for between two days. Returns how many began, ended or changed.
  func applyDueDivisions(from old: String, to new: String) async throws -> Int {
    let turned = try await connection.query(
      """
      select v.id from division v
      where v.valid_from > \(old)::date and v.valid_from <= \(new)::date
        or v.valid_to >= \(old)::date and v.valid_to < \(new)::date order by 1
      """
    ).decode(Int64.self)
    var count = turned.count
    if !turned.isEmpty {
      changesGeography = true
      movedDivisions += turned
      _ = try await deriveDivisions(turned, alsoRendering: [])
    }
    for day in try await daysAhead("division", until: new) {
      let rows = try await connection.query(
        """
        with due as (
          delete from geography_ahead a where a.entity = 'division' and a.valid_from = \(day)::date returning *)
        select a.key, a.change::text, ST_AsEWKT(a.boundary, 17), a.data_source, a.session
        from due a join division v on v.ocd_id = a.key order by a.key
        """
      ).decode((String, String, String?, String, String?).self)
      for (key, text, boundary, source, session) in rows {
        var change = try DivisionChange(id: DivisionID(key), json: JSONParser.parse(text))
        change.validFrom = day
        if let boundary { change.boundary = .replaced(by: boundary) }
        var outcome = GeographyOutcome()
        try await merge([change], source: DataSourceID(source), session: session, isDue: true, &outcome)
        count += outcome.changed
      }
    }
    return count
  }
}

extension DivisionChange {
  /// The change without its id, first day and boundary, as it waits for its day.
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    if let type { members.append(.init("type", .string(type.rawValue))) }
    if let name { members.append(.init("name", name.json)) }
    if let municipality { members.append(.init("municipality", .string(municipality.description))) }
    if let validTo { members.append(.init("valid_to", .string(validTo))) }
    if let successors {
      members.append(.init("successors", .array(successors.map { .string($0.description) })))
    }
    if case .removed = boundary { members.append(.init("boundary", .null)) }
    return .object(members)
  }

  fileprivate init(id: DivisionID, json: JSONValue) throws {
    self.init(id: id)
    type = json["type"]?.stringValue.flatMap { DivisionType(rawValue: $0) }
    name = json["name"].flatMap { LocalizedText(json: $0) }
    municipality = try json["municipality"]?.stringValue.map { try MunicipalityCode($0) }
    validTo = json["valid_to"]?.stringValue
    successors = try json["successors"]?.arrayValue?.compactMap(\.stringValue).map { try DivisionID($0) }
    if json["boundary"] == .null { boundary = .removed }
  }
}
