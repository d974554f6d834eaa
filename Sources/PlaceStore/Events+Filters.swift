import Places
import Postgres

extension PlaceStore {
  /// The conditions and order of a query of events. Throws ``StoreError/invalidQuery(parameter:detail:)``.
  func plan(_ query: EventQuery) async throws -> ListPlan {
    var plan = ListPlan()
    visibility(query, &plan)
    times(query, &plan)
    classes(query, &plan)
    audience(query, &plan)
    relations(query, &plan)
    try await places(query, &plan)
    if let text = query.text { try await search(text, ofEvents: &plan) }
    try order(query, &plan)
    return plan
  }

  private func visibility(_ query: EventQuery, _ plan: inout ListPlan) {
    if query.onlyDeleted {
      plan.conditions.append("e.state <> 'live'")
    } else if query.viewer == .public, !query.includesDeleted {
      plan.conditions.append("e.listed")
    } else if !query.includesDeleted {
      plan.conditions.append("e.state = 'live'")
    }
    switch query.viewer {
    case .public: plan.conditions.append("e.publication_status = 'public'")
    case .sources(let sources):
      plan.conditions.append("(e.publication_status = 'public' or e.data_source = any(\(sources)))")
    case .all: break
    }
    if let isPublic = query.isPublic {
      plan.conditions.append("e.publication_status = \(isPublic ? "public" : "draft")")
    }
  }

  private func times(_ query: EventQuery, _ plan: inout ListPlan) {
    if let after = query.after {
      let passes: SQL = """
        e.ends >= \(after.description)::timestamptz
        and (e.ends > \(after.description)::timestamptz or e.starts >= \(after.description)::timestamptz)
        """
      // As Linked Events has it: what was postponed is far in the future, unless an end is asked for.
      plan.conditions.append(query.before == nil ? "(\(passes) or e.status = 'EventPostponed')" : passes)
    }
    if let before = query.before {
      let sign: SQL = before.isIncluded ? "<=" : "<"
      plan.conditions.append("e.starts \(sign) \(before.instant.description)::timestamptz")
    }
    let start: SQL = Self.minuteOfDay("e.starts")
    let end: SQL = Self.minuteOfDay("e.ends")
    if let minute = query.startsAfterMinute { plan.conditions.append("\(start) >= \(minute)::int") }
    if let minute = query.startsBeforeMinute { plan.conditions.append("\(start) <= \(minute)::int") }
    if let minute = query.endsAfterMinute { plan.conditions.append("e.has_end and \(end) >= \(minute)::int") }
    if let minute = query.endsBeforeMinute { plan.conditions.append("e.has_end and \(end) <= \(minute)::int") }
    if let seconds = query.minimumDuration {
      plan.conditions.append("\(Self.duration) >= \(seconds)::float8")
    }
    if let seconds = query.maximumDuration {
      plan.conditions.append("\(Self.duration) <= \(seconds)::float8")
    }
    if let days = query.weekdays {
      // The days that it touches; one that ends at midnight doesn't touch the day that begins then.
      plan.conditions.append(
        """
        e.starts < 'infinity' and exists (
          select 1 from generate_series(0, least(6, (greatest(e.starts, e.ends - interval '1 microsecond')
            at time zone 'Europe/Helsinki')::date - (e.starts at time zone 'Europe/Helsinki')::date)) d
          where extract(isodow from (e.starts at time zone 'Europe/Helsinki')::date + d)::int = any(\(days)))
        """)
    }
  }

  /// Seconds from start to end; 0 where either is not known.
  static let duration: SQL =
    "(case when e.starts < 'infinity' then extract(epoch from e.ends - e.starts) else 0 end)::float8"

  private static func minuteOfDay(_ column: String) -> SQL {
    SQL(
      unescaped:
        "(case when \(column) < 'infinity' then (extract(hour from \(column) at time zone 'Europe/Helsinki') * 60"
        + " + extract(minute from \(column) at time zone 'Europe/Helsinki'))::int end)")
  }

  private func classes(_ query: EventQuery, _ plan: inout ListPlan) {
    if let types = query.types { plan.conditions.append(Self.equals("e.type", types.map(\.rawValue))) }
    if let statuses = query.statuses { plan.conditions.append(Self.equals("e.status", statuses.map(\.rawValue))) }
    if let sources = query.dataSources { plan.conditions.append(Self.equals("e.data_source", sources)) }
    if let sources = query.withoutDataSources {
      plan.conditions.append("not e.data_source = any(\(sources))")
    }
    if let publishers = query.publishers {
      plan.conditions.append(
        """
        coalesce(e.publisher, (select o.organization from data_source o where o.id = e.data_source))
          = any(\(publishers))
        """)
    }
    if let ids = query.ids { plan.conditions.append("e.id = any(\(ids))") }
    if let since = query.modifiedSince { plan.conditions.append("e.modified >= \(since.description)::timestamptz") }
    for keywords in query.keywordSets {
      plan.conditions.append("e.keywords <> '{}' and e.keywords && \(keywords)::text[]")
    }
    if let keywords = query.allKeywords {
      plan.conditions.append("e.keywords <> '{}' and e.keywords @> \(keywords)::text[]")
    }
    if let keywords = query.withoutKeywords { plan.conditions.append("not e.keywords && \(keywords)::text[]") }
  }

  private func audience(_ query: EventQuery, _ plan: inout ListPlan) {
    if let languages = query.languages {
      plan.conditions.append("(e.in_language && \(languages)::text[] or e.translations && \(languages)::text[])")
    }
    if let languages = query.heldIn { plan.conditions.append("e.in_language && \(languages)::text[]") }
    if let languages = query.translations { plan.conditions.append("e.translations && \(languages)::text[]") }
    if let isFree = query.isFree { plan.conditions.append(isFree ? "e.is_free" : "not e.is_free") }
    if let age = query.minimumAgeAtMost { plan.conditions.append("e.min_age <= \(age)::int") }
    if let age = query.minimumAgeAtLeast { plan.conditions.append("e.min_age >= \(age)::int") }
    if let age = query.maximumAgeAtMost { plan.conditions.append("e.max_age <= \(age)::int") }
    if let age = query.maximumAgeAtLeast { plan.conditions.append("e.max_age >= \(age)::int") }
    if let ages = query.suitableFor {
      plan.conditions.append(
        """
        num_nulls(e.min_age, e.max_age) < 2 and coalesce(e.min_age <= \(ages.lowerBound)::int, true)
        and coalesce(e.max_age >= \(ages.upperBound)::int, true)
        """)
    }
  }

  private func relations(_ query: EventQuery, _ plan: inout ListPlan) {
    if let events = query.superEvents {
      plan.conditions.append(Self.equalsOrNull("e.super_event", events))
    }
    if let types = query.superEventTypes {
      plan.conditions.append(Self.equalsOrNull("e.super_event_type", types.map { $0?.rawValue }))
    }
    if query.hidesSuperEvents {
      plan.conditions.append("(e.super_event is not null or e.super_event_type is null)")
    }
    if query.hidesRecurringChildren {
      plan.conditions.append(
        """
        not exists (select 1 from event_key u where u.id = e.super_event and u.super_event_type = 'recurring')
        """)
    }
  }

  private static func equalsOrNull(_ column: SQL, _ values: [String?]) -> SQL {
    let texts = values.compactMap(\.self)
    let among: SQL = "\(column) = any(\(texts))"
    return values.contains(where: { $0 == nil }) ? "(\(among) or \(column) is null)" : among
  }

  private func order(_ query: EventQuery, _ plan: inout ListPlan) throws {
    var sort = query.sort
    if sort.isEmpty {
      sort =
        query.place.origin == nil
        ? [.init(.lastModifiedTime, descending: true)] : [.init(.distance), .init(.start)]
    }
    for term in sort { plan.sort.append(try column(term, query, &plan)) }
    plan.sort.append(.text("e.id"))
  }

  private func column(_ term: EventQuery.SortTerm, _ query: EventQuery, _ plan: inout ListPlan) throws -> SortColumn {
    switch term.key {
    case .start: return .time("e.starts", term.descending)
    case .end: return .time("e.ends", term.descending)
    case .lastModifiedTime: return .time("e.modified", term.descending)
    case .id: return .text("e.id", term.descending)
    case .name:
      plan.isIndexed = false
      return .text("e.sort_name", term.descending)
    case .duration:
      plan.isIndexed = false
      return .double(Self.duration, term.descending)
    case .distance:
      plan.isIndexed = false
      guard let origin = query.place.origin else {
        throw StoreError.invalidQuery(
          parameter: "sort", detail: "distance needs an origin: give nearest, or dwithin_origin and dwithin_metres.")
      }
      if let radius = query.place.radius, query.sort.isEmpty {
        return .double(Self.distanceOrder(radius), term.descending)
      }
      return .double("coalesce(\(Self.exactDistance(origin)), 1e12)", term.descending)
    }
  }
}
