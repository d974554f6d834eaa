import Geodesy
import Places
import Postgres

/// A postal code with its municipality's names.
public struct PostalCodeAnswer: Sendable {
  /// The record.
  public let record: PostalCodeRecord
  /// The municipality's names, nil where it is not known.
  public let municipalityName: LocalizedText?
}

extension PlaceStore {
  /// The code of the municipality at a point in degrees; nil where no boundary is known.
  public func municipality(at point: Coordinate) async throws -> MunicipalityCode? {
    guard
      let metres = try? engine.transform(
        point, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID
      ).coordinate
    else { return nil }
    let rows = try await quick(
      "select municipality_at(ST_SetSRID(ST_MakePoint(\(metres.x)::float8, \(metres.y)::float8), 3067))")
    return try rows.string(0, 0).map { try MunicipalityCode($0) }
  }

  /// A municipality's boundary as a GeoJSON geometry in degrees, nil where none is known.
  public func boundary(of code: MunicipalityCode) async throws -> String? {
    let rows = try await query(
      """
      select ST_AsGeoJSON(ST_Transform(geom, 4326), 7) from municipality_boundary where code = \(code.description)
      """)
    return rows.count > 0 ? rows.string(0, 0) : nil
  }

  /// One postal code; nil when the register lacks it.
  public func postalCode(_ code: PostalCode) async throws -> PostalCodeAnswer? {
    let rows = try await quick(
      "\(Self.postalCodeColumns), 0 from postal_code o where o.code = \(code.description)")
    return try decode(rows, await municipalities()).first
  }

  /// Postal codes of municipalities or post offices in the order of their codes, and how many there are in all.
  public func postalCodes(municipalities codes: [MunicipalityCode]?, postOffices: [String]?, page: Int, pageSize: Int)
    async throws -> (count: Int, page: [PostalCodeAnswer])
  {
    var conditions: [SQL] = ["true"]
    if let codes {
      let all = try await municipalities().andFormer(codes)
      conditions.append("o.municipality = any(\(all.map(\.description)))")
    }
    if let postOffices {
      conditions.append(
        "exists (select 1 from jsonb_each_text(o.post_office) t where lower(t.value) = any(\(postOffices)))")
    }
    let filter = conditions.joined(separator: " and ")
    let rows = try await query(
      """
      select t.total, c.* from (select count(*) as total from postal_code o where \(filter)) t left join lateral (
        \(Self.postalCodeColumns) from postal_code o where \(filter)
        order by o.code limit \(pageSize) offset \((page - 1) * pageSize)) c on true
      order by c.code
      """)
    return (rows.int(0, 0) ?? 0, try decode(rows, await municipalities(), first: 1))
  }

  private static let postalCodeColumns: SQL = "select o.code, o.post_office, o.municipality, o.type"

  private func decode(_ rows: Rows, _ gazetteer: Gazetteer, first: Int = 0) throws -> [PostalCodeAnswer] {
    try (0..<rows.count).compactMap { row in
      guard let code = rows.string(row, first), let office = rows.string(row, first + 1),
        let name = LocalizedText(json: try JSONParser.parse(office))
      else { return nil }
      let municipality = try rows.string(row, first + 2).map { try MunicipalityCode($0) }
      return PostalCodeAnswer(
        record: PostalCodeRecord(
          code: try PostalCode(code), postOffice: name, municipality: municipality, type: rows.string(row, first + 3)),
        municipalityName: municipality.flatMap { gazetteer.municipalities[$0]?.name })
    }
  }
}
