import Logging
import Postgres
import Schema

/// Brings a database to the shipped schema and tells whether it is there: table changes once and in order, functions
/// replaced each time, all under an advisory lock, so that several machines may start at once.
public struct Migrator: Sendable {
  private let client: PostgresClient
  private let logger: Logger

  /// Any number that nobody else uses: it names the lock.
  private static let lock = 7_264_833_115

  /// Makes a migrator.
  public init(client: PostgresClient, logger: Logger) {
    self.client = client
    self.logger = logger
  }

  /// Applies what is missing and returns the names of what it applied. Throws ``StoreError``.
  public func migrate() async throws -> [String] {
    do {
      try await checkDatabase()
      return try await client.withConnection(statementTimeout: .seconds(3600)) { connection in
        _ = try await connection.query("select pg_advisory_lock(\(Self.lock))")
        do {
          let applied = try await apply(connection)
          _ = try await connection.query("select pg_advisory_unlock(\(Self.lock))")
          return applied
        } catch {
          // A script that failed has left its transaction open.
          try? await connection.script("rollback")
          _ = try? await connection.query("select pg_advisory_unlock(\(Self.lock))")
          throw error
        }
      }
    } catch let error as PostgresError where error.sqlState == "42501" || error.sqlState == "58P01" {
      throw StoreError.unusable(
        "The schema can't be installed: let a superuser run \"create extension postgis; create extension pg_trgm; "
          + "create extension btree_gist;\" in this database, then migrate again.")
    } catch { throw StoreError.wrapping(error) }
  }

  private func apply(_ connection: PostgresConnection) async throws -> [String] {
    try await connection.script(
      """
      create table if not exists schema_migration (
        name text primary key, checksum text not null, applied_time timestamptz not null default now());
      """)
    let known = try await recorded(connection)
    var applied: [String] = []
    for file in Schema.tables {
      let checksum = Self.checksum(file.sql)
      if let recorded = known[file.name] {
        guard recorded == checksum else {
          throw StoreError.schemaDiffers(
            "The table change \(file.name) was applied in another form; use the program version that fits.")
        }
        continue
      }
      try await connection.script("begin; \(file.sql); \(Self.record(file.name, checksum)); commit;")
      applied.append(file.name)
    }
    let unknown = Set(known.keys).subtracting(Schema.tables.map(\.name)).subtracting(["functions"])
    guard unknown.isEmpty else {
      throw StoreError.schemaDiffers(
        "The database has newer table changes (\(unknown.sorted().joined(separator: ", "))): use a newer program.")
    }
    if known["functions"] != Self.functionsChecksum {
      let all = Schema.functions.map(\.sql).joined(separator: "\n")
      try await connection.script("begin; \(all); \(Self.record("functions", Self.functionsChecksum)); commit;")
      applied.append("functions")
    }
    for name in applied { logger.debug("schema change applied", metadata: ["name": "\(name)"]) }
    return applied
  }

  /// Throws ``StoreError/schemaDiffers(_:)`` unless the database's schema is exactly the shipped one.
  public func verify() async throws {
    let wanted =
      Dictionary(uniqueKeysWithValues: Schema.tables.map { ($0.name, Self.checksum($0.sql)) })
      .merging(["functions": Self.functionsChecksum]) { a, _ in a }
    do {
      let rows = try await client.quick("select name, checksum from schema_migration")
      let found = Dictionary(try rows.decode((String, String).self).map { ($0.0, $0.1) }) { a, _ in a }
      guard found == wanted else {
        throw StoreError.schemaDiffers("The database's schema differs from this program's: run placeregistry migrate.")
      }
    } catch let error as PostgresError where error.sqlState == "42P01" {
      throw StoreError.schemaDiffers("The database holds no registry yet: run placeregistry migrate.")
    } catch { throw StoreError.wrapping(error) }
  }

  /// Throws ``StoreError/unusable(_:)`` unless the database is UTF-8 with a ctype that knows letters: in SQL_ASCII or
  /// C, pg_trgm loses ä and å.
  public func checkDatabase() async throws {
    do {
      let rows = try await client.query(
        """
        select pg_encoding_to_char(encoding), datctype, current_setting('server_version_num')::int
        from pg_database where datname = current_database()
        """)
      guard let (encoding, ctype, version) = try rows.decode((String, String, Int).self).first else { return }
      guard encoding == "UTF8", ctype != "C", ctype != "POSIX" else {
        throw StoreError.unusable(
          "The database has encoding \(encoding) and ctype \(ctype); make it with \"create database … encoding 'UTF8' "
            + "locale 'C.UTF-8' template template0\".")
      }
      guard version >= 150_000 else {
        throw StoreError.unusable("PostgreSQL 15 or newer is needed; this server is \(version / 10_000).")
      }
    } catch { throw StoreError.wrapping(error) }
  }

  private func recorded(_ connection: PostgresConnection) async throws -> [String: String] {
    let rows = try await connection.query("select name, checksum from schema_migration")
    return Dictionary(try rows.decode((String, String).self).map { ($0.0, $0.1) }) { a, _ in a }
  }

  private static func record(_ name: String, _ checksum: String) -> String {
    """
    insert into schema_migration (name, checksum) values ('\(name)', '\(checksum)')
    on conflict (name) do update set checksum = excluded.checksum, applied_time = now()
    """
  }

  private static var functionsChecksum: String { checksum(Schema.functions.map(\.sql).joined(separator: "\n")) }

  /// FNV-1a, 64 bits: it finds a changed file, not a forger.
  private static func checksum(_ text: String) -> String {
    String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
  }
}
