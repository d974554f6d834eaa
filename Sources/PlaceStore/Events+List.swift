import Geodesy
import Places
import Postgres

extension PlaceStore {
  /// The page of events that a query asks for, with the exact count of all. Throws ``StoreError``.
  public func events(_ query: EventQuery) async throws -> EventPage {
    let plan = try await plan(query)
    if query.place.nearest != nil, query.place.radius == nil, query.sort.isEmpty {
      return try await nearestEvents(query, plan)
    }
    let listing = listing(query, plan)
    let filter = query.filter
    let known = eventCounts.count(filter)
    if plan.isIndexed, let known, known.count > plan.walkFrom {
      let rows = try await self.query(try listing.ordered(total: "\(known.count)::bigint"))
      if RegistryState(rows, 0, 1) == known.state { return read(rows, listing, query, plan) }
    }
    let rows = try await self.query(try listing.scanned())
    let page = read(rows, listing, query, plan)
    if plan.isOneStatement, !query.isMomentary {
      eventCounts.remember(filter, state: RegistryState(rows, 0, 1), count: page.count)
    }
    return page
  }

  private func listing(_ query: EventQuery, _ plan: ListPlan) -> Listing {
    let places = query.includesPlaces
    let subject = Listing.Subject(
      table: "event_key", alias: "e", columns: { EventRow.columns(key: $0, places: places) },
      columnCount: EventRow.columnCount(places: places), joins: { EventRow.joins(key: $0, places: places) })
    return Listing(
      subject: subject, source: plan.source, filter: plan.filter, sort: plan.sort, cursor: query.cursor,
      page: query.page, pageSize: query.pageSize)
  }

  private func read(_ rows: Rows, _ listing: Listing, _ query: EventQuery, _ plan: ListPlan) -> EventPage {
    let (found, next) = listing.found(rows)
    return EventPage(
      count: rows.int(0, 0) ?? 0,
      rows: found.map {
        EventRow(rows: rows, index: $0, first: Listing.first, hasPlace: query.includesPlaces)
      }, next: next, state: plan.isOneStatement ? RegistryState(rows, 0, 1) : nil)
  }

  /// Events by the distance of their place without a limit, those without a position last: as many places as hold the
  /// page's events are taken from the index, then their exact distances order them.
  private func nearestEvents(_ query: EventQuery, _ plan: ListPlan) async throws -> EventPage {
    guard let origin = query.place.nearest else { throw StoreError.fault("nearest without an origin") }
    let total = try await count(query, plan)
    var plan = plan
    plan.isOneStatement = false
    if total > Self.fewPlaces,
      let centre = try? engine.transform(
        origin, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID
      ).coordinate
    {
      var inner = plan
      // By places first: an index tells them in the order of their distance.
      if query.isPublicOnly { inner.conditions.append("k.n_events > 0") }
      inner.joined = "place_key k join event_key e on e.place = k.pk"
      var reach = query.page * query.pageSize + 64
      while reach < total {
        var near = inner
        near.conditions.append(Self.reach(inner, centre: centre, origin: origin, reach: reach))
        let listing = listing(query, near)
        let page = read(
          try await self.query(try listing.ordered(total: "\(total)::bigint")), listing, query, plan)
        if page.next != nil { return page }
        reach *= 8
      }
    }
    let listing = listing(query, plan)
    return read(try await self.query(try listing.ordered(total: "\(total)::bigint")), listing, query, plan)
  }

  /// The exact count of a plan: from memory while nothing has changed, else counted.
  private func count(_ query: EventQuery, _ plan: ListPlan) async throws -> Int {
    let filter = query.filter
    if let known = eventCounts.count(filter), try await state() == known.state { return known.count }
    let rows = try await self.query(
      "select (select count(*) from \(plan.source) where \(plan.filter)), h.seq, h.geography from change_head h")
    let count = rows.int(0, 0) ?? 0
    if plan.isOneStatement, !query.isMomentary {
      eventCounts.remember(filter, state: RegistryState(rows, 0, 1), count: count)
    }
    return count
  }
}
