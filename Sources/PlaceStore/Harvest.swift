import Places
import Postgres

/// Which harvest: another registry's address, the data source it is known by here, and what is pulled.
public struct HarvestKey: Sendable, Hashable {
  /// What is pulled.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case place, event
  }

  /// The other registry's base.
  public let url: String
  /// The data source that the harvest is known by.
  public let source: DataSourceID
  /// What is pulled.
  public let kind: Kind

  /// Makes a key.
  public init(url: String, source: DataSourceID, kind: Kind) {
    self.url = url
    self.source = source
    self.kind = kind
  }

  var condition: SQL { "url = \(url) and source = \(source.description) and kind = \(kind.rawValue)" }
}

/// How far a harvest has come.
public struct HarvestState: Sendable, Hashable {
  /// The page that comes next where a pass is under way.
  public var nextPage: String?
  /// The other side's time (RFC 3339) up to which all is known; nil before the first whole pass.
  public var since: String?
}

/// What a harvested object says about another one.
public struct HarvestLink: Sendable, Hashable {
  /// What it says.
  public enum Relation: String, Sendable, Hashable {
    case replacedBy = "replaced_by"
    case parent
    /// Where an event is.
    case location
  }

  /// The object's id.
  public let id: PlaceID
  /// What it says.
  public let relation: Relation
  /// The other one's id, as it is there.
  public let target: String
  /// Whether an earlier pass ended without the other one.
  public let wasTried: Bool

  /// Makes a link.
  public init(id: PlaceID, relation: Relation, target: String, wasTried: Bool = false) {
    self.id = id
    self.relation = relation
    self.target = target
    self.wasTried = wasTried
  }
}

/// What a harvest knows of a place that is here already.
public struct HarvestedPlace: Sendable {
  /// The object as it was delivered last.
  public let delivered: JSONValue?
  /// Whether the place's newest version was written by a harvest.
  public let isHarvests: Bool
}

/// Another run of the same harvest has moved on meanwhile.
public struct HarvestOvertaken: Error, Sendable {}

extension PlaceStore {
  /// How far a harvest has come.
  public func harvestState(_ key: HarvestKey) async throws -> HarvestState {
    let rows = try await query(
      "select next_page, \(Self.rfc3339("since")) from harvest where \(key.condition)")
    return HarvestState(
      nextPage: rows.count > 0 ? rows.string(0, 0) : nil, since: rows.count > 0 ? rows.string(0, 1) : nil)
  }

  /// What waits for another object, in the order of ids.
  public func harvestLinks(_ key: HarvestKey) async throws -> [HarvestLink] {
    let rows = try await query(
      "select id, relation, target, tried from harvest_link where \(key.condition) order by id, relation")
    return try rows.decode((String, String, String, Bool).self).compactMap { row in
      guard let relation = HarvestLink.Relation(rawValue: row.1) else { return nil }
      return HarvestLink(id: try PlaceID(row.0), relation: relation, target: row.2, wasTried: row.3)
    }
  }

  /// The data sources that are here, each with the organisation that owns it.
  public func sourceOwners() async throws -> [String: String?] {
    let rows = try await query("select id::text, organization from data_source")
    return Dictionary(try rows.decode((String, String?).self), uniquingKeysWith: { a, _ in a })
  }
}

extension StoreTransaction {
  /// Notes that a page is in, together with the page's own rows: the next page, or the end of the pass. `time` is the
  /// other side's time (RFC 3339) when the pass began, given with its first page; `restarts`: a pass under way is
  /// given up for a new one. Throws ``HarvestOvertaken`` when another run has taken the page.
  public func advance(
    _ key: HarvestKey, page: String, next: String?, time: String?, restarts: Bool = false
  ) async throws {
    try await ensureSource(key.source)
    _ = try await connection.query(
      """
      insert into harvest (url, source, kind) values (\(key.url), \(key.source.description), \(key.kind.rawValue))
      on conflict do nothing
      """)
    let expected = try await connection.query("select next_page from harvest where \(key.condition) for update")
      .string(0, 0)
    guard restarts || (time != nil && expected == nil) || expected == page else { throw HarvestOvertaken() }
    _ = try await connection.query(
      """
      update harvest set next_page = \(next), pages = pages + 1, modified_time = now(),
        started_time = case when \(time)::text is null then started_time else now() end,
        pass_time = coalesce(\(time)::timestamptz, pass_time),
        since = case when \(next)::text is null then coalesce(\(time)::timestamptz, pass_time) else since end,
        finished_time = case when \(next)::text is null then now() end
      where \(key.condition)
      """)
  }

  /// Remembers what waits for another object; a newer word on the same object and relation counts.
  public func remember(_ links: [HarvestLink], _ key: HarvestKey) async throws {
    for link in links {
      _ = try await connection.query(
        """
        insert into harvest_link (url, source, kind, id, relation, target)
        values (\(key.url), \(key.source.description), \(key.kind.rawValue), \(link.id.description),
          \(link.relation.rawValue), \(link.target))
        on conflict (url, source, kind, id, relation) do update set target = excluded.target, tried = false
        """)
    }
  }

  /// Forgets what no longer waits, or notes that a pass ended without its target.
  public func settle(_ link: HarvestLink, _ key: HarvestKey, isDone: Bool) async throws {
    let those: SQL =
      "\(key.condition) and id = \(link.id.description) and relation = \(link.relation.rawValue)"
    _ = try await connection.query(
      isDone ? "delete from harvest_link where \(those)" : "update harvest_link set tried = true where \(those)" as SQL)
  }

  /// What was delivered of these places, and whether a harvest wrote their newest versions.
  public func harvested(_ ids: [PlaceID]) async throws -> [PlaceID: HarvestedPlace] {
    let rows = try await connection.query(
      """
      select p.id, d.fields::text, p.actor like 'import:harvest-%'
      from place p left join place_delivered d on d.pk = p.pk and d.data_source = p.data_source
      where p.id = any(\(ids.map(\.description)))
      """)
    var found: [PlaceID: HarvestedPlace] = [:]
    for (id, fields, isHarvests) in try rows.decode((String, String?, Bool).self) {
      found[try PlaceID(id)] = HarvestedPlace(
        delivered: try fields.map { try JSONParser.parse($0) }, isHarvests: isHarvests)
    }
    return found
  }

  /// The events among these whose newest version a harvest wrote.
  public func harvestedEvents(_ ids: [PlaceID]) async throws -> Set<PlaceID> {
    let rows = try await connection.query(
      "select id from event where id = any(\(ids.map(\.description))) and actor like 'import:harvest-%'")
    return Set(try rows.decode(String.self).map { try PlaceID($0) })
  }

  /// Keeps what was delivered of places that did not change by it.
  public func noteDelivered(_ delivered: [(id: PlaceID, fields: JSONValue)]) async throws {
    for (id, fields) in delivered {
      _ = try await connection.query(
        """
        insert into place_delivered (pk, data_source, fields)
        select p.pk, p.data_source, \(fields.text)::jsonb from place p where p.id = \(id.description)
        on conflict (pk, data_source) do update set fields = excluded.fields, delivered_time = now()
        """)
    }
  }
}
