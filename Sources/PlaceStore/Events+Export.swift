import Geodesy
import Places
import Postgres

/// An event as dumps hold it.
public struct ExportedEvent: Sendable {
  /// What was said of it; its place is nil where the dump's readers may not know of it.
  public let event: EventLink
  /// Where its place is, in degrees.
  public let degrees: Coordinate?
  /// The same in EPSG:3067.
  public let metres: Coordinate?
  /// The place's position as it was delivered.
  public let delivered: DeliveredPosition?
}

/// The columns that events need, and which a table can hold without loss.
public struct ExportedEventColumns: Sendable, Hashable {
  /// Languages that occur by field, beside Finnish, Swedish and English.
  public var languages: [String: [Language]] = [:]
  /// The keys of custom data, sorted; none where a value is more than text.
  public var customKeys: [String] = []
  /// Of `offers`, `images`, `audience` and `in_language` those that a cell can't tell the whole of.
  public var untold: Set<String> = []
}

extension ExportSnapshot {
  /// Which columns the dump's events need.
  public func eventColumns() async throws -> ExportedEventColumns {
    var columns = ExportedEventColumns()
    let languages = try await connection.query(
      """
      select distinct f.field, l.language
      from \(source(.events)) join event v on v.pk = k.pk
      cross join lateral (values ('name', v.name::jsonb), ('short_description', v.short_description::jsonb),
        ('description', v.description::jsonb), ('location_extra_info', v.location_extra_info::jsonb),
        ('info_url', v.info_url::jsonb), ('provider', v.provider::jsonb),
        ('provider_contact_info', v.other -> 'provider_contact_info')) f (field, value)
      cross join lateral jsonb_object_keys(case jsonb_typeof(f.value) when 'object' then f.value end) l (language)
      where l.language <> all ('{fi,sv,en}') and \(filter(.events)) order by 1, 2
      """
    ).decode((String, String).self)
    for (field, language) in languages {
      if let language = Language(rawValue: language) { columns.languages[field, default: []].append(language) }
    }
    let custom = try await connection.query(
      """
      select c.key, bool_and(\(Self.isPlainText("c.value")))
      from \(source(.events)) join event v on v.pk = k.pk cross join lateral jsonb_each(v.custom_data) c
      where v.custom_data is not null and \(filter(.events)) group by c.key order by c.key collate "C"
      """
    ).decode((String, Bool).self)
    if custom.allSatisfy(\.1) { columns.customKeys = custom.map(\.0) }
    func untold(_ list: SQL, _ isTold: SQL) -> SQL {
      """
      exists (
        select 1 from \(source(.events)) join event v on v.pk = k.pk
        where jsonb_typeof(\(list)) = 'array' and \(list) <> '[]' and not \(isTold) and \(filter(.events)))
      """
    }
    let reference: SQL = """
      (case when jsonb_typeof(r.value) = 'object' then r.value - '@id' = '{}' and jsonb_typeof(r.value -> '@id') = 'string'
          and r.value ->> '@id' !~ '[;[:space:]]' and r.value ->> '@id' ~ '^https?://' else false end)
      """
    let rows = try await connection.query(
      """
      select
        \(untold("v.other -> 'offers'", "v.other -> 'offers' in ('[{\"is_free\": true}]', '[{\"is_free\": false}]')")),
        \(untold(
          "v.images",
          "(jsonb_array_length(v.images) = 1 and (v.images -> 0) - 'url' = '{}' and jsonb_typeof(v.images -> 0 -> 'url') = 'string')"
        )),
        \(untold(
          "v.other -> 'audience'",
          "(select bool_and(\(reference)) from jsonb_array_elements(v.other -> 'audience') r (value))")),
        \(untold(
          "v.other -> 'in_language'",
          "(select bool_and(\(reference)) from jsonb_array_elements(v.other -> 'in_language') r (value))"))
      """)
    for (column, name) in ["offers", "images", "audience", "in_language"].enumerated()
    where rows.bool(0, column) == true { columns.untold.insert(name) }
    return columns
  }

  /// The events after an id, in the order of their ids, at most so many.
  public func events(after id: String?, limit: Int) async throws -> [ExportedEvent] {
    let rows = try await connection.query(
      """
      select p.lon, p.lat, p.e, p.n, p.publication_status, l.srid, l.x, l.y, \(EventColumns.selection)
      from (\(page(.events, after: id, limit))) o join event_key k on k.pk = o.pk left join place_key p on p.pk = k.place
      join event v on v.pk = k.pk left join place l on l.pk = v.location order by k.id
      """)
    return try (0..<rows.count).map { row in
      var event = try EventColumns.read(rows, row, 8)
      let isShown = !query.isForPublic || rows.string(row, 4) == "public"
      if !isShown { event.location = nil }
      let point = isShown ? Self.coordinate(rows, row, 6) : nil
      return ExportedEvent(
        event: event, degrees: isShown ? Self.coordinate(rows, row, 0) : nil,
        metres: isShown ? Self.coordinate(rows, row, 2) : nil,
        delivered: point.flatMap { point in
          rows.int(row, 5).map { DeliveredPosition(srid: $0, x: point.x, y: point.y) }
        })
    }
  }

  /// The same events' documents.
  public func eventDocuments(after id: String?, limit: Int) async throws -> [EventRow] {
    let rows = try await connection.query(
      """
      select \(EventRow.columns(key: "k", places: false))
      from (\(page(.events, after: id, limit))) o join event_key k on k.pk = o.pk
      \(EventRow.joins(key: "k", places: false)) order by k.id
      """)
    return (0..<rows.count).map { EventRow(rows: rows, index: $0, first: 0, hasPlace: false) }
  }
}
