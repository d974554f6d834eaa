import Places
import Postgres

/// One line of the audit log: a transaction that changed something.
public struct AuditEntry: Sendable, Hashable {
  /// The line's number.
  public let id: Int
  /// When (RFC 3339).
  public let time: String
  /// The organisation's id, `import:<session>` or `command`.
  public let actor: String
  /// `key:<id>`, or a token's issuer and subject.
  public let person: String?
  /// Method and path, or the command.
  public let action: String
  /// The request's id.
  public let requestID: String?
  /// The client's address.
  public let address: String?
  /// How many lines of the change log it wrote.
  public let lines: Int
  /// What more there is to tell, as JSON.
  public let detail: String?
}

extension PlaceStore {
  /// The audit log, newest first: at most `limit` lines, none from before `since`.
  public func audit(since: Timestamp? = nil, limit: Int) async throws -> [AuditEntry] {
    let from: SQL = since.map { "where a.time >= \($0.description)::timestamptz" as SQL } ?? ""
    let rows = try await query(
      """
      select a.id, \(Self.rfc3339("a.time")), a.actor, a.person, a.action, a.request_id, a.address, a.lines, a.detail
      from audit a \(from) order by a.time desc, a.id desc limit \(limit)
      """)
    return try rows.decode((Int, String, String, String?, String, String?, String?, Int, String?).self).map {
      AuditEntry(
        id: $0.0, time: $0.1, actor: $0.2, person: $0.3, action: $0.4, requestID: $0.5, address: $0.6, lines: $0.7,
        detail: $0.8)
    }
  }

  /// Forgets lines of the audit log that are older than so many days, and tells how many.
  public func purgeAudit(olderThan days: Int) async throws -> Int {
    try await purge { limit in
      """
      delete from audit where id in (
        select id from audit where time < now() - make_interval(days => \(days)) order by time limit \(limit))
      """
    }
  }

  /// Deletes in pieces, so that no lock is held for long.
  func purge(_ statement: (Int) -> SQL) async throws -> Int {
    let piece = 5000
    var total = 0
    while true {
      let count = try await query(statement(piece)).affected
      total += count
      if count < piece { return total }
    }
  }
}
