import Geodesy
import Places
import Postgres

/// One version of a place: who made it, when, by what and what it changed.
public struct PlaceVersion: Sendable, Hashable {
  /// From 1.
  public let version: Int
  /// When it was made (RFC 3339).
  public let time: String
  /// The organisation's id or `import:<session>`.
  public let actor: String
  /// Who in that organisation; nil where the viewer may not know.
  public let person: String?
  /// The request that made it.
  public let requestID: String?
  /// `created`, `updated`, `deleted`, `merged`, `split` or `restored`.
  public let kind: String
  /// JSON pointers of what differs from the version before.
  public let changed: [String]
  /// Personal data that was taken out of it.
  public let redacted: [RedactedValue]
}

/// A place's history as a viewer may see it.
public enum PlaceHistory: Sendable {
  /// Newest first.
  case versions([PlaceVersion])
  /// The place is deleted: its history needs a key.
  case needsKey
  /// The place is a draft now.
  case withdrawn
  /// No such place, or none that the viewer may see.
  case unknown
}

/// A place as it was at a time.
public enum PastPlace: Sendable {
  /// As it was.
  case place(PlaceRow)
  /// It was merged or split then.
  case moved(to: [String])
  /// It was deleted then.
  case gone(time: String?, reason: String?)
  /// It had not been made, or was a draft.
  case unknown
}

extension PlaceColumns {
  /// All versions of one place as `place p`, the living one among them.
  static func versions(of pk: Int64) -> SQL {
    """
    (select \(row) from place_history where pk = \(pk) union all select \(rowOfPlace) from place p where p.pk = \(pk)) p
    left join hours h on h.id = p.hours_id left join place a on a.pk = p.parent
    """
  }
}

private struct VersionRow {
  let place: Place
  let version: Int
  let state: String
  let time: String
  let actor: String
  let person: String?
  let requestID: String?
  let replacedBy: String?
  let createdTime: String
  let deletedTime: String?
  let reason: String?

  static let columns: SQL = """
    p.version, p.state, \(PlaceStore.rfc3339("p.last_modified_time")), p.actor, p.person, p.request_id,
    array_to_string(array(select r.id from unnest(p.replaced_by) u join place r on r.pk = u order by r.id), ','),
    \(PlaceStore.rfc3339("p.created_time")), \(PlaceStore.rfc3339("p.deleted_time")), p.deletion_reason
    """

  init(_ rows: Rows, _ row: Int) throws {
    version = rows.int(row, 0) ?? 1
    state = rows.string(row, 1) ?? "live"
    time = rows.string(row, 2) ?? ""
    actor = rows.string(row, 3) ?? ""
    person = rows.string(row, 4)
    requestID = rows.string(row, 5)
    replacedBy = rows.string(row, 6).flatMap { $0.isEmpty ? nil : $0 }
    createdTime = rows.string(row, 7) ?? ""
    deletedTime = rows.string(row, 8)
    reason = rows.string(row, 9)
    place = try PlaceColumns.read(rows, row, 10)
  }

  /// What was said, as JSON, for comparing versions.
  func said() throws -> JSONValue {
    var place = place
    let position = place.position
    place.position = nil
    var derived = DerivedPlace()
    derived.isDeleted = state != "live"
    derived.replacedBy = replacedBy
    let writer = PlaceDocument.stored(place, derived)
    var members = try JSONParser.parse("{" + writer.string + "}").members ?? []
    members.removeAll { ["address_locality", "coordinates", "municipality", "divisions"].contains($0.key) }
    members.append(.init("municipality", place.givenMunicipality.map { .string($0.description) } ?? .null))
    members.append(
      .init(
        "position",
        position.map { .array([.integer(Int64($0.srid)), .number($0.x), .number($0.y)]) } ?? .null))
    return .object(members)
  }
}

extension PlaceStore {
  private func key(of id: String) async throws -> (pk: Int64, state: String, isPublic: Bool, source: String)? {
    let rows = try await quick(
      """
      select k.pk, k.state, k.publication_status = 'public', k.data_source, \(Self.wasPublic)
      from place_namespace n join place_key k on k.pk = n.pk where n.id = \(id) order by n.native desc limit 1
      """
    ).decode((Int64, String, Bool, String, Bool).self)
    return rows.first.map { ($0.0, $0.1, $0.2, $0.3) }
  }

  /// The versions of a place, newest first: drafts are seen by those who may, persons by their own organisation.
  public func history(of id: String, viewer: Viewer) async throws -> PlaceHistory {
    guard let (pk, state, isPublic, source) = try await key(of: id) else { return .unknown }
    let sees = viewer.sees(source)
    let rows = try await query(
      """
      select \(VersionRow.columns), \(PlaceColumns.selection) from \(PlaceColumns.versions(of: pk))
      order by p.version
      """)
    let all = try (0..<rows.count).map { try VersionRow(rows, $0) }
    let shown = sees ? all : all.filter(\.place.isPublic)
    guard !shown.isEmpty else { return .unknown }
    guard sees || isPublic else { return .withdrawn }
    if state == "deleted", viewer == .public { return .needsKey }
    let redactions = try await redactions(of: all[0].place.id.description)
    var versions: [PlaceVersion] = []
    var previous: (row: VersionRow, said: JSONValue)?
    for row in shown {
      let said = try row.said()
      versions.append(
        PlaceVersion(
          version: row.version, time: row.time, actor: row.actor, person: sees ? row.person : nil,
          requestID: row.requestID, kind: Self.kind(row.state, after: previous?.row.state),
          changed: previous.map { JSONValue.differences($0.said, said) } ?? [],
          redacted: redactions[row.version] ?? []))
      previous = (row, said)
    }
    return .versions(versions.reversed())
  }

  private static func kind(_ state: String, after old: String?) -> String {
    guard let old else { return "created" }
    if state == old { return "updated" }
    return state == "live" ? "restored" : state
  }

  /// The place as it was at a time, told by the boundaries and counts of today.
  public func place(id: String, at time: Timestamp, viewer: Viewer) async throws -> PastPlace {
    guard let (pk, _, isPublic, source) = try await key(of: id) else { return .unknown }
    let rows = try await query(
      """
      select \(VersionRow.columns), \(PlaceColumns.selection) from \(PlaceColumns.versions(of: pk))
      where p.last_modified_time <= \(time.description)::timestamptz order by p.version desc limit 1
      """)
    guard rows.count > 0 else { return .unknown }
    let row = try VersionRow(rows, 0)
    guard viewer.sees(source) || (isPublic && row.place.isPublic) else { return .unknown }
    switch row.state {
    case "merged", "split":
      return .moved(to: (row.replacedBy ?? "").split(separator: ",").map(String.init))
    case "deleted": return .gone(time: row.deletedTime, reason: row.reason)
    default: return .place(try await render(row, pk: pk, viewer: viewer))
    }
  }

  /// A past version in the columns of a ``PlaceRow``.
  private func render(_ row: VersionRow, pk: Int64, viewer: Viewer) async throws -> PlaceRow {
    var place = row.place
    let position = try place.position.map { try PlacePosition($0, engine: engine) }
    let found = try await query(
      """
      select f.code, f.source,
        \(Self.divisions(in: "select d.division from divisions_at(ST_SetSRID(ST_MakePoint(s.e, s.n), 3067)) d")),
        (select a.publication_status = 'public' from place a where a.id = \(place.parent)),
        (select q.publication_status = 'public' from place q where q.id = \(place.operatingStatus.successor))
      from (select \(position?.easting)::float8 as e, \(position?.northing)::float8 as n,
        \(place.givenMunicipality?.description)::text as given_municipality,
        \(place.postalCode?.description)::text as postal_code) s
      cross join lateral (\(StoreTransaction.municipality("s"))) f
      """)
    var derived = DerivedPlace()
    derived.version = row.version
    derived.createdTime = row.createdTime
    derived.lastModifiedTime = row.time
    if let code = try found.string(0, 0).map({ try MunicipalityCode($0) }) {
      derived.municipality = try await municipalities().municipalities[code]
      derived.municipalitySource = found.string(0, 1).flatMap { MunicipalitySource(rawValue: $0) }
    }
    derived.divisions = try Self.divisions(found.string(0, 2), besides: derived.municipality)
    if found.bool(0, 3) == false { place.parent = nil }
    if found.bool(0, 4) == false { place.operatingStatus.successor = nil }
    let rows = try await query(
      """
      select k.id, \(row.version)::integer, 'live', \(position?.longitude)::float8, \(position?.latitude)::float8,
        \(position?.easting)::float8, \(position?.northing)::float8, k.n_events, extract(epoch from k.last_event_end),
        \(place.position?.srid)::integer, \(place.position?.x)::float8, \(place.position?.y)::float8,
        \(PlaceDocument.stored(place, derived).string)::text
      from place_key k where k.pk = \(pk)
      """)
    return PlaceRow(rows: rows, index: 0, first: 0)
  }
}

extension StoreTransaction {
  /// What was said of a place in one of its versions; nil when there is no such version.
  public func version(_ number: Int, of place: StoredPlace) async throws -> Place? {
    let rows = try await connection.query(
      """
      select \(VersionRow.columns), \(PlaceColumns.selection) from \(PlaceColumns.versions(of: place.pk))
      where p.version = \(number)
      """)
    return rows.count > 0 ? try VersionRow(rows, 0).place : nil
  }

  /// The documents of places as they stand in this transaction, in the order asked.
  public func rows(of ids: [PlaceID]) async throws -> [PlaceRow] {
    let rows = try await connection.query(
      """
      select \(PlaceRow.columns) from unnest(\(ids.map(\.description))::text[]) with ordinality o (id, n)
      join place_key k on k.id = o.id join place_document d on d.pk = k.pk order by o.n
      """)
    return (0..<rows.count).map { PlaceRow(rows: rows, index: $0, first: 0) }
  }

  /// Notes that somebody looked at places and found them right: no version, a derived line.
  public func verify(_ places: [(StoredPlace, time: String?)]) async throws {
    for (place, time) in places {
      _ = try await connection.query(
        "update place set verified_time = \(time)::timestamptz where pk = \(place.pk)")
    }
    _ = try await refresh(where: "p.pk = any(\(places.map(\.0.pk)))")
  }

  /// Which of these organisations there are.
  public func organizations(_ ids: Set<String>) async throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    return Set(
      try await connection.query("select id from organization where id = any(\(Array(ids)))").decode(String.self))
  }

  /// Which of these data sources there are, with the organisation that owns each.
  public func sources(_ ids: Set<String>) async throws -> [String: String?] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      "select id::text, organization from data_source where id = any(\(Array(ids)))"
    ).decode((String, String?).self)
    return Dictionary(rows.map { ($0.0, $0.1) }) { a, _ in a }
  }

  /// Whether one place is below another in the tree of parents.
  public func isBelow(_ id: String, _ ancestor: PlaceID) async throws -> Bool {
    try await connection.query(
      """
      with recursive up (pk, path) as (
        select p.pk, array[p.pk] from place p where p.id = \(id)
        union all
        select p.parent, u.path || p.parent from up u join place p on p.pk = u.pk
        where p.parent is not null and not p.parent = any (u.path)
      ) select exists (select 1 from up join place p on p.pk = up.pk where p.id = \(ancestor.description))
      """
    ).bool(0, 0) ?? false
  }
}
