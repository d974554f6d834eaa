import Places
import Postgres

/// A list's statement, put together of its parts: what is looked through, in which order, and which page of it.
struct Listing: Sendable {
  /// The table of keys with its alias: `k` of `place_key`, `e` of `event_key`.
  struct Subject: Sendable {
    let table: String
    let alias: String
    /// The answered columns of the key table under an alias, and of what ``joins`` adds.
    let columns: @Sendable (_ alias: String) -> SQL
    let columnCount: Int
    /// Joins of the answered rows, whose key is `o.pk`; the key table stands under the alias.
    let joins: @Sendable (_ alias: String) -> SQL
  }

  let subject: Subject
  /// What is looked through: the key table, and whatever conditions and order need.
  var source: SQL
  var filter: SQL
  var sort: [SortColumn]
  var cursor: PlaceCursor?
  var page: Int
  var pageSize: Int

  /// Ids first, by an index in the asked order, documents only for the page. The first three columns are the total and
  /// the registry's state.
  func ordered(total: SQL) throws -> SQL {
    """
    select t.total, t.seq, t.geography, \(subject.columns("o"))\(cursorColumns)
    from (select \(total) as total, h.seq, h.geography from change_head h) t
    left join lateral (\(try keys())) o on true
    \(subject.joins("o"))
    order by \(order(prefix: "o.c"))
    """
  }

  /// All that match once, for the count and the page alike.
  func scanned() throws -> SQL {
    let alias = SQL(unescaped: subject.alias)
    let beyond = try cursor.map {
      try ranges($0, sort.indices.map { SQL(unescaped: "m.c\($0)") }).joined(separator: " or ")
    }
    return """
      with m as materialized (select \(alias).pk\(numbered) from \(source) where \(filter))
      select t.total, t.seq, t.geography, \(subject.columns(subject.alias))\(cursorColumns)
      from (select (select count(*) from m) as total, h.seq, h.geography from change_head h) t
      left join (
        select * from m where \(beyond ?? "true") order by \(order(prefix: "m.c"))
        limit \(pageSize + 1) offset \(offset)
      ) o on true
      left join \(unescaped: subject.table) \(alias) on \(alias).pk = o.pk
      \(subject.joins(subject.alias))
      order by \(order(prefix: "o.c"))
      """
  }

  /// The page's keys in order. After a cursor the rest of the order is a union of index ranges, one for each sort key
  /// (equal in the first i keys, beyond in the next), so that a deep page costs what the first does.
  private func keys() throws -> SQL {
    let limit: SQL = "limit \(pageSize + 1)"
    func select(_ extra: SQL, _ tail: SQL) -> SQL {
      """
      select \(unescaped: subject.alias).*\(numbered) from \(source) where \(filter) and \(extra)
      order by \(sort.map { "\($0.expression) \($0.descending ? SQL("desc") : SQL("asc"))" as SQL }
        .joined(separator: ", ")) \(tail)
      """
    }
    guard let cursor else { return select("true", "\(limit) offset \(offset)") }
    let branches = try ranges(cursor, sort.map(\.expression)).map { "(\(select($0, limit)))" as SQL }.joined(
      separator: " union all ")
    return "select * from (\(branches)) u order by \(order(prefix: "u.c")) \(limit)"
  }

  /// What comes after a cursor: for each sort key the rows that are equal in the keys before and beyond in this one.
  private func ranges(_ cursor: PlaceCursor, _ columns: [SQL]) throws -> [SQL] {
    let values = zip(sort, cursor.values).compactMap { $0.bind($1) }
    guard values.count == sort.count, cursor.values.count == sort.count else {
      throw StoreError.invalidQuery(parameter: "cursor", detail: "This cursor belongs to another sort order.")
    }
    return sort.indices.reversed().map { index in
      let equal = (0..<index).map { "\(columns[$0]) = \(values[$0])" as SQL }
      let beyond: SQL = "\(columns[index]) \(sort[index].descending ? SQL("<") : SQL(">")) \(values[index])"
      return "(\((equal + [beyond]).joined(separator: " and ")))"
    }
  }

  private var offset: Int { cursor == nil ? (page - 1) * pageSize : 0 }

  private var numbered: SQL {
    sort.enumerated().map { ", \($1.expression) as \(unescaped: "c\($0)")" as SQL }.joined(separator: "")
  }

  private var cursorColumns: SQL { SQL(unescaped: sort.indices.map { ", o.c\($0)" }.joined()) }

  private func order(prefix: String) -> SQL {
    SQL(unescaped: sort.enumerated().map { "\(prefix)\($0)\($1.descending ? " desc" : "")" }.joined(separator: ", "))
  }

  /// Where the answered columns of a row begin.
  static let first = 3

  /// How many rows of a result are the page's; one more than asked for tells that there is a next page.
  func found(_ rows: Rows) -> (rows: [Int], next: PlaceCursor?) {
    let found = (0..<rows.count).filter { rows.string($0, Self.first) != nil }
    guard found.count > pageSize else { return (found, nil) }
    let first = Self.first + subject.columnCount
    let values = sort.enumerated().compactMap { $1.read(rows, pageSize - 1, first + $0) }
    return (Array(found.prefix(pageSize)), values.count == sort.count ? PlaceCursor(values) : nil)
  }
}

/// A sort key as SQL: the expression over the key table and what is joined to it, its direction and how it travels in a
/// cursor.
struct SortColumn: Sendable {
  let expression: SQL
  let descending: Bool
  /// Turns a cursor's value into the SQL value to compare with; nil when the cursor's value has another type.
  let bind: @Sendable (PlaceCursor.Value) -> SQL?
  /// Reads the value of a row for its cursor.
  let read: @Sendable (Rows, Int, Int) -> PlaceCursor.Value?

  static func text(_ expression: SQL, _ descending: Bool = false) -> SortColumn {
    SortColumn(
      expression: expression, descending: descending,
      bind: { if case .text(let value) = $0 { "\(value)::text collate \"C\"" } else { nil } },
      read: { rows, row, column in rows.string(row, column).map { .text($0) } })
  }

  static func integer(_ expression: SQL, _ descending: Bool = false) -> SortColumn {
    SortColumn(
      expression: expression, descending: descending,
      bind: { if case .integer(let value) = $0 { "\(value)::bigint" } else { nil } },
      read: { rows, row, column in rows.int(row, column).map { .integer($0) } })
  }

  static func double(_ expression: SQL, _ descending: Bool = false) -> SortColumn {
    SortColumn(
      expression: expression, descending: descending,
      bind: { if case .double(let value) = $0 { "\(value)::float8" } else { nil } },
      read: { rows, row, column in rows.double(row, column).map { .double($0) } })
  }

  /// A time, which stands in a cursor as PostgreSQL writes it.
  static func time(_ expression: SQL, _ descending: Bool = false) -> SortColumn {
    SortColumn(
      expression: expression, descending: descending,
      bind: {
        guard case .text(let text) = $0 else { return nil }
        if text == "infinity" { return "'infinity'::timestamptz" }
        return instant(text).map { "\($0.description)::timestamptz" }
      },
      read: { rows, row, column in rows.string(row, column).map { .text($0) } })
  }

  /// A time as PostgreSQL writes it (`2026-01-02 03:04:05.678+00`).
  private static func instant(_ text: String) -> Timestamp? {
    let hasMinutes = text.suffix(3).hasPrefix(":") || text.hasSuffix("Z")
    return Timestamp(rfc3339: text.replacing(" ", with: "T") + (hasMinutes ? "" : ":00"), zone: EventTime.zone)
  }
}
