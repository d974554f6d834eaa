import Geodesy
import Places
import Postgres

/// A sort key as SQL: the expression over `place_key k` (and `place_search s`), its direction and how it travels in a
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
}

/// The parts of a list query, from which the statement is put together.
struct ListPlan: Sendable {
  /// Conditions on `place_key k` and, where `searches`, `place_search s`.
  var conditions: [SQL] = []
  var sort: [SortColumn] = []
  /// Whether `place_search s` is joined.
  var searches = false
  /// How well a row answers `text=`.
  var score: SQL?
  /// The exact count where one facet's counter tells it.
  var facetCount: SQL?
  /// Whether all sort columns are plain columns that an index may hold.
  var isIndexed = true
  /// Whether the count depends on nothing but the registry's state, so that it may be remembered.
  var isCountable = true
  /// Whether all conditions are in the statement itself, none found by an earlier one.
  var isOneStatement = true

  var source: SQL {
    searches ? "place_key k join place_search s on s.pk = k.pk" : "place_key k"
  }

  var filter: SQL { conditions.isEmpty ? "true" : conditions.joined(separator: " and ") }
}

extension PlaceStore {
  /// The page of places that a query asks for, with the exact count of all. Throws ``StoreError``.
  public func places(_ query: PlaceQuery) async throws -> PlacePage {
    if query.nearest != nil, query.radius == nil, query.sort.isEmpty { return try await nearestPlaces(query) }
    let plan = try await plan(query)
    if let facet = plan.facetCount {
      return try await page(query, plan, total: facet)
    }
    let filter = query.filter
    if plan.isCountable, plan.isIndexed, let known = counts.count(filter), known.count > Self.walkFrom {
      let page = try await page(query, plan, total: "\(known.count)::bigint", state: known.state)
      if let page { return page }
    }
    let (page, state) = try await scan(query, plan)
    if plan.isCountable { counts.remember(filter, state: state, count: page.count) }
    return page
  }

  private func page(_ query: PlaceQuery, _ plan: ListPlan, total: SQL) async throws -> PlacePage {
    let rows = try await quick(try statement(query, plan, total: total))
    return try read(rows, query, plan.sort, isOneSnapshot: plan.isOneStatement)
  }

  /// The page with a remembered count; nil when the registry has changed since.
  private func page(_ query: PlaceQuery, _ plan: ListPlan, total: SQL, state: RegistryState)
    async throws -> PlacePage?
  {
    let rows = try await self.query(try statement(query, plan, total: total))
    guard RegistryState(rows, 0, 1) == state else { return nil }
    return try read(rows, query, plan.sort, isOneSnapshot: plan.isOneStatement)
  }

  /// From how many matches on an index is walked in the asked order; fewer are gathered and sorted.
  private static let walkFrom = 500

  private static let pageColumns = PlaceRow.columns(key: "o")

  /// Ids first, by an index in the asked order, documents only for the page.
  func statement(_ query: PlaceQuery, _ plan: ListPlan, total: SQL) throws -> SQL {
    """
    select t.total, t.seq, t.geography, \(Self.pageColumns)\(cursorColumns(plan.sort))
    from (select \(total) as total, h.seq, h.geography from change_head h) t
    left join lateral (\(try ordered(query, plan))) o on true
    left join place_document d on d.pk = o.pk
    order by \(order(plan.sort, prefix: "o.c"))
    """
  }

  /// All that match once, for the count and the page alike.
  private func scan(_ query: PlaceQuery, _ plan: ListPlan) async throws -> (PlacePage, RegistryState) {
    let sort = plan.sort
    let beyond = try query.cursor.map {
      try ranges($0, sort, sort.indices.map { SQL(unescaped: "m.c\($0)") }).joined(separator: " or ")
    }
    let rows = try await self.query(
      """
      with m as materialized (select k.pk\(numbered(sort)) from \(plan.source) where \(plan.filter))
      select t.total, t.seq, t.geography, \(PlaceRow.columns)\(cursorColumns(sort))
      from (select (select count(*) from m) as total, h.seq, h.geography from change_head h) t
      left join (
        select * from m where \(beyond ?? "true") order by \(order(sort, prefix: "m.c"))
        limit \(query.pageSize + 1) offset \(offset(query))
      ) o on true
      left join place_key k on k.pk = o.pk
      left join place_document d on d.pk = o.pk
      order by \(order(sort, prefix: "o.c"))
      """)
    return (try read(rows, query, sort, isOneSnapshot: plan.isOneStatement), RegistryState(rows, 0, 1))
  }

  /// The page's keys in order. After a cursor the rest of the order is a union of index ranges, one for each sort key
  /// (equal in the first i keys, beyond in the next), so that a deep page costs what the first does.
  private func ordered(_ query: PlaceQuery, _ plan: ListPlan) throws -> SQL {
    let sort = plan.sort
    let limit: SQL = "limit \(query.pageSize + 1)"
    func select(_ extra: SQL, _ tail: SQL) -> SQL {
      """
      select k.*\(numbered(sort)) from \(plan.source) where \(plan.filter) and \(extra)
      order by \(sort.map { "\($0.expression) \($0.descending ? SQL("desc") : SQL("asc"))" as SQL }
        .joined(separator: ", ")) \(tail)
      """
    }
    guard let cursor = query.cursor else {
      return select("true", "\(limit) offset \(offset(query))")
    }
    let branches = try ranges(cursor, sort, sort.map(\.expression)).map { "(\(select($0, limit)))" as SQL }.joined(
      separator: " union all ")
    return "select * from (\(branches)) u order by \(order(sort, prefix: "u.c")) \(limit)"
  }

  /// What comes after a cursor: for each sort key the rows that are equal in the keys before and beyond in this one.
  private func ranges(_ cursor: PlaceCursor, _ sort: [SortColumn], _ columns: [SQL]) throws -> [SQL] {
    let values = try values(cursor, sort)
    return sort.indices.reversed().map { index in
      let equal = (0..<index).map { "\(columns[$0]) = \(values[$0])" as SQL }
      let beyond: SQL = "\(columns[index]) \(sort[index].descending ? SQL("<") : SQL(">")) \(values[index])"
      return "(\((equal + [beyond]).joined(separator: " and ")))"
    }
  }

  private func values(_ cursor: PlaceCursor, _ sort: [SortColumn]) throws -> [SQL] {
    let values = zip(sort, cursor.values).compactMap { $0.bind($1) }
    guard values.count == sort.count, cursor.values.count == sort.count else {
      throw StoreError.invalidQuery(parameter: "cursor", detail: "This cursor belongs to another sort order.")
    }
    return values
  }

  private func offset(_ query: PlaceQuery) -> Int {
    query.cursor == nil ? (query.page - 1) * query.pageSize : 0
  }

  private func numbered(_ sort: [SortColumn]) -> SQL {
    sort.enumerated().map { ", \($1.expression) as \(unescaped: "c\($0)")" as SQL }.joined(separator: "")
  }

  private func cursorColumns(_ sort: [SortColumn]) -> SQL {
    SQL(unescaped: sort.indices.map { ", o.c\($0)" }.joined())
  }

  private func order(_ sort: [SortColumn], prefix: String) -> SQL {
    SQL(unescaped: sort.enumerated().map { "\(prefix)\($0)\($1.descending ? " desc" : "")" }.joined(separator: ", "))
  }

  /// Reads a page; one row more than asked for tells that there is a next page.
  func read(_ rows: Rows, _ query: PlaceQuery, _ sort: [SortColumn], isOneSnapshot: Bool = true) throws -> PlacePage {
    let found = (0..<rows.count).filter { rows.string($0, 3) != nil }.map { PlaceRow(rows: rows, index: $0, first: 3) }
    var next: PlaceCursor?
    if found.count > query.pageSize {
      let last = query.pageSize - 1
      let first = 3 + PlaceRow.columnCount
      let values = sort.enumerated().compactMap { $1.read(rows, last, first + $0) }
      next = values.count == sort.count ? PlaceCursor(values) : nil
    }
    return PlacePage(
      count: rows.int(0, 0) ?? 0, rows: Array(found.prefix(query.pageSize)), next: next,
      state: isOneSnapshot ? RegistryState(rows, 0, 1) : nil)
  }
}
