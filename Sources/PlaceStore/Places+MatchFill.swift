import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// Makes what places are recognised by where it is missing: after a table change, or where rows were written by SQL.
  /// Returns how many places it was made for. Throws ``StoreError``.
  public func fillMatches() async throws -> Int {
    var last: Int64 = 0
    var made = 0
    let gazetteer = try await municipalities()
    while true {
      let rows = try await query(
        """
        select k.pk, p.name::text, p.alternate_names::text, p.street_address::text, p.post_office::text, k.municipality,
          \(Self.divisions(in: "select l.division from place_division l where l.pk = k.pk"))
        from place_key k join place p on p.pk = k.pk
        where k.pk > \(last) and not exists (select from place_match m where m.pk = k.pk) order by k.pk limit 20000
        """)
      guard rows.count > 0 else { return made }
      var text = CopyText()
      for row in 0..<rows.count {
        var place = Place(id: try PlaceID("fi:unknown"), name: try Self.localized(rows, row, 1) ?? .blank)
        place.alternateNames = (try JSONParser.parse(rows.string(row, 2) ?? "[]").arrayValue ?? []).compactMap {
          $0["name"]?.stringValue.map { AlternateName($0) }
        }
        place.streetAddress = try Self.localized(rows, row, 3)
        place.postOffice = try Self.localized(rows, row, 4)
        let code = try rows.string(row, 5).map { try MunicipalityCode($0) }
        var derived = DerivedPlace()
        derived.divisions = try Self.divisions(
          rows.string(row, 6), besides: code.flatMap { gazetteer.municipalities[$0] })
        let match = MatchText(place, areas: derived.areaNames)
        text.column(rows.string(row, 0))
        text.column(match.stored)
        text.column(match.keys(municipality: code).postgresText)
        text.column(match.vocabulary.sorted().postgresText)
        text.endRow()
      }
      last = Int64(rows.int(rows.count - 1, 0) ?? 0)
      let bytes = text.bytes
      try await client.transaction(statementTimeout: .seconds(600)) { connection in
        try await connection.script(
          """
          create temp table filled (pk bigint, body text, keys bigint[], words text[]) on commit drop
          """)
        _ = try await connection.copyIn("copy filled from stdin") { try await $0.write(bytes) }
        try await connection.script(
          """
          insert into place_match (pk, body, keys) select f.pk, f.body, f.keys from filled f
          where exists (select from place p where p.pk = f.pk) on conflict do nothing;
          insert into match_word (plain) select distinct w from filled f cross join unnest(f.words) w
          where not exists (select from match_word o where o.plain = w) order by 1 on conflict do nothing;
          """)
      }
      made += rows.count
    }
  }

  private static func localized(_ rows: Rows, _ row: Int, _ column: Int) throws -> LocalizedText? {
    try rows.string(row, column).flatMap { LocalizedText(json: try JSONParser.parse($0)) }
  }
}
