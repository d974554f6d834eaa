import Places
import Postgres

/// An event to be written: new where `existing` is nil, else its next version.
public struct EventChange: Sendable {
  /// What it is to become.
  public var event: EventLink
  /// What it is now.
  public let existing: StoredEvent?
  /// Whether it is to live.
  public var state: EventState
  let place: Int64?
  let replacement: Int64?

  /// Makes a change. The place stays what it is where `target` is nil and the event's location is that of `existing`.
  public init(
    _ event: EventLink, existing: StoredEvent?, target: LinkTarget? = nil, state: EventState = .live,
    replacement: StoredEvent? = nil
  ) {
    var event = event
    if let target { event.location = target.id }
    self.event = event
    self.existing = existing
    self.state = state
    place = target?.pk ?? (event.location == nil ? nil : existing?.place)
    self.replacement = state == .replaced ? replacement?.pk ?? existing?.replacement : nil
  }

  /// Whether it would change anything.
  public var changesAnything: Bool {
    existing?.event != event || existing?.state != state || existing?.replacement != replacement
  }
}

extension StoreTransaction {
  /// Writes events, new ones and next versions, with everything derived from them, their history and change lines, and
  /// the counts of their places. Unchanged ones must have been left out, and all must have been locked by
  /// ``lockEvents(_:locations:)``.
  ///
  /// - Parameter settles: whether the places' counts are brought up to date at once; an import of many batches does it
  ///   at its end with ``settlePlaces()``.
  public func save(_ changes: [EventChange], settles: Bool = true) async throws {
    guard !changes.isEmpty else { return }
    try await stageEvents()
    try await copyStaged(changes)
    try await writeEventVersions()
    try await writeEventKeys()
    try await tellEvents(changes.count)
    if settles { try await settlePlaces() }
  }

  /// Makes the staging tables, once in a transaction.
  func stageEvents() async throws {
    guard !hasEventStaging else {
      try await connection.script("truncate staged_event")
      return
    }
    let columns = (EventColumns.all + EventColumns.derived).map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    try await connection.script(
      """
      create temp table staged_event (
        ordinal integer primary key, pk bigint, is_new boolean, place bigint, state text, replaced_by bigint, \(columns),
        folded text, body text,
        was_place bigint, was_listed boolean, was_public boolean, was_state text, was_replaced_by bigint
      ) on commit drop;
      """)
    hasEventStaging = true
    try await makeTouched()
  }

  func copyStaged(_ changes: [EventChange]) async throws {
    let staged = EventColumns.all + EventColumns.derived
    let columns =
      ["ordinal", "pk", "is_new", "place", "state", "replaced_by"] + staged.map(\.name) + ["folded", "body"]
    _ = try await connection.copyIn(
      SQL(unescaped: "copy staged_event (\(columns.joined(separator: ", "))) from stdin")
    ) { writer in
      var text = CopyText()
      for (ordinal, change) in changes.enumerated() {
        text.column(String(ordinal))
        text.column(change.existing.map { String($0.pk) })
        text.column(change.existing == nil ? "t" : "f")
        text.column(change.place.map { String($0) })
        text.column(change.state.rawValue)
        text.column(change.replacement.map { String($0) })
        for column in staged { text.column(column.text(change.event)) }
        text.column(Self.folded(change.event))
        text.column(EventDocument.stored(change.event).bytes)
        text.endRow()
        if text.bytes.count > 1 << 18 {
          try await writer.write(text.bytes)
          text = CopyText()
        }
      }
      try await writer.write(text.bytes)
    }
    try await connection.script(
      """
      update staged_event set pk = nextval(pg_get_serial_sequence('event', 'pk')) where is_new;
      analyze staged_event;
      update staged_event s set was_place = v.location, was_listed = v.state = 'live' and v.publication_status = 'public',
        was_public = v.publication_status = 'public', was_state = v.state, was_replaced_by = v.replaced_by
        from event v where v.pk = s.pk and not s.is_new;
      """)
  }

  /// The short texts that are searched with the dictionaries of Finnish and Swedish.
  private static func folded(_ event: EventLink) -> String {
    [event.name, event.shortDescription, event.provider, event.locationExtraInfo].flatMap { $0?.values ?? [] }
      .map { Folding.fold($0.text) }.joined(separator: " ")
  }

  private func writeEventVersions() async throws {
    let names = EventColumns.names.joined(separator: ", ")
    let staged = EventColumns.names.map { "s.\($0)" }.joined(separator: ", ")
    let set = EventColumns.names.dropFirst(2).map { "\($0) = s.\($0)" }.joined(separator: ", ")
    _ = try await connection.query(
      """
      insert into event_history (\(EventColumns.row)) select \(EventColumns.rowOfEvent)
      from event v join staged_event s on s.pk = v.pk and not s.is_new
      """)
    _ = try await connection.query(
      """
      update event v set \(unescaped: set), location = s.place, state = s.state, replaced_by = s.replaced_by,
        deleted_time = case when s.state <> 'live' then coalesce(v.deleted_time, now()) end,
        version = v.version + 1, last_modified_time = clock_timestamp(),
        actor = \(author.actor), person = \(author.person), request_id = \(author.requestID)
      from staged_event s where s.pk = v.pk and not s.is_new
      """)
    _ = try await connection.query(
      """
      insert into event (pk, \(unescaped: names), location, state, replaced_by, deleted_time, actor, person, request_id)
      overriding system value
      select s.pk, \(unescaped: staged), s.place, s.state, s.replaced_by,
        case when s.state <> 'live' then now() end, \(author.actor), \(author.person), \(author.requestID)
      from staged_event s where s.is_new order by s.ordinal
      """)
  }

  func writeEventKeys() async throws {
    let columns = [
      ("id", "v.id"), ("version", "v.version"), ("state", "v.state"),
      ("listed", "v.state = 'live' and v.publication_status = 'public'"),
      ("publication_status", "v.publication_status"), ("type", "v.type_id"), ("data_source", "v.data_source"),
      ("publisher", "v.publisher"), ("place", "v.location"), ("starts", "s.starts"), ("ends", "s.ends"),
      ("has_end", "s.has_end"), ("status", "v.event_status"), ("super_event", "v.super_event"),
      ("super_event_type", "v.super_event_type"), ("keywords", "s.all_keywords"), ("in_language", "s.in_language"),
      ("translations", "s.translations"), ("is_free", "s.is_free"), ("min_age", "s.min_age"),
      ("max_age", "s.max_age"), ("sort_name", "s.sort_name"), ("modified", "v.last_modified_time"),
    ]
    let set = columns.dropFirst().map { "\($0.0) = excluded.\($0.0)" }.joined(separator: ", ")
    _ = try await connection.query(
      """
      insert into event_key (pk, \(unescaped: columns.map(\.0).joined(separator: ", ")))
      select v.pk, \(unescaped: columns.map(\.1).joined(separator: ", "))
      from staged_event s join event v on v.pk = s.pk
      on conflict (pk) do update set \(unescaped: set)
      """)
    _ = try await connection.query(
      """
      insert into event_document (pk, created, body)
      select s.pk, v.created_time, s.body from staged_event s join event v on v.pk = s.pk
      on conflict (pk) do update set body = excluded.body
      """)
    // Descriptions are long: one dictionary, and no more than their beginning.
    _ = try await connection.query(
      """
      insert into event_search (pk, words)
      select s.pk, to_tsvector('simple', s.folded) || to_tsvector('finnish', s.folded) || to_tsvector('swedish', s.folded)
        || to_tsvector('simple', coalesce((select string_agg(left(t.value, 4000), ' ') from jsonb_each_text(s.description) t),
          ''))
      from staged_event s
      on conflict (pk) do update set words = excluded.words
      """)
  }

  /// A change line for each staged event; the public is told what it sees of it.
  private func tellEvents(_ count: Int) async throws {
    let first = takeLines(count)
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, replaced_by, version, actor, person, public_kind)
      select \(number), \(first) + s.ordinal, 'event', v.id, f.kind,
        (select array[r.id] from event r where r.pk = v.replaced_by), v.version, \(author.actor), \(author.person),
        case
          when k.listed and not coalesce(s.was_listed, false)
            then case when f.kind = 'restored' and s.was_public then 'restored' else 'created' end
          when not k.listed and coalesce(s.was_listed, false) then 'deleted'
          when k.listed then 'updated'
          when s.was_public and v.publication_status = 'public' and v.replaced_by is distinct from s.was_replaced_by
            then 'deleted'
        end
      from staged_event s join event v on v.pk = s.pk join event_key k on k.pk = s.pk
      cross join lateral (select case
        when s.is_new then 'created'
        when s.was_state = 'live' and v.state <> 'live' then 'deleted'
        when s.was_state <> 'live' and v.state = 'live' then 'restored'
        else 'updated' end as kind) f
      """)
    try await touch(
      """
      select c.place, sum(c.d) from (
        select s.was_place as place, -1 as d from staged_event s where s.was_listed
        union all select k.place, 1 from staged_event s join event_key k on k.pk = s.pk where k.listed
      ) c where c.place is not null group by c.place
      """)
  }
}
