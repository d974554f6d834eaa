import Geodesy
import Places
import Postgres

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
  /// From how many matches on an index is walked in the asked order; fewer are gathered and sorted.
  var walkFrom = 500
  /// Whether the count depends on nothing but the registry's state, so that it may be remembered.
  var isCountable = true
  /// Whether all conditions are in the statement itself, none found by an earlier one.
  var isOneStatement = true

  /// What is looked through where that is not places alone.
  var joined: SQL?

  var source: SQL {
    joined ?? (searches ? "place_key k join place_search s on s.pk = k.pk" : "place_key k")
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
    if plan.isCountable, plan.isIndexed, let known = counts.count(filter), known.count > plan.walkFrom {
      let page = try await page(query, plan, total: "\(known.count)::bigint", state: known.state)
      if let page { return page }
    }
    let (page, state) = try await scan(query, plan)
    if plan.isCountable { counts.remember(filter, state: state, count: page.count) }
    return page
  }

  private func page(_ query: PlaceQuery, _ plan: ListPlan, total: SQL) async throws -> PlacePage {
    let listing = listing(query, plan)
    return read(try await quick(try listing.ordered(total: total)), listing, plan)
  }

  /// The page with a remembered count; nil when the registry has changed since.
  private func page(_ query: PlaceQuery, _ plan: ListPlan, total: SQL, state: RegistryState)
    async throws -> PlacePage?
  {
    let listing = listing(query, plan)
    let rows = try await self.query(try listing.ordered(total: total))
    return RegistryState(rows, 0, 1) == state ? read(rows, listing, plan) : nil
  }

  /// All that match once, for the count and the page alike.
  private func scan(_ query: PlaceQuery, _ plan: ListPlan) async throws -> (PlacePage, RegistryState) {
    let listing = listing(query, plan)
    let rows = try await self.query(try listing.scanned())
    return (read(rows, listing, plan), RegistryState(rows, 0, 1))
  }

  private static let subject = Listing.Subject(
    table: "place_key", alias: "k", columns: { PlaceRow.columns(key: $0) }, columnCount: PlaceRow.columnCount,
    joins: { _ in "left join place_document d on d.pk = o.pk" })

  func listing(_ query: PlaceQuery, _ plan: ListPlan) -> Listing {
    Listing(
      subject: Self.subject, source: plan.source, filter: plan.filter, sort: plan.sort, cursor: query.cursor,
      page: query.page, pageSize: query.pageSize)
  }

  func read(_ rows: Rows, _ listing: Listing, _ plan: ListPlan) -> PlacePage {
    let (found, next) = listing.found(rows)
    return PlacePage(
      count: rows.int(0, 0) ?? 0, rows: found.map { PlaceRow(rows: rows, index: $0, first: Listing.first) }, next: next,
      state: plan.isOneStatement ? RegistryState(rows, 0, 1) : nil)
  }
}
