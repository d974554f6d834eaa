import Places
import Postgres

/// Which divisions are asked for, all conditions together.
public struct DivisionFilter: Sendable {
  /// Of one of these types.
  public var types: [DivisionType]?
  /// Of one of these municipalities.
  public var municipalities: [MunicipalityCode]?
  /// With one of these names, folded, in any language.
  public var names: [String]?
  /// With this in one of their names, folded.
  public var text: String?

  /// Makes a filter that all divisions pass.
  public init() {}

  /// Whether a municipality passes as a division of the type `muni`.
  func passes(_ municipality: Municipality) -> Bool {
    guard types?.contains(.muni) ?? true, municipalities?.contains(municipality.code) ?? true else { return false }
    let folded = (municipality.name.values.map(\.text) + municipality.alternateNames).map { Folding.fold($0) }
    return (names.map { names in folded.contains { names.contains($0) } } ?? true)
      && (text.map { text in folded.contains { $0.utf8.contains(text.utf8) } } ?? true)
  }
}

extension PlaceStore {
  /// What texts of a filter name: OCD ids, whole or short, and names in any language, of divisions and municipalities.
  /// Also tells which state of the geography they were looked up in; -1 when it changed meanwhile.
  public func divisions(asked: [String]) async throws -> (found: PlaceQuery.Divisions, geography: Int) {
    let keys = Set(asked.flatMap { DivisionID.keys(asked: $0) }).sorted()
    let rows = try await quick(
      """
      select distinct h.geography, c.id from change_head h left join division v on v.found_by && \(keys)::text[]
      left join lateral current_divisions(v.id) c (id) on true order by 2
      """
    ).decode((Int, Int64?).self)
    let geography = rows.first?.0 ?? 0
    var gazetteer = try await municipalities()
    if gazetteer.geography != geography { gazetteer = try await reloadMunicipalities() }
    let codes = Set(asked.flatMap { gazetteer.divisions(asked: $0) }).sorted()
    return (
      PlaceQuery.Divisions(municipalities: codes, keys: rows.compactMap(\.1)),
      gazetteer.geography == geography ? geography : -1
    )
  }

  /// One page of divisions and how many there are in all: the living municipalities in the order of their OCD ids, then
  /// the others likewise. `page` is from 1.
  public func divisions(_ filter: DivisionFilter, page: Int, pageSize: Int) async throws
    -> (count: Int, page: [Division])
  {
    let gazetteer = try await municipalities()
    let municipalities = gazetteer.municipalities.values.filter { $0.lasts(on: gazetteer.today) && filter.passes($0) }
      .compactMap(Self.division).sorted { $0.id < $1.id }
    let offset = (page - 1) * pageSize
    let first = Array(municipalities.dropFirst(offset).prefix(pageSize))
    let condition = conditions(filter, gazetteer).joined(separator: " and ")
    let rows = try await query(
      """
      select t.total, c.* from (select count(*) as total from division v where \(condition)) t left join lateral (
        \(Self.divisionColumns) where \(condition) order by v.ocd_id collate "C"
        limit \(pageSize - first.count) offset \(max(0, offset - municipalities.count))) c on true
      order by c.ocd_id collate "C"
      """)
    return (municipalities.count + (rows.int(0, 0) ?? 0), first + (try Self.decodeDivisions(rows, first: 1)))
  }

  private func conditions(_ filter: DivisionFilter, _ gazetteer: Gazetteer) -> [SQL] {
    // The municipality register answers for municipalities.
    let known = gazetteer.municipalities.values.map { DivisionID.completed($0.ocdID) }.sorted()
    var conditions: [SQL] = [
      "coalesce(v.valid_from <= registry_today(), true)", "coalesce(v.valid_to >= registry_today(), true)",
      "(v.type <> 'muni' or v.municipality is null and v.ocd_id <> all(\(known)))",
    ]
    if let types = filter.types { conditions.append("v.type = any(\(types.map(\.rawValue)))") }
    if let codes = filter.municipalities {
      conditions.append("v.municipality = any(\(gazetteer.andFormer(codes).map(\.description)))")
    }
    if let names = filter.names { conditions.append("v.found_by && \(names)::text[]") }
    if let text = filter.text {
      // Folded text holds letters, digits and spaces only.
      conditions.append(
        "exists (select 1 from unnest(v.found_by) f where f like \("%\(text)%") and strpos(f, ':') = 0)")
    }
    return conditions
  }

  /// The divisions that an OCD id means: one for a whole id, perhaps several for an ending; a municipality before the
  /// divisions of its name.
  public func divisions(ocdID asked: String) async throws -> [Division] {
    if let municipality = try await municipalities().find(ocdID: asked) {
      return [Self.division(municipality)].compactMap { $0 }
    }
    let rows = try await quick(
      """
      \(Self.divisionColumns) where v.found_by @> array[\(DivisionID.completed(asked))] and strpos(\(asked), ':') > 0
      order by v.ocd_id limit 20
      """)
    return try Self.decodeDivisions(rows, first: 0)
  }

  /// A division's boundary as a GeoJSON geometry in degrees, nil where none is known.
  public func boundary(of division: Division) async throws -> String? {
    if division.type == .muni, let code = division.municipality { return try await boundary(of: code) }
    let rows = try await query(
      "select ST_AsGeoJSON(ST_Transform(geom, 4326), 7) from division where ocd_id = \(division.id.description)")
    return rows.count > 0 ? rows.string(0, 0) : nil
  }

  /// The divisions whose keys a query gives, as a place's document tells them: from large to small.
  static func divisions(in keys: SQL) -> SQL {
    """
    (select json_agg(json_build_object('type', v.type, 'ocd_id', v.ocd_id, 'municipality',
        (select coalesce(m.name ->> 'fi', m.name ->> 'sv') from municipality m where m.code = v.municipality),
        'name', v.name) order by array_position(\(DivisionType.allCases.map(\.rawValue))::text[], v.type), v.ocd_id)
      from division v where v.id in (\(keys)))
    """
  }

  /// Reads what ``divisions(in:)`` gives, without the municipality, which stands first by itself.
  static func divisions(_ json: String?, besides municipality: Municipality?) throws -> [JSONValue] {
    guard let json else { return [] }
    let own = municipality.map { JSONValue.string(DivisionID.completed($0.ocdID)) }
    return (try JSONParser.parse(json).arrayValue ?? []).filter { $0["ocd_id"] != own }
  }

  private static let divisionColumns: SQL =
    """
    select v.ocd_id, v.type, v.name, v.municipality, v.geom is not null as has_boundary, v.valid_from::text as valid_from,
      v.valid_to::text as valid_to, (select string_agg(t.ocd_id, ' ' order by t.ocd_id) from division_successor r
        join division t on t.id = r.successor where r.division = v.id) as successors
    from division v
    """

  /// A municipality as a division; nil when its name makes no OCD id.
  private static func division(_ municipality: Municipality) -> Division? {
    guard let id = try? DivisionID(municipality.ocdID) else { return nil }
    return Division(
      id: id, type: .muni, name: municipality.name, municipality: municipality.code,
      hasBoundary: municipality.hasBoundary)
  }

  private static func decodeDivisions(_ rows: Rows, first: Int) throws -> [Division] {
    try (0..<rows.count).compactMap { row in
      guard let id = rows.string(row, first), let type = DivisionType(rawValue: rows.string(row, first + 1) ?? ""),
        let name = try rows.string(row, first + 2).flatMap({ LocalizedText(json: try JSONParser.parse($0)) })
      else { return nil }
      var division = Division(
        id: try DivisionID(id), type: type, name: name,
        municipality: try rows.string(row, first + 3).map { try MunicipalityCode($0) },
        hasBoundary: rows.bool(row, first + 4) ?? false)
      division.validFrom = rows.string(row, first + 5)
      division.validTo = rows.string(row, first + 6)
      division.successors = try (rows.string(row, first + 7) ?? "").split(separator: " ").map { try DivisionID($0) }
      return division
    }
  }
}
