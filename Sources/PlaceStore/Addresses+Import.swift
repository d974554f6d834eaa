import Places
import Postgres

/// How rows of addresses are written: staged by COPY, then merged set by set, so that what didn't change costs a
/// comparison and nothing else.
extension StoreTransaction {
  static let addressColumns = [
    "pk", "id", "data_source", "building_id", "street_fi", "street_sv", "number", "number_end", "letter", "number_text",
    "postal_code", "municipality", "srid", "x", "y", "lon", "lat", "e", "n", "geom", "folded_fi", "folded_sv", "state",
    "session", "created_time", "modified_time",
  ]

  /// The codes of the postal register with the municipality that each is primarily of.
  public func postalCodes() async throws -> [String: String?] {
    let rows = try await connection.query("select code::text, municipality::text from postal_code")
    return Dictionary(try rows.decode((String, String?).self)) { a, _ in a }
  }

  /// Begins a session that writes addresses of a source; ``finishAddresses(session:source:)`` ends it.
  public func beginAddresses(session: String, source: DataSourceID) async throws {
    let columns = [
      "ordinal integer not null", "line integer not null", "taken boolean not null", "id text collate \"C\"",
      "building_id text", "street_fi text", "street_sv text", "number integer", "number_end integer", "letter text",
      "number_text text", "postal_code text", "municipality text", "srid integer", "x float8", "y float8", "lon float8",
      "lat float8", "e float8", "n float8", "folded_fi text collate \"C\"", "folded_sv text collate \"C\"",
    ]
    try await connection.script(
      """
      set local work_mem = '64MB';
      create temp table staged_address (\(columns.joined(separator: ", "))) on commit drop;
      create temp table written_address (ordinal integer, pk bigint, was_new boolean) on commit drop;
      """)
    _ = try await connection.query(
      """
      insert into address_session (session, data_source) values (\(session), \(source.description))
      on conflict do nothing
      """)
  }

  /// Stages the rows that `next` gives until it gives nil; memory stays flat. What it throws goes through.
  public func stageAddresses(_ next: () throws -> DeliveredAddress?) async throws {
    let columns = DeliveredAddress.stagedColumns.joined(separator: ", ")
    _ = try await connection.copyIn(SQL(unescaped: "copy staged_address (\(columns)) from stdin")) { writer in
      var ordinal = 0
      var text = CopyText()
      while let address = try next() {
        ordinal += 1
        address.write(to: &text, ordinal: ordinal)
        if text.bytes.count > 1 << 17 {
          try await writer.write(text.bytes)
          text.removeAll()
        }
      }
      try await writer.write(text.bytes)
    }
    try await connection.script("analyze staged_address (id, municipality, ordinal)")
  }

  /// Writes what was staged: new rows, changed ones, retired ones that came back. `fields` are those that the file
  /// says something about; with `emptyKeeps` an empty cell leaves what is stored. Where the file has no ids, rows are
  /// known by municipality, street, number and letter (`hasIDs` false).
  public func mergeAddresses(
    session: String, source: DataSourceID, fields: Set<DeliveredAddress.Field>, hasIDs: Bool, emptyKeeps: Bool
  ) async throws -> AddressOutcome {
    try await deriveMunicipalities()
    if !hasIDs { try await identifyAddresses(source) }
    let staged = try await connection.query("select count(*) filter (where taken) from staged_address").int(0, 0) ?? 0
    var outcome = AddressOutcome()
    let isEmpty = try await connection.query(
      "select not exists (select 1 from address a where \(Self.isOf(source)))"
    ).bool(0, 0)
    if isEmpty == true {
      outcome.created = try await insertAddresses(session, source, from: "staged_address s where s.taken")
      _ = try await connection.settleStreets(of: "staged_address where taken")
      try await noteOutside(all: true, &outcome)
    } else {
      try await findWritten(fields, emptyKeeps: emptyKeeps)
      try await noteWritten(fields, emptyKeeps: emptyKeeps, &outcome)
      try await noteLosses(fields, emptyKeeps: emptyKeeps, &outcome)
      outcome.changed = try await updateAddresses(session, fields, emptyKeeps: emptyKeeps)
      outcome.created = try await insertAddresses(
        session, source, from: "staged_address s join written_address w on w.ordinal = s.ordinal and w.pk is null")
      if outcome.changed + outcome.created > 0 {
        _ = try await connection.settleStreets(of: "staged_address join written_address using (ordinal)")
        try await noteOutside(all: false, &outcome)
      }
    }
    if isEmpty == true { try await noteFirst(&outcome) }
    outcome.unchanged = staged - outcome.created - outcome.changed
    _ = try await connection.query(
      """
      update address_session set created = created + \(outcome.created), changed = changed + \(outcome.changed)
      where session = \(session)
      """)
    return outcome
  }

  /// Ids begin with their source, so that the index of ids finds all addresses of one.
  static func isOf(_ source: DataSourceID) -> SQL {
    "a.id >= \(source.description + ":") and a.id < \(source.description + ";")"
  }

  /// Where a row gives no municipality, that of its position counts, else that of its postal code.
  private func deriveMunicipalities() async throws {
    _ = try await connection.query(
      """
      update staged_address s set municipality = coalesce(
        municipality_at(st_setsrid(st_makepoint(s.e, s.n), 3067)),
        (select c.municipality from postal_code c where c.code = s.postal_code))
      where s.municipality is null and s.taken and (s.e is not null or s.postal_code is not null)
      """)
  }

  /// Gives rows the ids of the source's addresses of the same municipality, street, number and letter, else new ones of
  /// 64 random bits. Of several with the same, the first by position is the first by position.
  private func identifyAddresses(_ source: DataSourceID) async throws {
    func key(_ table: String) -> SQL {
      SQL(
        unescaped: """
          concat_ws(E'\\x01', coalesce(\(table).municipality, ''), coalesce(\(table).folded_fi, \(table).folded_sv, ''),
            coalesce(\(table).number::text, ''), coalesce(\(table).number_end::text, ''),
            coalesce(lower(\(table).letter), ''), coalesce(\(table).number_text, ''))
          """)
    }
    _ = try await connection.query(
      """
      update staged_address s set id = coalesce(m.id, case when s.taken then \(source.description + ":")
        || left(m.random, 8) || right(m.random, 8) end)
      from (
        select n.ordinal, o.id, gen_random_uuid()::text as random
        from (
          select s.ordinal, \(key("s")) as key,
            row_number() over (partition by \(key("s")) order by s.x, s.y, s.ordinal) as rank
          from staged_address s
        ) n
        left join (
          select a.id, \(key("a")) as key,
            row_number() over (partition by \(key("a")) order by a.state = 'retired', a.x, a.y, a.pk) as rank
          from address a where \(Self.isOf(source))
        ) o on o.key = n.key and o.rank = n.rank
      ) m
      where m.ordinal = s.ordinal
      """)
  }

  private func insertAddresses(_ session: String, _ source: DataSourceID, from: SQL) async throws -> Int {
    let columns = Self.addressColumns.filter { !["pk", "created_time", "modified_time"].contains($0) }
    let values = columns.map { column -> SQL in
      switch column {
      case "data_source": "\(source.description)"
      case "geom": "st_setsrid(st_makepoint(s.e, s.n), 3067)"
      case "state": "'live'"
      case "session": "\(session)"
      default: SQL(unescaped: "s.\(column)")
      }
    }
    return try await connection.query(
      """
      insert into address (\(unescaped: columns.joined(separator: ", ")))
      select \(values.joined(separator: ", ")) from \(from)
      """
    ).affected
  }

  /// What a stored column becomes by a staged row.
  private static func merged(
    _ column: String, _ field: DeliveredAddress.Field, _ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool
  ) -> String {
    guard fields.contains(field) else { return "a.\(column)" }
    let staged = column == "geom" ? "st_setsrid(st_makepoint(s.e, s.n), 3067)" : "s.\(column)"
    // A municipality that nobody gave and nothing tells is no reason to forget the one that is known.
    guard emptyKeeps || field == .municipality else { return staged }
    return "case when s.\(field.columns[0]) is null then a.\(column) else \(staged) end"
  }

  /// Whether a field of the stored row differs from what the staged row makes of it. What is derived is not compared.
  private static func differs(
    _ field: DeliveredAddress.Field, _ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool
  ) -> String {
    let derived: Set<String> = ["folded_fi", "folded_sv", "lon", "lat", "e", "n", "geom"]
    let columns = field.columns.filter { !derived.contains($0) }
    return columns.map { column in
      "a.\(column) is distinct from \(merged(column, field, fields, emptyKeeps: emptyKeeps))"
    }.joined(separator: " or ")
  }

  private func findWritten(_ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool) async throws {
    let changes = DeliveredAddress.Field.allCases.filter(fields.contains)
      .map { Self.differs($0, fields, emptyKeeps: emptyKeeps) }.joined(separator: " or ")
    _ = try await connection.query(
      """
      insert into written_address (ordinal, pk)
      select s.ordinal, a.pk from staged_address s left join address a on a.id = s.id
      where s.taken and (a.pk is null or a.state <> 'live' or \(unescaped: changes.isEmpty ? "false" : changes))
      """)
    try await connection.script("analyze written_address")
  }

  private func updateAddresses(
    _ session: String, _ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool
  ) async throws -> Int {
    try await keepBefore(session, "written_address w where w.pk = a.pk")
    let sets = DeliveredAddress.Field.allCases.filter(fields.contains).flatMap { field in
      field.columns.map { "\($0) = \(Self.merged($0, field, fields, emptyKeeps: emptyKeeps))" }
    }
    return try await connection.query(
      """
      update address a set \(unescaped: (sets + ["state = 'live'"]).joined(separator: ", ")), session = \(session),
        modified_time = now()
      from written_address w join staged_address s on s.ordinal = w.ordinal where w.pk = a.pk
      """
    ).affected
  }

  /// Keeps rows as they are before a session changes them; what the session itself wrote has no former values.
  func keepBefore(_ session: String, _ rows: SQL) async throws {
    let columns = Self.addressColumns
    _ = try await connection.query(
      """
      insert into address_before (\(unescaped: columns.joined(separator: ", ")), changed_by)
      select \(unescaped: columns.map { "a.\($0)" }.joined(separator: ", ")), \(session)
      from address a, \(rows) and a.session <> \(session) on conflict do nothing
      """)
  }

  // MARK: - What is told of it

  /// The first thousand rows that are new or change something, before they are written.
  private func noteWritten(
    _ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool, _ outcome: inout AddressOutcome
  ) async throws {
    let told = DeliveredAddress.Field.allCases.filter(fields.contains).map { field in
      "case when \(Self.differs(field, fields, emptyKeeps: emptyKeeps)) then "
        + "'\(field == .position ? "position" : field.rawValue)' end"
    }
    let rows = try await connection.query(
      """
      select s.line, s.id, w.pk is null,
        array_remove(array[\(unescaped: told.joined(separator: ", "))]
          || case when a.state <> 'live' then 'state' end, null)
      from written_address w join staged_address s on s.ordinal = w.ordinal left join address a on a.pk = w.pk
      order by s.ordinal limit 1000
      """
    ).decode((Int, String, Bool, [String]).self)
    outcome.written = rows.map { ($0.0, $0.1, $0.2 ? nil : $0.3) }
  }

  /// What the file does to many known addresses at once and that perhaps nobody meant.
  private func noteLosses(
    _ fields: Set<DeliveredAddress.Field>, emptyKeeps: Bool, _ outcome: inout AddressOutcome
  ) async throws {
    let given = DeliveredAddress.Field.allCases.filter(fields.contains)
    let lost = given.map { field in
      let column = field.columns[0]
      return "count(*) filter (where a.\(column) is not null and "
        + "\(Self.merged(column, field, fields, emptyKeeps: emptyKeeps)) is null)"
    }
    let rows = try await connection.query(
      """
      select count(*) filter (where s.number is distinct from a.number
          and not coalesce(s.folded_fi = a.folded_fi, false) and not coalesce(s.folded_sv = a.folded_sv, false)),
        \(unescaped: lost.joined(separator: ", "))
      from written_address w join staged_address s on s.ordinal = w.ordinal join address a on a.pk = w.pk
      where a.state = 'live'
      """)
    outcome.shifted = fields.contains(.number) ? rows.int(0, 0) ?? 0 : 0
    let cleared = given.indices.compactMap { index in
      (rows.int(0, index + 1) ?? 0) >= 3 ? (field: given[index], count: rows.int(0, index + 1) ?? 0) : nil
    }
    // The known ones among all rows are counted only where the share matters: that is a join of the whole file.
    guard outcome.shifted >= 3 || !cleared.isEmpty else { return }
    let counts = cleared.map { "count(a.\($0.field.columns[0]))" }
    let all = try await connection.query(
      """
      select \(unescaped: (["count(*)"] + counts).joined(separator: ", "))
      from staged_address s join address a on a.id = s.id where s.taken and a.state = 'live'
      """)
    outcome.known = all.int(0, 0) ?? 0
    outcome.cleared = cleared.enumerated().map { index, field in
      (field.field == .position ? "position" : field.field.rawValue, field.count, all.int(0, index + 1) ?? 0)
    }
  }

  private func noteFirst(_ outcome: inout AddressOutcome) async throws {
    outcome.written = try await connection.query(
      "select s.line, s.id from staged_address s where s.taken and s.ordinal <= 2000 order by s.ordinal limit 1000"
    ).decode((Int, String).self).map { ($0.0, $0.1, nil) }
  }

  /// Counts the new and changed rows whose position lies in another municipality than the one given (outside all known
  /// boundaries is no other), and tells the first thousand.
  /// Squares of 500 m that lie wholly inside settle nearly all points; only the others are looked at one by one.
  private func noteOutside(all: Bool, _ outcome: inout AddressOutcome) async throws {
    let written: SQL = all ? "" : "join written_address w on w.ordinal = s.ordinal"
    let rows = try await connection.query(
      """
      with point as materialized (
        select s.ordinal, s.municipality as code, s.e, s.n, floor(s.e / 500)::int as cx, floor(s.n / 500)::int as cy
        from staged_address s \(written) where s.taken and s.e is not null and s.municipality is not null
      ), given as materialized (
        select g.code, c.code as current from (select distinct code from point) g
        cross join lateral current_municipalities(g.code) c (code)
      ), cell as materialized (
        select distinct code, cx, cy from point
      ), open_cell as materialized (
        select c.code, c.cx, c.cy from cell c
        where c.code in (select code from given) and not exists (
          select 1 from given g join municipality_part p on p.code = g.current
          where g.code = c.code and p.geom ~ st_makeenvelope(c.cx * 500, c.cy * 500, c.cx * 500 + 500, c.cy * 500 + 500, 3067)
            and st_covers(p.geom, st_makeenvelope(c.cx * 500, c.cy * 500, c.cx * 500 + 500, c.cy * 500 + 500, 3067)))
      ), outside as (
        select p.ordinal, l.found from point p join open_cell c using (code, cx, cy)
        cross join lateral (select municipality_at(st_setsrid(st_makepoint(p.e, p.n), 3067)) as found offset 0) l
        where l.found not in (select g.current from given g where g.code = p.code)
      ), first as (
        select o.*, count(*) over () as n_all from outside o order by o.ordinal limit 1000
      )
      select s.line, s.id, s.municipality, f.found, f.n_all
      from first f join staged_address s on s.ordinal = f.ordinal order by s.ordinal
      """)
    outcome.outside = rows.count > 0 ? rows.int(0, 4) ?? 0 : 0
    outcome.outsideRows = (0..<rows.count).map { row in
      (rows.int(row, 0) ?? 0, rows.string(row, 1) ?? "", rows.string(row, 2) ?? "", rows.string(row, 3))
    }
  }
}
