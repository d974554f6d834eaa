import Places
import Postgres

extension PlaceStore {
  fileprivate static let webhookColumns: SQL = """
    w.id, w.organization, w.url, w.entities, w.kinds, w.sources, w.active, w.paused_reason, w.after_seq, w.failures,
    \(rfc3339("w.created_time")), \(rfc3339("w.modified_time"))
    """

  /// An organisation's webhooks in the order of their ids; nil: everybody's.
  public func webhooks(of organization: String?) async throws -> [Webhook] {
    let rows = try await query(
      """
      select \(Self.webhookColumns) from webhook w
      where \(organization)::text is null or w.organization = \(organization) order by w.id
      """)
    return try (0..<rows.count).map { try Self.webhook(rows, $0) }
  }

  /// A webhook; nil when there is none with this id.
  public func webhook(_ id: String) async throws -> Webhook? {
    let rows = try await query("select \(Self.webhookColumns) from webhook w where w.id = \(id)")
    return rows.count == 0 ? nil : try Self.webhook(rows, 0)
  }

  /// A page of a webhook's deliveries, newest first, and how many there are.
  public func deliveries(
    of webhook: String, page: Int, pageSize: Int
  ) async throws -> (count: Int, deliveries: [WebhookDelivery]) {
    let count = try await query("select count(*) from webhook_delivery where webhook = \(webhook)").int(0, 0) ?? 0
    let rows = try await query(
      """
      select id, first_seq, last_seq, lines, attempts, status, http_status, error, \(Self.rfc3339("created_time")),
        \(Self.rfc3339("attempted_time")), \(Self.rfc3339("finished_time"))
      from webhook_delivery where webhook = \(webhook) order by created_time desc, id
      limit \(pageSize) offset \((page - 1) * pageSize)
      """)
    let deliveries = try rows.decode(
      (String, Int, Int, Int, Int, String, Int?, String?, String, String?, String?).self
    ).map {
      WebhookDelivery(
        id: $0.0, first: $0.1, last: $0.2, lines: $0.3, attempts: $0.4, status: .init(rawValue: $0.5) ?? .failed,
        httpStatus: $0.6, error: $0.7, createdTime: $0.8, attemptedTime: $0.9, finishedTime: $0.10)
    }
    return (count, deliveries)
  }

  /// Removes deliveries from the log that were made before a number of days; those that are still to be sent stay.
  /// Returns how many.
  public func trimDeliveries(olderThan days: Int) async throws -> Int {
    try await query(
      """
      delete from webhook_delivery
      where created_time < now() - make_interval(days => \(days)) and status <> 'pending'
      """
    ).affected
  }

  fileprivate static func webhook(_ rows: Rows, _ row: Int) throws -> Webhook {
    func list(_ column: Int) throws -> [String]? {
      try rows.withBytes(row, column) { try [String]?.postgresColumn($0) }
    }
    let filter = Webhook.Filter(
      kinds: try list(4).map { Set($0.compactMap(ChangeKind.init(rawValue:))) }, sources: try list(5).map(Set.init))
    let draft = Webhook.Draft(
      url: rows.string(row, 2) ?? "", secret: nil,
      entities: Set((try list(3) ?? []).compactMap(ChangeEntity.init(rawValue:))), filter: filter,
      isActive: rows.bool(row, 6) ?? false)
    return Webhook(
      id: rows.string(row, 0) ?? "", organization: rows.string(row, 1) ?? "", draft: draft,
      pausedReason: rows.string(row, 7), after: rows.int(row, 8) ?? 0, failures: rows.int(row, 9) ?? 0,
      createdTime: rows.string(row, 10) ?? "", modifiedTime: rows.string(row, 11) ?? "")
  }
}

extension StoreTransaction {
  /// Makes a webhook that is told of everything from now on.
  public func createWebhook(_ draft: Webhook.Draft, id: String, organization: String) async throws {
    _ = try await connection.query(
      """
      insert into webhook (id, organization, url, secret, entities, kinds, sources, active, after_seq)
      select \(id), \(organization), \(draft.url), \(draft.secret ?? ""), \(Self.names(draft.entities))::text[],
        \(Self.names(draft.filter.kinds))::text[], \(draft.filter.sources?.sorted())::text[], \(draft.isActive)::bool, seq
      from change_head
      """)
    try await auditWebhook(id)
  }

  /// The webhook with this id, locked; nil when there is none.
  public func lockWebhook(_ id: String) async throws -> Webhook? {
    let rows = try await connection.query(
      "select \(PlaceStore.webhookColumns) from webhook w where w.id = \(id) for update")
    return rows.count == 0 ? nil : try PlaceStore.webhook(rows, 0)
  }

  /// Changes a locked webhook. Switched on again it goes on where it was, or at the log's head when the lines that it
  /// missed are no longer kept; what failed is tried at once.
  public func updateWebhook(_ id: String, _ draft: Webhook.Draft) async throws {
    _ = try await connection.query(
      """
      update webhook set url = \(draft.url), secret = coalesce(\(draft.secret), secret),
        entities = \(Self.names(draft.entities))::text[], kinds = \(Self.names(draft.filter.kinds))::text[],
        sources = \(draft.filter.sources?.sorted())::text[], active = \(draft.isActive)::bool, paused_reason = null,
        modified_time = now(), retry_time = null,
        failures = case when \(draft.isActive)::bool and not active then 0 else failures end,
        failing_since = case when \(draft.isActive)::bool and not active then null else failing_since end,
        after_seq = case when after_seq < (select trimmed from change_head) then (select seq from change_head)
          else after_seq end
      where id = \(id)
      """)
    try await auditWebhook(id)
  }

  /// Removes a webhook with its delivery log.
  public func deleteWebhook(_ id: String) async throws {
    _ = try await connection.query("delete from webhook where id = \(id)")
    try await auditWebhook(id)
  }

  /// Webhooks are no change of the registry, but who made them is kept.
  private func auditWebhook(_ id: String) async throws {
    _ = try await connection.query(
      """
      insert into audit (tx, actor, person, action, request_id, address, lines, detail)
      values (\(number), \(author.actor), \(author.person), \(author.action), \(author.requestID), \(author.address), 0,
        jsonb_build_object('webhook', \(id)::text))
      """)
  }

  private static func names<T: RawRepresentable<String>>(_ values: Set<T>?) -> [String]? {
    values.map { $0.map(\.rawValue).sorted() }
  }
}
