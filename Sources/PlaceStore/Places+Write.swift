import Geodesy
import Places
import Postgres

/// A place as the registry holds it, locked by the transaction that read it.
public struct StoredPlace: Sendable {
  /// What was said of it.
  public let place: Place
  /// The version, from 1.
  public let version: Int
  /// `live`, `merged`, `split` or `deleted`.
  public let state: String
  /// Whether a source delivers it by imports.
  public let isDelivered: Bool
  /// Who wrote this version: an organisation's id, `import:<session>` or a command.
  public let actor: String
  let pk: Int64
  let replacedBy: [Int64]
}

/// What becomes of a place beside what is said of it.
public enum PlaceLife: Sendable, Hashable {
  /// It answers.
  case live
  /// It never should have been, or is gone without a successor.
  case deleted(reason: String?)
  /// It answers as another one.
  case merged(into: Int64)
  /// Several others take its place.
  case split(into: [Int64])

  var state: String {
    switch self {
    case .live: "live"
    case .deleted: "deleted"
    case .merged: "merged"
    case .split: "split"
    }
  }

  var replacedBy: [Int64]? {
    switch self {
    case .merged(let survivor): [survivor]
    case .split(let successors): successors
    default: nil
    }
  }
}

/// A place to be written: new where `existing` is nil, else its next version.
public struct PlaceChange: Sendable {
  /// What it is to become.
  public var place: Place
  /// What it is now.
  public var existing: StoredPlace?
  /// Its position in every form; nil exactly when the place has none.
  public var position: PlacePosition?
  /// The row as its source delivered it, to be kept for the next import.
  public var delivered: JSONValue?
  /// What becomes of it.
  public var life = PlaceLife.live

  /// Makes a change. Throws what ``PlacePosition`` throws.
  public init(_ place: Place, existing: StoredPlace?, delivered: JSONValue? = nil, engine: CoordinateEngine) throws {
    self.place = place
    self.existing = existing
    self.delivered = delivered
    position = try place.position.map { try PlacePosition($0, engine: engine) }
  }

  /// Whether it would change anything.
  public var changesAnything: Bool { existing?.place != place || existing?.state != life.state }

  /// The kind of its change line.
  var kind: String {
    guard let existing else { return "created" }
    switch life {
    case .live: return existing.state == "live" ? "updated" : "restored"
    case .deleted: return existing.state == "deleted" ? "updated" : "deleted"
    case .merged: return existing.state == "merged" ? "updated" : "merged"
    case .split: return existing.state == "split" ? "updated" : "split"
    }
  }

  /// What the public is told; nil: nothing.
  var publicKind: String? {
    let wasPublic = existing?.place.isPublic ?? false
    switch (wasPublic, place.isPublic) {
    case (true, true): return kind
    case (false, true): return life == .live ? "created" : nil
    case (true, false): return existing?.state == "live" ? "deleted" : nil
    case (false, false): return nil
    }
  }
}

extension StoreTransaction {
  /// The places with these native ids, locked in the order of their ids.
  public func lockPlaces(_ ids: [PlaceID]) async throws -> [PlaceID: StoredPlace] {
    try await lockPlaces(where: "p.id = any(\(ids.map(\.description)))")
  }

  /// The places that a condition on `place p` selects, locked in the order of their ids.
  func lockPlaces(where condition: SQL) async throws -> [PlaceID: StoredPlace] {
    // Locked first, read by a second statement: one that waits for a lock sees the row anew, but what it joined as before.
    let keys = try await connection.query(
      "select p.pk from place p where \(condition) order by p.id for update"
    ).decode(Int64.self)
    guard !keys.isEmpty else { return [:] }
    let rows = try await connection.query(
      """
      select p.pk, p.version, p.state, exists (select 1 from place_delivered d where d.pk = p.pk),
        array_to_string(p.replaced_by, ','), p.actor,
        \(PlaceColumns.selection)
      from \(PlaceColumns.tables)
      where p.pk = any(\(keys))
      """)
    var found: [PlaceID: StoredPlace] = [:]
    for row in 0..<rows.count {
      let place = try PlaceColumns.read(rows, row, 6)
      found[place.id] = StoredPlace(
        place: place, version: rows.int(row, 1) ?? 1, state: rows.string(row, 2) ?? "live",
        isDelivered: rows.bool(row, 3) ?? false, actor: rows.string(row, 5) ?? "", pk: Int64(rows.int(row, 0) ?? 0),
        replacedBy: (rows.string(row, 4) ?? "").split(separator: ",").compactMap { Int64($0) })
    }
    return found
  }

  /// Which of these ids and identifiers are held already, and by which place.
  /// With `livingOnly` those of places that no longer live are free.
  public func holders(of ids: [String], livingOnly: Bool = false) async throws -> [String: PlaceID] {
    let rows = try await connection.query(
      """
      select f.id, p.id from place_namespace f join place p on p.pk = f.pk
      where f.id = any(\(ids)) and (p.state = 'live' or not \(livingOnly)) order by f.native
      """)
    var found: [String: PlaceID] = [:]
    for (id, holder) in try rows.decode((String, String).self) { found[id] = try PlaceID(holder) }
    return found
  }

  /// The live places among these ids (native, foreign or old).
  public func known(_ ids: Set<String>) async throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    let rows = try await connection.query(
      """
      select distinct f.id from place_namespace f join place p on p.pk = f.pk
      where f.id = any(\(Array(ids))) and p.state = 'live'
      """)
    return Set(try rows.decode(String.self))
  }

  /// Makes the data source when it is new, and notes that data came in.
  public func ensureSource(_ id: DataSourceID) async throws {
    _ = try await connection.query(
      """
      insert into data_source (id, name, data_time) values (\(id.description), \(id.description), now())
      on conflict (id) do update set data_time = now()
      """)
  }

  /// Writes places, new ones and next versions, with everything derived from them, their history and change lines.
  /// Unchanged ones must have been left out; ids and identifiers must be free.
  public func save(_ changes: [PlaceChange]) async throws {
    guard !changes.isEmpty else { return }
    derivesPlaces = true
    try await stage()
    try await copyStaged(changes)
    try await resolveStaged()
    try await writeVersions(replacing: changes.contains { $0.existing != nil })
    try await placeInDivisions()
    try await renderStaged(changes.map(\.place))
    try await writeDerived(changes.count, derived: false)
    for change in changes where change.existing.map({ $0.place.isPublic != change.place.isPublic }) ?? false {
      published.append(change.place.id.description)
    }
  }

  private func copyStaged(_ changes: [PlaceChange]) async throws {
    let columns =
      ["ordinal", "pk", "is_new"] + PlaceColumns.names
      + [
        "hours", "effective_hours", "parent_id", "delivered", "life", "replaced_with", "reason", "line", "public_line",
        "lon", "lat", "e", "n", "ex", "ey", "ez",
      ]
    _ = try await connection.copyIn(
      SQL(unescaped: "copy staged_place (\(columns.joined(separator: ", "))) from stdin")
    ) { writer in
      var text = CopyText()
      for (ordinal, change) in changes.enumerated() {
        text.column(String(ordinal))
        text.column(change.existing.map { String($0.pk) })
        text.column(change.existing == nil ? "t" : "f")
        for column in PlaceColumns.all { text.column(column.text(change.place)) }
        text.column(change.place.openingHours)
        text.column(change.place.effectiveHours)
        text.column(change.place.parent)
        text.column(change.delivered?.text)
        text.column(change.life.state)
        text.column(change.life.replacedBy?.postgresText)
        if case .deleted(let reason) = change.life { text.column(reason) } else { text.column(nil as String?) }
        text.column(change.kind)
        text.column(change.publicKind)
        let p = change.position
        for number in [
          p?.longitude, p?.latitude, p?.easting, p?.northing, p?.earthCentred.x, p?.earthCentred.y, p?.earthCentred.z,
        ] { text.column(number?.postgresText) }
        text.endRow()
      }
      try await writer.write(text.bytes)
    }
  }

  /// Numbers new places and gives distinct opening hours their ids.
  private func resolveStaged() async throws {
    try await connection.script(
      """
      update staged_place set pk = nextval(pg_get_serial_sequence('place', 'pk')) where is_new;
      analyze staged_place
      """)
    try await internApart()
    try await connection.script(
      """
      insert into hours (expression) select distinct hours from staged_place where hours is not null order by 1
        on conflict do nothing;
      """)
    try await stageHours()
  }

  /// `replacing`: whether versions of places that are there are among the staged ones.
  private func writeVersions(replacing: Bool) async throws {
    let names = PlaceColumns.names.joined(separator: ", ")
    let staged = PlaceColumns.names.map { "s.\($0)" }.joined(separator: ", ")
    let set = PlaceColumns.names.dropFirst(2).map { "\($0) = s.\($0)" }.joined(separator: ", ")
    let parent = """
      (select f.pk from (
          select b.pk, 0 as rank from staged_place b where b.id = s.parent_id and b.is_new
          union all select m.pk, case when m.native then 1 else 2 end from place_namespace m where m.id = s.parent_id
        ) f order by f.rank limit 1)
      """
    let hours =
      "(select h.id from hours h where md5(h.expression) = md5(s.hours) and h.expression = s.hours "
      + "and h.timezone = 'Europe/Helsinki' and h.sun_cell is null)"
    _ = try await connection.query(
      """
      insert into place_history (\(PlaceColumns.row)) select \(PlaceColumns.rowOfPlace)
      from place p join staged_place s on s.pk = p.pk and not s.is_new
      """)
    _ = try await connection.query(
      """
      update place p set \(unescaped: set), hours_id = \(unescaped: hours), parent = \(unescaped: parent),
        state = s.life, replaced_by = s.replaced_with, deletion_reason = s.reason,
        deleted_time = case when s.life = 'deleted' then coalesce(p.deleted_time, now()) end,
        version = p.version + 1, last_modified_time = clock_timestamp(),
        actor = \(author.actor), person = \(author.person), request_id = \(author.requestID)
      from staged_place s where s.pk = p.pk and not s.is_new
      """)
    // Parents are set afterwards: a parent may be a later row of the same statement.
    _ = try await connection.query(
      """
      insert into place (pk, \(unescaped: names), hours_id, actor, person, request_id) overriding system value
      select s.pk, \(unescaped: staged), \(unescaped: hours), \(author.actor), \(author.person),
        \(author.requestID)
      from staged_place s where s.is_new order by s.ordinal
      """)
    _ = try await connection.query(
      """
      update place p set parent = \(unescaped: parent)
      from staged_place s where s.pk = p.pk and s.is_new and s.parent_id is not null
      """)
    // An identifier of a place that no longer lives may be taken over.
    if replacing {
      _ = try await connection.query(
        """
        delete from place_namespace f
        where not f.native and f.pk = any (array(select s.pk from staged_place s where not s.is_new))
        """)
    }
    _ = try await connection.query(
      """
      delete from place_namespace f
      where not f.native and f.id = any (array(
          select (i ->> 'scheme') || ':' || (i ->> 'value')
          from staged_place s cross join jsonb_array_elements(s.identifiers) i))
        and exists (select 1 from place h where h.pk = f.pk and h.state <> 'live')
      """)
    _ = try await connection.query(
      """
      insert into place_namespace (id, native, pk)
      select s.id, true, s.pk from staged_place s where s.is_new
      union all
      select (i ->> 'scheme') || ':' || (i ->> 'value'), false, s.pk
      from staged_place s cross join jsonb_array_elements(s.identifiers) i
      """)
    _ = try await connection.query(
      """
      insert into place_delivered (pk, data_source, fields)
      select s.pk, s.data_source, s.delivered from staged_place s where s.delivered is not null
      on conflict (pk, data_source) do update set fields = excluded.fields, delivered_time = now()
      """)
  }
}
