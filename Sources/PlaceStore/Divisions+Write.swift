import Places
import Postgres

/// A division to be written; what is nil is kept as it is.
public struct DivisionChange: Sendable {
  /// What happens to a boundary.
  public enum Boundary: Sendable {
    /// It stays.
    case kept
    /// It is taken away.
    case removed
    /// WKT of a polygon or multipolygon in EPSG:3067.
    case replaced(by: String)
  }

  /// The OCD id.
  public var id: DivisionID
  /// Its type; a new division needs one.
  public var type: DivisionType?
  /// Its names; languages that are absent stay. A new division needs one.
  public var name: LocalizedText?
  /// The municipality that it belongs to.
  public var municipality: MunicipalityCode?
  /// What happens to its boundary.
  public var boundary = Boundary.kept
  /// First day, `yyyy-mm-dd`. A later one than today over a division that exists: the whole change waits for it.
  public var validFrom: String?
  /// Last day, `yyyy-mm-dd`.
  public var validTo: String?
  /// Where its area went; nil: as they are.
  public var successors: [DivisionID]?

  /// Makes a change that changes nothing.
  public init(id: DivisionID) { self.id = id }
}

/// A division as it is stored, locked by the transaction that read it.
public struct StoredDivision: Sendable {
  /// The division.
  public let division: Division
  let key: Int64
}

extension StoreTransaction {
  /// The divisions with these ids, locked.
  public func lockDivisions(_ ids: [DivisionID]) async throws -> [DivisionID: StoredDivision] {
    let rows = try await connection.query(
      """
      select v.id, v.ocd_id, v.type, v.name, v.municipality, v.geom is not null, v.valid_from::text, v.valid_to::text,
        array(select t.ocd_id from division_successor r join division t on t.id = r.successor
          where r.division = v.id order by 1)
      from division v
      where v.ocd_id = any(\(ids.map(\.description))) order by v.ocd_id for no key update
      """
    ).decode((Int64, String, String, String, String?, Bool, String?, String?, [String]).self)
    var found: [DivisionID: StoredDivision] = [:]
    for row in rows {
      guard let type = DivisionType(rawValue: row.2), let name = LocalizedText(json: try JSONParser.parse(row.3)) else {
        throw StoreError.fault("A division without type or name.")
      }
      var division = Division(
        id: try DivisionID(row.1), type: type, name: name, municipality: try row.4.map { try MunicipalityCode($0) },
        hasBoundary: row.5)
      division.validFrom = row.6
      division.validTo = row.7
      division.successors = try row.8.map { try DivisionID($0) }
      found[division.id] = StoredDivision(division: division, key: row.0)
    }
    return found
  }

  /// Writes divisions, puts places into those whose boundary changed and takes them out, and derives anew the documents
  /// that this touches. New ones without type or name must have been left out. Boundaries are repaired
  /// (`ST_MakeValid`); one that encloses nothing is told in the outcome and its division left as it was. What begins on
  /// a later day waits for ``PlaceStore/applyDueGeography(today:)``.
  public func saveDivisions(_ changes: [DivisionChange], source: DataSourceID) async throws -> GeographyOutcome {
    try await holdDay()
    var outcome = GeographyOutcome()
    try await merge(changes, source: source, session: geographySession, isDue: false, &outcome)
    try await forgetOldGeography()
    return outcome
  }

  /// `isDue`: the changes were kept for the day that has come.
  func merge(
    _ changes: [DivisionChange], source: DataSourceID, session: String?, isDue: Bool, _ outcome: inout GeographyOutcome
  ) async throws {
    let today = try await registryDay()
    let known = try await lockDivisions(changes.map(\.id))
    let boundaries = try await stageBoundaries(changes)
    var described: [Int64] = []
    var moved: [Int64] = []
    var later: [Int] = []
    var succeeded: [(key: Int64, change: DivisionChange)] = []
    for (ordinal, change) in changes.enumerated() {
      let boundary = boundaries[ordinal]
      if boundary == .empty {
        outcome.withoutArea.append(change.id)
        continue
      }
      let existing = known[change.id]
      guard let division = change.applied(to: existing?.division) else {
        throw StoreError.fault("A new division without type or name: \(change.id).")
      }
      if let from = division.validFrom, let to = division.validTo, from > to {
        outcome.refusals.append(
          GeographyRefusal(
            key: change.id.description, code: "dates", field: "valid_to",
            detail: "It would end (\(to)) before it begins (\(from)): give both dates."))
        continue
      }
      if !isDue, let from = change.validFrom, from > today,
        existing.map({ ($0.division.validFrom ?? "") <= today }) ?? false
      {
        later.append(ordinal)
        continue
      }
      let isSucceeded = division.successors != existing?.division.successors ?? []
      let isDescribed = existing.map { $0.division.isDescribed(otherwiseThan: division) } ?? false
      let isMoving = boundary == .other || change.boundary.isRemoved && existing?.division.hasBoundary == true
      if existing == nil || isDescribed || isSucceeded || isMoving {
        try await rememberDivisions([change.id.description], session: session)
      }
      let key = try await write(division, over: existing, source: source)
      let isMoved = try await write(change.boundary, staged: ordinal, boundary, of: key, had: existing?.division)
      if isSucceeded { succeeded.append((key, change)) }
      if isDescribed { described.append(key) }
      // A municipality that is found in the register has no pieces of its own, nor has what doesn't hold today.
      let countsOtherwise =
        existing?.division.countsItself != division.countsItself
        || existing?.division.lasts(on: today) != division.lasts(on: today)
      if isMoved || isDescribed && countsOtherwise { moved.append(key) }
      if existing == nil {
        outcome.created += 1
      } else if isMoved || isDescribed || isSucceeded {
        outcome.changed += 1
      } else {
        outcome.unchanged += 1
      }
    }
    for (key, change) in succeeded { try await write(change.successors ?? [], of: key) }
    try await putAhead(later, changes, source: source, session: session, &outcome)
    guard outcome.created + outcome.changed > outcome.ahead else { return }
    changesGeography = true
    movedDivisions += moved
    let members = try await connection.query(
      "select distinct pk from place_division where division = any(\(described))"
    ).decode(Int64.self)
    outcome.placesChanged += try await deriveDivisions(moved, alsoRendering: members)
  }

  /// Cuts the boundaries of these divisions anew and puts places into them and out.
  func deriveDivisions(_ keys: [Int64], alsoRendering members: [Int64]) async throws -> Int {
    try await cut(keys)
    return try await follow(keys, alsoRendering: members)
  }

  private enum StagedBoundary {
    case same, other, empty
  }

  /// Repairs the boundaries and compares them with what is stored.
  private func stageBoundaries(_ changes: [DivisionChange]) async throws -> [Int: StagedBoundary] {
    try await connection.script(
      """
      create temp table if not exists staged_division (ordinal integer primary key, ocd_id text, geom geometry)
        on commit drop;
      truncate staged_division;
      """)
    for (ordinal, change) in changes.enumerated() {
      guard case .replaced(let text) = change.boundary else { continue }
      _ = try await connection.query(
        """
        insert into staged_division select \(ordinal), \(change.id.description),
          ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromEWKT(\(text)), 3067)), 3))
        """)
    }
    let rows = try await connection.query(
      """
      select s.ordinal, ST_IsEmpty(s.geom), coalesce(ST_OrderingEquals(v.geom, s.geom), false)
      from staged_division s left join division v using (ocd_id)
      """
    ).decode((Int, Bool, Bool).self)
    return Dictionary(rows.map { ($0.0, $0.1 ? .empty : $0.2 ? .same : .other) }) { a, _ in a }
  }

  private func write(_ division: Division, over existing: StoredDivision?, source: DataSourceID) async throws -> Int64 {
    let keys = DivisionID.keys(division.id, division.name)
    if let existing {
      if existing.division.isDescribed(otherwiseThan: division) {
        _ = try await connection.query(
          """
          update division set type = \(division.type.rawValue), municipality = \(division.municipality?.description),
            name = \(division.name.json.text)::jsonb, found_by = \(keys), data_source = \(source.description),
            valid_from = \(division.validFrom)::date, valid_to = \(division.validTo)::date
          where id = \(existing.key)
          """)
      }
      return existing.key
    }
    let rows = try await connection.query(
      """
      insert into division (ocd_id, type, municipality, name, found_by, data_source, valid_from, valid_to)
      values (\(division.id.description), \(division.type.rawValue), \(division.municipality?.description),
        \(division.name.json.text)::jsonb, \(keys), \(source.description), \(division.validFrom)::date,
        \(division.validTo)::date)
      returning id
      """)
    return Int64(rows.int(0, 0) ?? 0)
  }

  /// Whether the boundary changed.
  private func write(
    _ boundary: DivisionChange.Boundary, staged ordinal: Int, _ staged: StagedBoundary?, of key: Int64,
    had existing: Division?
  ) async throws -> Bool {
    switch boundary {
    case .kept: return false
    case .removed:
      guard existing?.hasBoundary == true else { return false }
      _ = try await connection.query("update division set geom = null where id = \(key)")
    case .replaced:
      guard staged == .other else { return false }
      _ = try await connection.query(
        "update division v set geom = s.geom from staged_division s where s.ordinal = \(ordinal) and v.id = \(key)")
    }
    return true
  }

  /// The divisions that a division's area went to; those that don't exist are left out.
  private func write(_ successors: [DivisionID], of key: Int64) async throws {
    let ids = successors.map(\.description)
    _ = try await connection.query(
      """
      delete from division_successor r using division v
      where r.division = \(key) and v.id = r.successor and not v.ocd_id = any(\(ids))
      """)
    _ = try await connection.query(
      """
      insert into division_successor (division, successor)
      select \(key), v.id from division v where v.ocd_id = any(\(ids)) and v.id <> \(key) on conflict do nothing
      """)
  }

  private func cut(_ keys: [Int64]) async throws {
    guard !keys.isEmpty else { return }
    _ = try await connection.query("delete from division_part where division = any(\(keys))")
    _ = try await connection.query(
      """
      insert into division_part (division, geom)
      select v.id, (ST_Dump(ST_Subdivide(v.geom, 128))).geom from division v
      where v.id = any(\(keys)) and v.geom is not null and not (v.type = 'muni' and v.municipality is not null)
        and coalesce(v.valid_from <= registry_today(), true) and coalesce(v.valid_to >= registry_today(), true)
      """)
  }

  /// Puts places into divisions whose boundaries changed and takes them out, by the two areas' own indexes; renders them
  /// and some others anew. Returns how many were rendered.
  private func follow(_ keys: [Int64], alsoRendering others: [Int64] = []) async throws -> Int {
    var touched = Set(others)
    if !keys.isEmpty {
      let inside: SQL = """
        with inside as materialized (
          select distinct k.pk, t.division from division_part t join place_key k on k.geom && t.geom
          where t.division = any(\(keys)) and ST_Covers(t.geom, k.geom))
        """
      let differing = try await connection.query(
        """
        \(inside)
        select distinct coalesce(i.pk, l.pk) from inside i
        full join (select pk, division from place_division where division = any(\(keys))) l
          on l.pk = i.pk and l.division = i.division
        where i.pk is null or l.pk is null
        """
      ).decode(Int64.self)
      if !differing.isEmpty {
        // Before the rows that refer to them, in the order in which everybody locks places.
        _ = try await connection.query("select from place where pk = any(\(differing)) order by id for no key update")
        _ = try await connection.query(
          """
          \(inside), gone as (
            delete from place_division l where l.division = any(\(keys))
              and not exists (select 1 from inside i where i.pk = l.pk and i.division = l.division))
          insert into place_division (pk, division) select i.pk, i.division from inside i order by 1, 2
          on conflict do nothing
          """)
        touched.formUnion(differing)
      }
    }
    guard !touched.isEmpty else { return 0 }
    return try await refresh(where: "p.pk = any(\(touched.sorted()))")
  }

  /// Once more, for places that others wrote since: called when nobody else can commit.
  func followMovedDivisions() async throws {
    guard !movedDivisions.isEmpty else { return }
    _ = try await follow(movedDivisions)
  }

  /// The divisions that the staged places lie in: all that meet at a point, none without one.
  func placeInDivisions() async throws {
    _ = try await connection.query(
      """
      with inside as materialized (
        select s.pk, d.division from staged_place s
        cross join lateral divisions_at(ST_SetSRID(ST_MakePoint(s.e, s.n), 3067)) d where s.e is not null),
      gone as (
        delete from place_division l using staged_place s where l.pk = s.pk and not s.is_new
          and not exists (select 1 from inside i where i.pk = l.pk and i.division = l.division))
      insert into place_division (pk, division) select i.pk, i.division from inside i order by 1, 2
      on conflict do nothing
      """)
  }
}

extension DivisionChange {
  /// The division as it will be; nil when it is new and has no type or no name.
  func applied(to existing: Division?) -> Division? {
    guard let type = type ?? existing?.type, let name = name ?? existing?.name else { return nil }
    var texts: [Language: String] = [:]
    for value in (existing?.name.values ?? []) + name.values { texts[value.language] = value.text }
    var division = Division(
      id: id, type: type, name: LocalizedText(texts) ?? name, municipality: municipality ?? existing?.municipality,
      hasBoundary: existing?.hasBoundary ?? false)
    division.validFrom = validFrom ?? existing?.validFrom
    division.validTo = validTo ?? existing?.validTo
    division.successors = successors.map { Set($0).sorted() } ?? existing?.successors ?? []
    return division
  }
}

extension DivisionChange.Boundary {
  fileprivate var isRemoved: Bool { if case .removed = self { true } else { false } }
}

extension Division {
  /// Whether anything but boundary and successors differs.
  fileprivate func isDescribed(otherwiseThan other: Division) -> Bool {
    (type, name, municipality, validFrom, validTo)
      != (other.type, other.name, other.municipality, other.validFrom, other.validTo)
  }

  /// Whether places are its members: for a municipality that is in the register its own boundary counts.
  fileprivate var countsItself: Bool { type != .muni || municipality == nil }
}
