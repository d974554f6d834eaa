import Geodesy
import Places
import Postgres

/// One writing transaction: its rows, its change lines and who makes them. Lock order: places by id, events by id,
/// `change_head` last.
public final class StoreTransaction {
  let connection: PostgresConnection
  let engine: CoordinateEngine
  /// Who writes.
  public let author: Author
  /// The number under which this transaction's change lines stand.
  let number: Int
  private var lines = 0
  /// What the audit log tells of the transaction beside who, what and when.
  var auditDetail: JSONValue?
  /// Whether it stands in the audit log although it changed no place or event.
  var isAudited = false
  /// The municipalities as this transaction sees them.
  public internal(set) var gazetteer: Gazetteer
  private var hasStaging = false
  /// Whether the table of words that searches don't know yet is there.
  var hasWords = false
  /// Which temporary tables of event links this transaction has made.
  var hasEventStaging = false
  var hasTouched = false
  var hasMoved = false
  /// Ids of places that were published or withdrawn: those that name them are rendered anew at the end.
  var published: [String] = []
  /// Whether municipalities, postal codes or divisions changed: answers that were kept with the old ones count no more.
  var changesGeography = false
  /// Whether places were written, of which municipality and divisions were derived.
  var derivesPlaces = false
  /// Where new opening hours are written at once, in transactions of their own: a long transaction would make others that
  /// bring the same hours wait for its end. Nil: in this transaction.
  var apart: PostgresClient?
  /// Divisions whose boundaries changed.
  var movedDivisions: [Int64] = []

  init(
    connection: PostgresConnection, engine: CoordinateEngine, gazetteer: Gazetteer, author: Author, number: Int
  ) {
    self.connection = connection
    self.engine = engine
    self.gazetteer = gazetteer
    self.author = author
    self.number = number
  }

  /// The first of `count` ordinals for change lines.
  func takeLines(_ count: Int) -> Int {
    defer { lines += count }
    return lines
  }

  /// Takes back the last of the ordinals that were taken, because so many lines were not written.
  func giveBackLines(_ count: Int) { lines -= count }

  /// One row for a transaction that changed something: who, what, when and from where.
  func writeAudit() async throws {
    _ = try await connection.query(
      """
      insert into audit (tx, actor, person, action, request_id, address, lines, detail)
      select \(number), \(author.actor), \(author.person), \(author.action), \(author.requestID), \(author.address),
        count(*), \(auditDetail?.text)::jsonb from change where tx = \(number) having count(*) > 0 or \(isAudited)
      """)
  }

  /// Makes the staging tables, once in a transaction.
  func stage() async throws {
    guard !hasStaging else {
      try await connection.script("truncate staged_place, staged_key")
      return
    }
    let columns = PlaceColumns.all.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    try await connection.script(
      """
      create temp table staged_place (
        ordinal integer primary key, pk bigint, is_new boolean, \(columns),
        hours text, effective_hours text, effective_id bigint, parent_id text, delivered jsonb,
        life text not null default 'live', replaced_with bigint[],
        reason text, line text, public_line text,
        lon float8, lat float8, e float8, n float8, ex float8, ey float8, ez float8
      ) on commit drop;
      create temp table staged_key (
        pk bigint primary key, municipality text, municipality_source text, sort_name text, sort_street text, folded text, plain text, post_offices text[], body text,
        match_body text, match_keys bigint[], match_words text[]
      ) on commit drop;
      """)
    hasStaging = true
  }
}

extension PlaceStore {
  /// Runs a writing transaction and numbers its changes; tells the change log's number for it, nil when nothing
  /// changed. Deadlocks and serialization failures are tried again; one that `isLong` holds up no others, and takes a
  /// second connection now and then. Throws ``StoreError``; then nothing has changed.
  public func write<R: Sendable>(
    by author: Author, statementTimeout: Duration = .seconds(60), attempts: Int = 4, isLong: Bool = false,
    _ body: (StoreTransaction) async throws -> R
  ) async throws -> (R, sequence: Int?) {
    var attempt = 0
    while true {
      do {
        let gazetteer = try await reloadMunicipalities()
        // What is in memory may be older than what is written here.
        defer { self.gazetteer.forget() }
        return try await client.transaction(statementTimeout: statementTimeout) { connection in
          let start = try await connection.query(
            "select nextval('change_transaction'), (select geography from change_head)")
          let number = start.int(0, 0) ?? 0
          let transaction = StoreTransaction(
            connection: connection, engine: engine, gazetteer: gazetteer, author: author, number: number)
          if isLong { transaction.apart = client }
          let result = try await body(transaction)
          try await transaction.refreshReferring()
          try await transaction.settleWords()
          try await transaction.writeAudit()
          // The change log's head is locked last, for its two statements and the commit only.
          if transaction.changesGeography {
            _ = try await connection.query("update change_head set geography = geography + 1")
            // Places that others wrote meanwhile: they are committed, and nobody else can commit now.
            try await transaction.followMovedDivisions()
            try await transaction.settleWords()
          }
          let isDerived = transaction.derivesPlaces && !transaction.changesGeography
          let sequence = try await connection.query(
            isDerived
              ? "select commit_derived(\(number), \(start.int(0, 1) ?? 0))" : "select commit_changes(\(number))"
          ).int(0, 0)
          return (result, sequence: sequence)
        }
      } catch let error where Self.isPassing(error) && attempt + 1 < attempts {
        attempt += 1
        try await Task.sleep(for: .milliseconds(Int.random(in: 5...50) * attempt))
      } catch is ChangedMeanwhile {
        throw StoreError.unavailable
      } catch { throw StoreError.wrapping(error) }
    }
  }

  /// Whether the same transaction may well succeed when it is run again.
  private static func isPassing(_ error: any Error) -> Bool {
    error is ChangedMeanwhile || (error as? PostgresError)?.isRetryable == true
  }
}
