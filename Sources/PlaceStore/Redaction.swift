import Places
import Postgres

/// What a redaction did.
public struct RedactionOutcome: Sendable, Hashable {
  /// How many versions held something; 0: nothing was there, and nothing was done.
  public let versions: Int
  /// The pointers under which there was something.
  public let fields: [String]
  /// Other places out of which a name was taken that a merge had given them.
  public let others: [String]

  /// Where nobody can take anything out: told with each redaction.
  public static let unreachable = [
    "backups and write-ahead logs of the database",
    "earlier dumps",
    "copies that readers of the interface, the change feed and webhooks made",
    "the data source itself, and files that were imported",
    "logs outside the database",
  ]
}

/// One redaction of one pointer, as the history of a place tells it.
public struct RedactedValue: Sendable, Hashable {
  /// What was redacted.
  public let pointer: String
  /// When (RFC 3339).
  public let time: String
}

/// A version that was redacted: its row and the columns that are new.
struct RedactedVersion {
  let version: Int
  /// Column, type and new text of what differs.
  var columns: [(name: String, type: String, text: String?)]
}

extension StoreTransaction {
  /// The moment of the transaction (RFC 3339).
  func time() async throws -> String {
    try await connection.query("select \(PlaceStore.rfc3339("now()"))").string(0, 0) ?? ""
  }

  /// Writes redacted values over the old ones; the version, its number and its time stay.
  func overwrite(_ versions: [RedactedVersion], of pk: Int64, live: Int, _ table: String) async throws {
    for version in versions where !version.columns.isEmpty {
      let set = version.columns.map { "\(unescaped: $0.name) = \($0.text)::\(unescaped: $0.type)" as SQL }
        .joined(separator: ", ")
      let row = SQL(unescaped: version.version == live ? table : table + "_history")
      _ = try await connection.query(
        "update \(row) set \(set) where pk = \(pk) and version = \(version.version)")
    }
  }

  /// Notes which versions of an entity a pointer was redacted in.
  func note(_ entity: String, _ id: PlaceID, _ fields: [(pointer: String, versions: [Int])], reason: String)
    async throws
  {
    for field in fields where !field.versions.isEmpty {
      _ = try await connection.query(
        """
        insert into redaction (entity, entity_id, versions, pointer, reason, actor, person, request_id)
        values (\(entity), \(id.description), \(field.versions.sorted()), \(field.pointer), \(reason), \(author.actor),
          \(author.person), \(author.requestID))
        """)
    }
  }

  /// Takes redacted texts out of the answers, audit lines and change lines of the transactions that wrote an entity.
  func forget(_ texts: [String], _ mark: JSONValue, in entity: String, _ ids: [String]) async throws {
    let documents = ids.map { "\"id\":\(JSONValue.string($0).text)" }
    _ = try await connection.query(
      """
      delete from idempotency i
      where i.tx <> \(number) and i.body is not null and (
        exists (select 1 from change c where c.tx = i.tx and c.entity = \(entity) and c.id = any(\(ids)))
        or exists (select 1 from unnest(\(documents)::text[]) d where strpos(i.body, d) > 0))
      """)
    for table in ["audit", "change"] {
      _ = try await connection.query(
        """
        update \(unescaped: table) t set detail = \(mark.text)::jsonb
        where t.detail is not null
          and exists (select 1 from unnest(\(texts)::text[]) f where strpos(t.detail::text, f) > 0)
          and exists (select 1 from change c where c.tx = t.tx and c.entity = \(entity) and c.id = any(\(ids)))
        """)
    }
  }

  /// Tells the audit log what was redacted and why; the value is not told.
  func tellAudit(_ entity: String, _ id: PlaceID, _ fields: [String], others: [String], reason: String) {
    auditDetail = .object([
      .init("entity", .string(entity)), .init("id", .string(id.description)),
      .init("redacted", .array(fields.map { .string($0) })),
      .init("others", .array(others.map { .string($0) })),
      .init("reason", .string(reason)),
    ])
  }
}

extension Redactor {
  /// The texts that are looked for in other texts: of shorter ones much else is made. As they are, and as JSON has them.
  var sought: [String] {
    let long = texts.filter { $0.count > 3 }
    return Set(long).union(long.map { String(JSONValue.string($0).text.dropFirst().dropLast()) }).sorted()
  }
}
