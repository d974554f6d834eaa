import Places
import Postgres

/// A question to the change log.
public struct ChangeQuery: Sendable, Hashable {
  /// Everything up to this number is known to the reader.
  public var after: Int
  /// The most lines to tell, 1 to 1,000.
  public var limit: Int
  /// What to tell of; nil: everything.
  public var entities: Set<ChangeEntity>?
  /// The kinds to tell, as the reader is told them; nil: all.
  public var kinds: Set<ChangeKind>?
  /// The data sources to tell of; nil: all.
  public var sources: Set<String>?
  /// Who reads.
  public var viewer: Viewer

  /// Makes a question for all lines after a number that the viewer may see.
  public init(after: Int, limit: Int = 1000, viewer: Viewer) {
    self.after = after
    self.limit = min(max(limit, 1), 1000)
    self.viewer = viewer
  }
}

/// What the change log answers.
public enum ChangeAnswer: Sendable, Hashable {
  /// The next lines; `next` moves past those that the reader may not see.
  case page(ChangePage)
  /// The number is beyond the head, or from another log: the reader must start anew.
  case reset(head: Int, epoch: String)
  /// Lines after that number have been removed: the reader must start anew.
  case trimmed(head: Int, epoch: String)

  /// The number of the log's newest line.
  public var head: Int {
    switch self {
    case .page(let page): page.head
    case .reset(let head, _), .trimmed(let head, _): head
    }
  }
}

extension PlaceStore {
  /// Most lines that one statement looks at when a reader may see few of them.
  private static let longestStretch = 10_000

  /// The lines after a number, at most as many as asked for. Head and lines are of one moment, and numbers are gap-free
  /// in the order of commits, so that nothing with a number up to `next` can appear later.
  ///
  /// The stretch of numbers that is looked at is bounded: where the reader may see nothing in it the answer has no lines
  /// and `next` is less than `head`.
  /// - Parameter epoch: the log that the reader means; another one is answered by ``ChangeAnswer/reset(head:epoch:)``.
  public func changes(_ query: ChangeQuery, epoch: String? = nil) async throws -> ChangeAnswer {
    var answer = try await stretch(query, query.limit, epoch: epoch)
    // What may not be seen is passed over quickly: ten times ten thousand lines, then the reader gets an answer.
    for _ in 0..<10 {
      guard case .page(let page) = answer, page.lines.isEmpty, page.next < page.head else { break }
      var query = query
      query.after = page.next
      answer = try await stretch(query, Self.longestStretch, epoch: page.epoch)
    }
    return answer
  }

  /// The newest line's number and the log that it belongs to.
  public func changeHead() async throws -> (head: Int, epoch: String) {
    let rows = try await quick("select seq, feed_epoch(epoch) from change_head")
    return (rows.int(0, 0) ?? 0, rows.string(0, 1) ?? "")
  }

  /// One statement over the numbers after `query.after`, `length` of them.
  private func stretch(_ query: ChangeQuery, _ length: Int, epoch: String?) async throws -> ChangeAnswer {
    let statement = Self.statement(query, length)
    let rows = length > 1000 ? try await self.query(statement) : try await quick(statement)
    let head = rows.int(0, 0) ?? 0
    let current = rows.string(0, 2) ?? ""
    if query.after > head || (epoch != nil && epoch != current) { return .reset(head: head, epoch: current) }
    if query.after < rows.int(0, 1) ?? 0 { return .trimmed(head: head, epoch: current) }
    let lines = try (0..<rows.count).compactMap { try Self.line(rows, $0) }
    let end = min(query.after + length, head)
    // More lines than asked for may lie in the stretch.
    let next = lines.count == query.limit ? lines.last?.sequence ?? end : end
    return .page(ChangePage(lines: lines, next: next, head: head, epoch: current))
  }

  /// `change_tx` is read by its index on `first_seq` from the transaction in which the stretch begins, and of each
  /// transaction only the lines in the stretch, by the primary key (tx, ordinal): the cost is the stretch's, however deep
  /// it lies and however large its transactions are. `offset 0` keeps the planner from joining whole tables instead.
  static func statement(_ query: ChangeQuery, _ length: Int) -> SQL {
    let (first, last) = (query.after + 1, query.after + length)
    return """
      select h.seq, h.trimmed, h.epoch, l.seq, \(rfc3339("l.time")), l.entity, l.id, l.told, \(replacedBy(query.viewer)),
        l.version, l.actor, l.derived, l.person, l.detail
      from (select seq, trimmed, feed_epoch(epoch) as epoch from change_head offset 0) h
      left join (
        select t.first_seq + c.ordinal as seq, t.time, c.*
        from (
          select tx, first_seq, time from change_tx
          where first_seq <= \(last)
            and first_seq >= (select coalesce(max(first_seq), 0) from change_tx where first_seq <= \(first))
          order by first_seq limit \(length)
        ) t
        cross join lateral (
          select ordinal, entity, id, \(told(query.viewer)) as told, replaced_by, version, actor, derived,
            \(person(query.viewer)) as person, detail
          from change
          where tx = t.tx and ordinal >= \(first) - t.first_seq and ordinal <= \(last) - t.first_seq
          offset 0
        ) c
        where c.told is not null \(filters(query))
        order by 1 limit \(query.limit)
      ) l on l.seq <= h.seq
      order by l.seq
      """
  }

  /// Whether a line tells of something of the viewer's own.
  private static func isOwn(_ sources: [String]) -> SQL { "split_part(id, ':', 1) = any(\(sources)::text[])" }

  /// The kind as the viewer is told it; null: nothing.
  private static func told(_ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "public_kind"
    case .sources(let sources): "case when \(isOwn(sources)) then kind else public_kind end"
    case .all: "kind"
    }
  }

  private static func person(_ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "null::text"
    case .sources(let sources): "case when \(isOwn(sources)) then person end"
    case .all: "person"
    }
  }

  /// Successors that the viewer may know of: a draft's id is nobody else's business.
  private static func replacedBy(_ viewer: Viewer) -> SQL {
    let mayKnow: SQL
    switch viewer {
    case .all: return "case when l.told in ('merged', 'split') then l.replaced_by end"
    case .public: mayKnow = "k.publication_status = 'public'"
    case .sources(let sources):
      mayKnow = "(k.publication_status = 'public' or k.data_source = any(\(sources)::text[]))"
    }
    return """
      case when l.told in ('merged', 'split') then array(
        select r.id from unnest(l.replaced_by) with ordinality r (id, n)
        where case l.entity
          when 'place' then exists (select 1 from place_key k where k.id = r.id and \(mayKnow))
          when 'event' then exists (select 1 from event_key k where k.id = r.id and \(mayKnow)) end
        order by r.n) end
      """
  }

  private static func filters(_ query: ChangeQuery) -> SQL {
    var sql: SQL = ""
    if let entities = query.entities { sql += "and c.entity = any(\(entities.map(\.rawValue).sorted())::text[]) " }
    if let kinds = query.kinds { sql += "and c.told = any(\(kinds.map(\.rawValue).sorted())::text[]) " }
    if let sources = query.sources { sql += "and split_part(c.id, ':', 1) = any(\(sources.sorted())::text[]) " }
    return sql
  }

  private static func line(_ rows: Rows, _ row: Int) throws -> ChangeLine? {
    guard let sequence = rows.int(row, 3) else { return nil }
    guard let entity = rows.string(row, 5).flatMap(ChangeEntity.init(rawValue:)),
      let kind = rows.string(row, 7).flatMap(ChangeKind.init(rawValue:))
    else { throw StoreError.fault("The change log's line \(sequence) can't be read.") }
    let replacedBy: [String]? = try rows.withBytes(row, 8) { try [String]?.postgresColumn($0) }
    return ChangeLine(
      sequence: sequence, time: rows.string(row, 4) ?? "", entity: entity, id: rows.string(row, 6) ?? "", kind: kind,
      replacedBy: replacedBy ?? [], version: rows.int(row, 9), actor: rows.string(row, 10),
      derived: rows.bool(row, 11) ?? false, person: rows.string(row, 12), detail: rows.string(row, 13))
  }
}
