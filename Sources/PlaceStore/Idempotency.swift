import Places
import Postgres

/// What a request with an `Idempotency-Key` was answered.
public struct StoredAnswer: Sendable, Hashable {
  /// What told that request from others.
  public let fingerprint: String
  /// The status code.
  public let status: Int
  /// The `Location` header.
  public let location: String?
  /// The version that the `ETag` begins with.
  public let version: Int?
  /// The JSON body.
  public let body: String?
  /// The change log's number of that write; nil when it changed nothing.
  public let sequence: Int?
}

extension StoreTransaction {
  /// Takes a key for this transaction, or tells what was answered to it before. A request with the same key that is
  /// under way is waited for.
  public func claim(key: String, caller: String, fingerprint: String) async throws -> StoredAnswer? {
    let claimed = try await connection.query(
      """
      insert into idempotency (caller, key, fingerprint, tx)
      values (\(caller), \(key), \(fingerprint), \(number))
      on conflict (caller, key) do update set fingerprint = excluded.fingerprint, tx = excluded.tx, status = null,
        location = null, version = null, body = null, created_time = now()
      where idempotency.created_time < now() - interval '24 hours'
      """)
    if claimed.affected > 0 { return nil }
    let rows = try await connection.query(
      """
      select i.fingerprint, i.status, i.location, i.version, i.body, t.first_seq + t.n - 1
      from idempotency i left join change_tx t on t.tx = i.tx where i.caller = \(caller) and i.key = \(key)
      """)
    return try rows.decode((String, Int, String?, Int?, String?, Int?).self).first.map {
      StoredAnswer(fingerprint: $0.0, status: $0.1, location: $0.2, version: $0.3, body: $0.4, sequence: $0.5)
    }
  }

  /// Keeps what is answered to a claimed key.
  public func remember(
    key: String, caller: String, status: Int, location: String?, version: Int?, body: String?
  ) async throws {
    _ = try await connection.query(
      """
      update idempotency set status = \(status), location = \(location), version = \(version), body = \(body)
      where caller = \(caller) and key = \(key)
      """)
  }
}

extension PlaceStore {
  /// Whether a request with this key was answered in the last 24 hours.
  public func hasAnswered(key: String, caller: String) async throws -> Bool {
    try await quick(
      """
      select 1 from idempotency where caller = \(caller) and key = \(key)
        and created_time >= now() - interval '24 hours'
      """
    ).count > 0
  }

  /// Forgets answers older than 24 hours. Returns how many.
  public func purgeIdempotency() async throws -> Int {
    try await purge { limit in
      """
      delete from idempotency where (caller, key) in (
        select caller, key from idempotency where created_time < now() - interval '24 hours'
        order by created_time limit \(limit))
      """
    }
  }
}
