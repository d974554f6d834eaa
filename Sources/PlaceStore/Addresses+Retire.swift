import Places
import Postgres

/// Which of a source's addresses may be missing from a file.
public struct AddressScope: Sendable, Hashable {
  /// The data source.
  public var source: DataSourceID
  /// Municipalities, any of them; nil: all.
  public var municipalities: [MunicipalityCode]?
  /// Postal codes, any of them; nil: all.
  public var postalCodes: [String]?

  /// Makes the scope of a whole source.
  public init(source: DataSourceID) { self.source = source }

  fileprivate var condition: SQL {
    var sql: SQL = "a.state = 'live' and \(StoreTransaction.isOf(source))"
    if let municipalities { sql += " and a.municipality = any(\(municipalities.map(\.description))::text[])" }
    if let postalCodes { sql += " and a.postal_code = any(\(postalCodes)::text[])" }
    return sql
  }
}

extension StoreTransaction {
  /// How many living addresses there are in a scope, and how many of them the staged file has no row for.
  public func missingAddresses(_ scope: AddressScope) async throws -> (all: Int, missing: Int) {
    // New ones have been written: those that the session made are not missing, but there are as many more.
    let rows = try await connection.query(
      """
      select count(*), count(*) filter (where not exists (select 1 from staged_address s where s.id = a.id))
      from address a where \(scope.condition)
      """)
    return (rows.int(0, 0) ?? 0, rows.int(0, 1) ?? 0)
  }

  /// Retires the addresses of a scope that the staged file has no row for; tells how many.
  public func retireMissingAddresses(_ scope: AddressScope, session: String) async throws -> Int {
    _ = try await connection.query(
      """
      create temp table retired_address on commit drop as
      select a.pk from address a
      where \(scope.condition) and not exists (select 1 from staged_address s where s.id = a.id)
      """)
    try await keepBefore(session, "retired_address r where r.pk = a.pk")
    let retired = try await connection.query(
      """
      update address a set state = 'retired', session = \(session), modified_time = now()
      from retired_address r where r.pk = a.pk
      """
    ).affected
    _ = try await connection.query(
      "update address_session set retired = retired + \(retired) where session = \(session)")
    return retired
  }

  /// Ends a session of addresses: one line in the change log with its counts, none when nothing changed. Former values
  /// are kept for the last five sessions of the source that changed something.
  public func finishAddresses(session: String, source: DataSourceID) async throws {
    let removed = try await connection.query(
      "delete from address_session where session = \(session) and created + changed + retired = 0"
    ).affected
    guard removed == 0 else { return }
    try await tellAddresses(
      source,
      detail: """
        (select jsonb_build_object('session', session, 'created', created, 'changed', changed, 'retired', retired)
          from address_session where session = \(session))
        """)
    _ = try await connection.query(
      """
      delete from address_session where data_source = \(source.description) and ordinal <= (
        select ordinal from address_session where data_source = \(source.description)
        order by ordinal desc offset 5 limit 1)
      """)
  }

  func tellAddresses(_ source: DataSourceID, detail: SQL) async throws {
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, public_kind, actor, person, detail)
      values (\(number), \(takeLines(1)), 'address', \(source.description), 'updated', 'updated', \(author.actor),
        \(author.person), \(detail))
      """)
  }
}
