import Places
import Postgres

/// A webhook that this process delivers to, for as long as the lease lasts.
public struct WebhookLease: Sendable {
  /// The webhook's id.
  public let id: String
  /// Where deliveries go.
  public let url: String
  /// What signs them.
  public let secret: String
  /// Failed attempts since the last success.
  public private(set) var failures: Int
  /// Whether it has failed for longer than is waited.
  public private(set) var isHopeless: Bool
  /// The question to the change log that its next delivery answers.
  public let query: ChangeQuery
  /// Names the process.
  let holder: String

  /// A delivery was taken: what failed before counts no more.
  public mutating func succeeded() {
    failures = 0
    isHopeless = false
  }
}

/// A delivery as it is to be sent.
public struct PendingDelivery: Sendable {
  /// Its id.
  public let id: String
  /// Everything up to this number is told with it.
  public let last: Int
}

extension PlaceStore {
  /// Seconds that a lease lasts without being renewed; longer than any request may take.
  private static let leaseSeconds = 60

  /// Takes webhooks that have something to be told and that nobody else delivers to.
  /// - Parameter patience: seconds after which a webhook that has failed ever since is hopeless.
  public func leaseWebhooks(holder: String, limit: Int, patience: Int) async throws -> [WebhookLease] {
    let rows = try await query(
      """
      update webhook w set lease = \(holder), leased_until = now() + make_interval(secs => \(Self.leaseSeconds))
      from (
        select d.id from webhook d
        where d.active and d.after_seq < (select seq from change_head)
          and (d.leased_until is null or d.leased_until < now()) and (d.retry_time is null or d.retry_time <= now())
        order by d.retry_time nulls first, d.id limit \(limit) for update skip locked
      ) due
      where w.id = due.id
      returning w.id, w.url, w.secret, w.failures,
        coalesce(w.failing_since < now() - make_interval(secs => \(patience)), false),
        w.after_seq, w.entities, w.kinds, w.sources,
        array(select s.id from data_source s where s.organization = w.organization
          union select g.data_source from source_grant g where g.organization = w.organization order by 1)
      """)
    return try (0..<rows.count).map { try Self.lease(rows, $0, holder) }
  }

  /// The delivery that a webhook has not taken yet; nil when there is none.
  public func pendingDelivery(_ lease: WebhookLease) async throws -> PendingDelivery? {
    try await query("select id, last_seq from webhook_delivery where webhook = \(lease.id) and status = 'pending'")
      .first(as: (String, Int).self).map { PendingDelivery(id: $0.0, last: $0.1) }
  }

  /// Notes a delivery before it is sent. Nil when the lease is lost.
  public func beginDelivery(
    _ lease: WebhookLease, id: String, first: Int, last: Int, lines: Int
  ) async throws -> PendingDelivery? {
    let rows = try await query(
      """
      insert into webhook_delivery (id, webhook, first_seq, last_seq, lines)
      select \(id), w.id, \(first), \(last), \(lines) from webhook w
      where w.id = \(lease.id) and w.lease = \(lease.holder) and w.active
      """)
    return rows.affected == 0 ? nil : PendingDelivery(id: id, last: last)
  }

  /// Counts an attempt and renews the lease. False when it is lost or the webhook was switched off.
  public func beginAttempt(_ lease: WebhookLease, _ delivery: PendingDelivery) async throws -> Bool {
    let rows = try await query(
      """
      with renewed as (
        update webhook set leased_until = now() + make_interval(secs => \(Self.leaseSeconds))
        where id = \(lease.id) and lease = \(lease.holder) and active returning id)
      update webhook_delivery d set attempts = attempts + 1, attempted_time = clock_timestamp()
      from renewed r where d.webhook = r.id and d.id = \(delivery.id)
      """)
    return rows.affected > 0
  }

  /// The receiver took a delivery, or there was nothing for it up to a number: the webhook moves on. False when it was
  /// switched off meanwhile, or another process has it.
  /// - Parameter note: why the delivery was given up instead of taken.
  public func advance(
    _ lease: WebhookLease, past delivery: PendingDelivery?, to last: Int, httpStatus: Int? = nil, note: String? = nil
  ) async throws -> Bool {
    // One statement, so that a crash leaves the delivery either pending or behind the webhook.
    let rows = try await query(
      """
      with finished as (
        update webhook_delivery set status = \(note == nil ? "delivered" : "failed"), http_status = \(httpStatus),
          error = \(note), finished_time = clock_timestamp() where id = \(delivery?.id))
      update webhook set after_seq = greatest(after_seq, \(last)), failures = 0, failing_since = null, retry_time = null,
        leased_until = now() + make_interval(secs => \(Self.leaseSeconds))
      where id = \(lease.id) and lease = \(lease.holder) returning active
      """)
    return rows.bool(0, 0) ?? false
  }

  /// A delivery was not taken: it is sent again after a pause, or the webhook is switched off. Either way the delivery
  /// stays the current one, with which the webhook goes on.
  /// - Parameters:
  ///   - pause: milliseconds until the next attempt.
  ///   - givingUp: why the webhook is switched off; nil: it is not.
  public func failDelivery(
    _ lease: WebhookLease, _ delivery: PendingDelivery?, httpStatus: Int?, error: String, pause: Int, givingUp: String?
  ) async throws {
    _ = try await query(
      """
      with failed as (
        update webhook_delivery set http_status = \(httpStatus), error = \(givingUp ?? error)
        where id = \(delivery?.id))
      update webhook set failures = failures + 1, failing_since = coalesce(failing_since, now()),
        retry_time = now() + make_interval(secs => \(pause)::float8 / 1000), lease = null, leased_until = null,
        active = active and \(givingUp)::text is null, paused_reason = coalesce(\(givingUp), paused_reason)
      where id = \(lease.id) and lease = \(lease.holder)
      """)
  }

  /// Gives a lease back. Returns whether there is more to tell already.
  public func release(_ lease: WebhookLease) async throws -> Bool {
    let rows = try await query(
      """
      update webhook set lease = null, leased_until = null where id = \(lease.id) and lease = \(lease.holder)
      returning active and after_seq < (select seq from change_head)
      """)
    return rows.bool(0, 0) ?? false
  }

  private static func lease(_ rows: Rows, _ row: Int, _ holder: String) throws -> WebhookLease {
    func list(_ column: Int) throws -> [String]? {
      try rows.withBytes(row, column) { try [String]?.postgresColumn($0) }
    }
    var query = ChangeQuery(after: rows.int(row, 5) ?? 0, viewer: .sources(try list(9) ?? []))
    query.entities = Set((try list(6) ?? []).compactMap(ChangeEntity.init(rawValue:)))
    query.kinds = try list(7).map { Set($0.compactMap(ChangeKind.init(rawValue:))) }
    query.sources = try list(8).map(Set.init)
    return WebhookLease(
      id: rows.string(row, 0) ?? "", url: rows.string(row, 1) ?? "", secret: rows.string(row, 2) ?? "",
      failures: rows.int(row, 3) ?? 0, isHopeless: rows.bool(row, 4) ?? false, query: query, holder: holder)
  }
}
