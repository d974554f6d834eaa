import Postgres

extension TestDatabase {
  /// The tables in which a text stands, whatever the column, its type and the case of letters.
  public func tables(holding text: String) async throws -> [String] {
    let tables = try await client.query(
      """
      select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1
      """
    ).decode(String.self)
    var holding: [String] = []
    for table in tables {
      let found = try await client.query(
        "select exists (select 1 from \(unescaped: table) t where strpos(lower(t::text), lower(\(text))) > 0)")
      if found.bool(0, 0) == true { holding.append(table) }
    }
    return holding
  }
}
