import Places
import Postgres

extension PlaceStore {
  /// What an event's place must be. Where places are asked about they come first, and their events by them.
  func places(_ query: EventQuery, _ plan: inout ListPlan) async throws {
    // Arrays, which an index is asked for one by one: nothing tells the planner how small a tree of places is, and by
    // `in` it reads all events.
    if let ids = query.locations {
      plan.conditions.append("e.place = any(array(\(Self.visible(Self.keys(of: ids), query))))")
    }
    if let ids = query.locationTrees {
      plan.conditions.append("e.place = any(array(\(Self.visible(Self.tree(of: ids), query))))")
    }
    if query.isOnline {
      plan.conditions.append("e.place in (select o.pk from place_key o where o.kind = 'online')")
    }
    var place = query.place
    place.nearest = nil
    place.includesAreas = false
    let isPlain = place == PlaceQuery()
    guard !isPlain || query.place.nearest != nil else {
      plan.joined = "event_key e"
      return
    }
    let isSpatial = place.radius != nil || place.box != nil || place.area != nil
    var conditions = ListPlan()
    if !isPlain {
      attributes(place, &conditions)
      identities(place, &conditions)
      try await space(place, &conditions)
      if query.isPublicOnly { conditions.conditions.append("k.n_events > 0") }
      conditions.conditions.append(Self.isVisible("k", query.viewer))
      // A place that stands for "somewhere in Oulu" is not where its point is.
      if isSpatial || query.place.nearest != nil, !query.place.includesAreas {
        conditions.conditions.append("k.kind = 'venue'")
      }
      plan.joined = "place_key k join event_key e on e.place = k.pk"
    } else {
      plan.joined = "event_key e left join place_key k on k.pk = e.place and \(Self.isVisible("k", query.viewer))"
      if !query.place.includesAreas { conditions.conditions.append("(k.pk is null or k.kind = 'venue')") }
    }
    plan.conditions += conditions.conditions
    plan.isOneStatement = plan.isOneStatement && conditions.isOneStatement
    // Gathered by place, whatever the order; where a municipality has many, some come soon in the order, too.
    if isSpatial || query.place.nearest != nil { plan.isIndexed = false }
    plan.walkFrom = 2000
  }

  /// Nobody learns by a filter where a draft is.
  private static func isVisible(_ alias: String, _ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "\(unescaped: alias).publication_status = 'public'"
    case .sources(let sources):
      "(\(unescaped: alias).publication_status = 'public' or \(unescaped: alias).data_source = any(\(sources)))"
    case .all: "true"
    }
  }

  private static func visible(_ keys: SQL, _ query: EventQuery) -> SQL {
    if case .all = query.viewer { return keys }
    return "select o.pk from place_key o where o.pk = any(array(\(keys))) and \(isVisible("o", query.viewer))"
  }

  /// The keys of places and everything below them.
  private static func tree(of ids: [String]) -> SQL {
    """
    with recursive tree (pk) as (
      select r.pk from (\(keys(of: ids))) r
      union
      select c.pk from tree t join place_key c on c.parent = t.pk
    ) select pk from tree
    """
  }

  /// `text=` of events: every word must be in the event or in its place, whole, as a beginning, inflected, or with a
  /// typing error in a place's word.
  func search(_ text: String, ofEvents plan: inout ListPlan) async throws {
    plan.isOneStatement = false
    plan.isIndexed = false
    let words = try await anyMeanings(text)
    guard !words.isEmpty else {
      plan.conditions.append("false")
      return
    }
    plan.conditions += words.map { word in
      """
      e.pk in (
        select f.pk from event_search f where f.words @@ \(word)::tsquery
        union all
        select g.pk from place_search f join place_key p on p.pk = f.pk join event_key g on g.place = f.pk
        where f.words @@ \(word)::tsquery and p.publication_status = 'public')
      """
    }
  }
}
