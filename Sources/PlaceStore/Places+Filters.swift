import Foundation
import Geodesy
import Places
import Postgres

extension PlaceStore {
  /// The conditions, order and count of a query. Throws ``StoreError/invalidQuery(parameter:detail:)``.
  func plan(_ query: PlaceQuery) async throws -> ListPlan {
    var plan = ListPlan()
    visibility(query, &plan)
    attributes(query, &plan)
    identities(query, &plan)
    if let text = query.text { try await search(text, &plan) }
    try await space(query, &plan)
    plan.isCountable = !query.withUpcomingEvents && query.radius == nil
    if let period = query.open { try await open(period, &plan) }
    try order(query, &plan)
    if query.text != nil { plan.isOneStatement = false }
    plan.facetCount = facetCount(query)
    return plan
  }

  /// Where places must lie.
  func space(_ query: PlaceQuery, _ plan: inout ListPlan) async throws {
    if let radius = query.radius { try within(radius, &plan) }
    if let box = query.box { plan.conditions.append(try await inside(box)) }
    if let area = query.area { plan.conditions.append(try await inside(area)) }
    let known = [PlacePosition.geographicSRID, PlacePosition.indexSRID]
    if ![query.box?.srid, query.area?.srid].compactMap({ $0 }).allSatisfy({ known.contains($0) }) {
      plan.isOneStatement = false
    }
  }

  private func visibility(_ query: PlaceQuery, _ plan: inout ListPlan) {
    plan.conditions.append(
      query.includesDeleted ? Self.visibleOrEnded(query.viewer) : Self.visible(query.viewer))
    if let isPublic = query.isPublic {
      plan.conditions.append("k.publication_status = \(isPublic ? "public" : "draft")")
    }
    if let kinds = query.kinds {
      plan.conditions.append("k.kind = any(\(kinds.map(\.rawValue)))")
    } else if !query.includesAreas, query.ids == nil, query.identifiers == nil {
      plan.conditions.append("k.kind = 'venue'")
    }
    if query.nearest != nil, query.operatingStates == nil { plan.conditions.append(Self.notClosed) }
    if query.withEvents { plan.conditions.append("k.n_events > 0") }
    if query.withUpcomingEvents { plan.conditions.append("k.last_event_end > now()") }
  }

  /// Closed venues keep their events, but nobody is sent to one.
  static let notClosed: SQL = "k.operating_status <> 'closed'"

  /// What places must be like.
  func attributes(_ query: PlaceQuery, _ plan: inout ListPlan) {
    if let codes = query.municipalities {
      plan.conditions.append(Self.equals("k.municipality", codes.map(\.description)))
    }
    if let divisions = query.divisions { plan.conditions.append(Self.inside(divisions)) }
    if let codes = query.postalCodes {
      // An empty code is no code: the index on postal codes leaves those rows out.
      plan.conditions.append("k.postal_code <> '' and \(Self.equals("k.postal_code", codes.map(\.description)))")
    }
    if let offices = query.postOffices {
      plan.conditions.append("k.pk in (select f.pk from place_search f where f.post_offices && \(offices)::text[])")
    }
    if let states = query.operatingStates {
      plan.conditions.append(Self.equals("k.operating_status", states.map(\.rawValue)))
    }
    if let sources = query.dataSources { plan.conditions.append(Self.equals("k.data_source", sources)) }
    if let publishers = query.publishers {
      plan.conditions.append(
        """
        coalesce(k.publisher, (select o.organization from data_source o where o.id = k.data_source))
          = any(\(publishers))
        """)
    }
    if let since = query.modifiedSince { plan.conditions.append("k.modified >= \(since.description)::timestamptz") }
  }

  func identities(_ query: PlaceQuery, _ plan: inout ListPlan) {
    if let ids = query.ids { plan.conditions.append("k.pk in (\(Self.keys(of: ids)))") }
    if let identifiers = query.identifiers {
      plan.conditions.append(
        "k.pk in (select f.pk from place_namespace f where not f.native and f.id = any(\(identifiers)))")
    }
    if let parents = query.parents { plan.conditions.append("k.parent in (\(Self.keys(of: parents)))") }
  }

  /// The keys of native, old and foreign ids, merges followed.
  static func keys(of ids: [String]) -> SQL {
    """
    with recursive chain (pk, path) as (
      select f.pk, array[f.pk] from place_namespace f where f.id = any(\(ids))
        and (f.native or not exists (select 1 from place_namespace x where x.id = f.id and x.native))
      union all
      select r.pk, c.path || r.pk
      from chain c join place f on f.pk = c.pk and f.state in ('merged', 'split')
      cross join unnest(f.replaced_by) as r (pk)
      where not r.pk = any (c.path)
    ) select pk from chain
    """
  }

  /// Each kind by the index that was made for it.
  private static func inside(_ divisions: PlaceQuery.Divisions) -> SQL {
    let codes = divisions.municipalities.map(\.description)
    let keys = divisions.keys
    let members: SQL =
      keys.count == 1
      ? "select l.pk from place_division l where l.division = \(keys[0])"
      : "select l.pk from place_division l where l.division = any(\(keys))"
    switch (codes.isEmpty, keys.isEmpty) {
    case (true, true): return "false"
    case (false, true): return equals("k.municipality", codes)
    case (true, false): return "k.pk in (\(members))"
    case (false, false):
      return "k.pk in (\(members) union all select m.pk from place_key m where m.municipality = any(\(codes)))"
    }
  }

  /// One value by `=`, which lets an index give the order too; several by `any`.
  static func equals(_ column: SQL, _ values: [String]) -> SQL {
    values.count == 1 ? "\(column) = \(values[0])" : "\(column) = any(\(values))"
  }

  private func order(_ query: PlaceQuery, _ plan: inout ListPlan) throws {
    if query.sort.isEmpty {
      if let radius = query.radius {
        plan.sort = [.double(Self.distanceOrder(radius))]
        plan.isIndexed = false
      } else if let score = plan.score {
        plan.sort = [.double(score, true)]
        plan.isIndexed = false
      } else {
        plan.sort = [
          .integer("k.n_events", true), .text("k.data_source", true), .text("k.sort_name"),
        ]
      }
    } else {
      for term in query.sort { plan.sort.append(try column(term, query, &plan)) }
    }
    plan.sort.append(.text("k.id"))
  }

  private func column(_ term: PlaceQuery.SortTerm, _ query: PlaceQuery, _ plan: inout ListPlan) throws -> SortColumn {
    switch term.key {
    case .name: return .text("k.sort_name", term.descending)
    case .id: return .text("k.id", term.descending)
    case .events: return .integer("k.n_events", term.descending)
    case .dataSource: return .text("k.data_source", term.descending)
    case .streetAddress: return .text("k.sort_street", term.descending)
    case .postalCode: return .text("k.postal_code collate \"C\"", term.descending)
    case .lastModifiedTime: return .time("k.modified", term.descending)
    case .distance:
      plan.isIndexed = false
      guard let origin = query.origin else {
        throw StoreError.invalidQuery(
          parameter: "sort", detail: "distance needs an origin: give nearest, or dwithin_origin and dwithin_metres.")
      }
      // Places without a position are further away than all others.
      return .double("coalesce(\(Self.exactDistance(origin)), 1e12)", term.descending)
    }
  }

  /// The counter of a single facet, nil when the filter is more than that.
  private func facetCount(_ query: PlaceQuery) -> SQL? {
    var rest = query.filter
    func sum(_ facet: String, _ values: [String]) -> SQL {
      "coalesce((select sum(n) from place_count where facet = \(facet) and value = any(\(values))), 0)::bigint"
    }
    let plain = PlaceQuery().filter
    if rest == plain { return sum("all", [""]) }
    if let codes = query.municipalities {
      rest.municipalities = nil
      return rest == plain ? sum("municipality", Set(codes).map(\.description)) : nil
    }
    if let codes = query.postalCodes {
      rest.postalCodes = nil
      return rest == plain ? sum("postal_code", Set(codes).map(\.description)) : nil
    }
    if let sources = query.dataSources {
      rest.dataSources = nil
      return rest == plain ? sum("data_source", Array(Set(sources))) : nil
    }
    return nil
  }
}
