import Geodesy
import Places
import Postgres

/// A place as dumps hold it.
public struct ExportedPlace: Sendable {
  /// What was said of it.
  public let place: Place
  /// Longitude and latitude in degrees: as delivered, or rounded to 1e-8.
  public let degrees: Coordinate?
  /// Easting and northing in EPSG:3067.
  public let metres: Coordinate?
  /// The municipality that it lies in, as the registry found it.
  public let municipality: String?
}

/// The columns that places need beyond those that every dump has.
public struct ExportedPlaceColumns: Sendable, Hashable {
  /// Languages that occur by field, beside Finnish, Swedish and English; a nil language is none.
  public var languages: [String: [Language?]] = [:]
  /// The keys of custom data, sorted, and whether a cell gives all values of each back as they were.
  public var customKeys: [(key: String, isText: Bool)] = []

  /// By what they hold.
  public static func == (a: ExportedPlaceColumns, b: ExportedPlaceColumns) -> Bool {
    a.languages == b.languages && a.customKeys.elementsEqual(b.customKeys) { $0 == $1 }
  }

  /// By what they hold.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(languages)
    for key in customKeys { hasher.combine(key.key) }
  }
}

extension ExportSnapshot {
  /// Which columns the dump's places need.
  public func placeColumns() async throws -> ExportedPlaceColumns {
    var columns = ExportedPlaceColumns()
    let languages = try await connection.query(
      """
      select distinct f.field, l.language
      from place_key k join place p on p.pk = k.pk
      cross join lateral (values ('name', p.name::jsonb), ('description', p.description::jsonb),
        ('street_address', p.street_address::jsonb), ('post_office', p.post_office::jsonb),
        ('opening_hours_text', p.hours_text::jsonb), ('info_url', p.info_url::jsonb),
        ('telephone', p.telephone::jsonb)) f (field, value)
      cross join lateral jsonb_object_keys(f.value) l (language)
      where f.value - '{fi,sv,en}'::text[] <> '{}' and l.language <> all ('{fi,sv,en}') and \(filter(.places))
      union
      select 'alternate_names', coalesce(a.value ->> 'language', '')
      from place_key k join place p on p.pk = k.pk cross join lateral jsonb_array_elements(p.alternate_names) a
      where p.alternate_names <> '[]' and \(filter(.places))
      order by 1, 2
      """
    ).decode((String, String).self)
    for (field, language) in languages where !["fi", "sv", "en"].contains(language) {
      columns.languages[field, default: []].append(language.isEmpty ? nil : Language(rawValue: language))
    }
    columns.customKeys = try await connection.query(
      """
      select c.key, bool_and(\(Self.isPlainText("c.value")))
      from place_key k join place p on p.pk = k.pk cross join lateral jsonb_each(p.custom_data) c
      where p.custom_data is not null and \(filter(.places)) group by c.key order by c.key collate "C"
      """
    ).decode((String, Bool).self).map { (key: $0.0, isText: $0.1) }
    return columns
  }

  /// Whether a cell gives a JSON value back as it was: text without white space at its ends, which imports drop.
  static func isPlainText(_ value: SQL) -> SQL {
    "(jsonb_typeof(\(value)) = 'string' and \(value) #>> '{}' ~ '^[^[:space:]]' and \(value) #>> '{}' ~ '[^[:space:]]$')"
  }

  /// The places after an id, in the order of their ids, at most so many.
  public func places(after id: String?, limit: Int) async throws -> [ExportedPlace] {
    let parent: SQL = query.isForPublic ? "case when a.publication_status = 'public' then a.id end" : "a.id"
    let successor: SQL =
      query.isForPublic
      ? """
      case when not exists (
        select 1 from place q where q.id = p.operating_successor and q.publication_status <> 'public'
      ) then p.operating_successor end
      """ : "p.operating_successor"
    let rows = try await connection.query(
      """
      select k.lon, k.lat, k.e, k.n, k.municipality, \(parent), \(successor), \(PlaceColumns.selection)
      from (\(page(.places, after: id, limit))) o join place_key k on k.pk = o.pk
      join \(PlaceColumns.joinedTables) order by k.id
      """)
    return try (0..<rows.count).map { row in
      var place = try PlaceColumns.read(rows, row, 7)
      place.parent = rows.string(row, 5)
      place.operatingStatus.successor = rows.string(row, 6)
      return ExportedPlace(
        place: place, degrees: Self.coordinate(rows, row, 0), metres: Self.coordinate(rows, row, 2),
        municipality: rows.string(row, 4))
    }
  }

  /// The same places' documents.
  public func placeDocuments(after id: String?, limit: Int) async throws -> [PlaceRow] {
    let rows = try await connection.query(
      """
      select \(PlaceRow.columns) from (\(page(.places, after: id, limit))) o join place_key k on k.pk = o.pk
      join place_document d on d.pk = k.pk order by k.id
      """)
    return (0..<rows.count).map { PlaceRow(rows: rows, index: $0, first: 0) }
  }

  static func coordinate(_ rows: Rows, _ row: Int, _ column: Int) -> Coordinate? {
    guard let x = rows.double(row, column), let y = rows.double(row, column + 1) else { return nil }
    return Coordinate(x: x, y: y)
  }
}
