import Places
import Postgres

extension StoreTransaction {
  /// Writes postal codes and derives anew the places whose municipality hangs on one. `keepingCase`: a post office that
  /// differs from the stored one only in upper and lower case stays as it is, for files that write all of them in
  /// capitals. Codes must not repeat.
  public func savePostalCodes(
    _ records: [PostalCodeRecord], source: DataSourceID, keepingCase: Bool = false
  ) async throws -> GeographyOutcome {
    try await holdDay()
    try await stagePostalCodes(records)
    if keepingCase {
      _ = try await connection.query(
        """
        update staged_postal_code s set post_office = (
          select jsonb_object_agg(e.key, case when lower(o.post_office ->> e.key) = lower(e.value)
            then o.post_office ->> e.key else e.value end)
          from jsonb_each_text(s.post_office) e)
        from postal_code o where o.code = s.code
        """)
    }
    let changed = try await connection.query(
      """
      select s.code, o.code is null from staged_postal_code s left join postal_code o using (code)
      where o.code is null
        or (o.post_office, o.municipality, o.type) is distinct from (s.post_office, s.municipality, s.type)
      order by 1
      """
    ).decode((String, Bool).self)
    var outcome = GeographyOutcome()
    outcome.created = changed.count { $0.1 }
    outcome.changed = changed.count - outcome.created
    outcome.unchanged = records.count - changed.count
    guard !changed.isEmpty else { return outcome }
    let codes = changed.map(\.0)
    try await notePostalDoubts(codes)
    try await rememberPostalCodes(codes)
    _ = try await connection.query(
      """
      insert into postal_code as o (code, post_office, municipality, type, data_source)
      select code, post_office, municipality, type, \(source.description)
      from staged_postal_code where code = any(\(codes)) order by code
      on conflict (code) do update set post_office = excluded.post_office, municipality = excluded.municipality,
        type = excluded.type, data_source = excluded.data_source
      """)
    outcome.placesChanged = try await derivePostalCodes(codes)
    try await tellPostalDoubts(codes, &outcome)
    try await forgetOldGeography()
    return outcome
  }

  private func stagePostalCodes(_ records: [PostalCodeRecord]) async throws {
    try await connection.script(
      """
      create temp table if not exists staged_postal_code
        (code text primary key, post_office jsonb, municipality text, type text) on commit drop;
      truncate staged_postal_code;
      """)
    _ = try await connection.copyIn("copy staged_postal_code from stdin") { writer in
      var text = CopyText()
      for record in records {
        text.column(record.code.description)
        text.column(record.postOffice.json.text)
        text.column(record.municipality?.description)
        text.column(record.type)
        text.endRow()
      }
      try await writer.write(text.bytes)
    }
  }

  /// Derives anew the places whose municipality hangs on one of these codes.
  func derivePostalCodes(_ codes: [String]) async throws -> Int {
    changesGeography = true
    return try await refresh(
      where: "p.postal_code = any(\(codes)) and (k.municipality is null or k.municipality_source = 'postal_code')")
  }
}
