import PlaceMatching
import Places
import Postgres

/// What can be said of a pair of places.
public enum DuplicateState: String, Sendable, Hashable, CaseIterable {
  /// They may be the same one.
  case open
  /// Somebody said that they are not.
  case distinct
}

/// A place of a pair, as lists show it.
public struct DuplicatePlace: Sendable, Hashable {
  /// The place's id.
  public let id: String
  /// Its data source.
  public let source: String
  /// Its name.
  public let name: LocalizedText
  /// Its street address.
  public let streetAddress: LocalizedText?
  /// The municipality that counts.
  public let municipality: MunicipalityCode?
}

/// Two living places that may be the same one.
public struct DuplicatePair: Sendable, Hashable {
  /// Both, in the order in which they came into the registry.
  public let places: [DuplicatePlace]
  /// How sure it is, 0–100.
  public let score: Double
  /// Why, as a JSON array of `{"feature", "score", "detail"}`.
  public let reasons: String
  /// What was said of it.
  public let state: DuplicateState
  /// When it was found first (RFC 3339).
  public let foundTime: String
  /// The organisation that said that they are two, when (RFC 3339), and why.
  public let decidedBy, decidedTime, decisionReason: String?
}

/// A question for pairs.
public struct DuplicateQuery: Sendable, Hashable {
  /// What was said of them.
  public var state = DuplicateState.open
  /// Municipalities in which one of the two lies, any of them; nil: all.
  public var municipalities: [MunicipalityCode]?
  /// Data sources of which one of the two is, any of them; nil: all.
  public var sources: [String]?
  /// The least score, 0–100, to the hundredth: the column is a real, and refuses what is too small for one.
  public var leastScore = 0.0
  /// Who asks: pairs with a draft are shown to those who may see both places.
  public var viewer: Viewer
  /// From 1.
  public var page = 1
  /// The most pairs of a page.
  public var pageSize = 20

  /// Makes a question for all open pairs.
  public init(viewer: Viewer = .public) { self.viewer = viewer }
}

extension PlaceStore {
  /// The pairs that fit, best first, and how many there are in all. Throws ``StoreError``.
  public func duplicates(_ asked: DuplicateQuery) async throws -> (count: Int, pairs: [DuplicatePair]) {
    let least = (asked.leastScore * 100).rounded() / 100
    var conditions: [SQL] = [
      "d.state = \(asked.state.rawValue)", "d.score >= \(least)", Self.sees("a", asked.viewer),
      Self.sees("b", asked.viewer),
    ]
    if let codes = asked.municipalities {
      let codes = codes.map(\.description)
      conditions.append("(a.municipality = any(\(codes)::text[]) or b.municipality = any(\(codes)::text[]))")
    }
    if let sources = asked.sources {
      conditions.append("(a.data_source = any(\(sources)::text[]) or b.data_source = any(\(sources)::text[]))")
    }
    let rows = try await query(
      """
      with found as materialized (
        select d.*, a.id as low_id, b.id as high_id
        from place_duplicate d join place_key a on a.pk = d.low join place_key b on b.pk = d.high
        where \(conditions.joined(separator: " and "))
      )
      select t.total, p.*, \(Self.shownColumns("a", "x")), \(Self.shownColumns("b", "y"))
      from (select count(*) as total from found) t
      left join lateral (
        select f.low, f.high, f.score, f.reasons::text, f.state, \(Self.rfc3339("f.found_time")), f.decided_by,
          \(Self.rfc3339("f.decided_time")), f.decision_reason
        from found f order by f.score desc, f.low, f.high
        limit \(asked.pageSize) offset \((asked.page - 1) * asked.pageSize)
      ) p on true
      left join place_key a on a.pk = p.low left join place x on x.pk = p.low
      left join place_key b on b.pk = p.high left join place y on y.pk = p.high
      order by p.score desc, p.low, p.high
      """)
    let pairs = try (0..<rows.count).compactMap { row -> DuplicatePair? in
      guard rows.int(row, 1) != nil, let score = rows.double(row, 3),
        let state = rows.string(row, 5).flatMap(DuplicateState.init(rawValue:))
      else { return nil }
      return DuplicatePair(
        places: [try Self.shown(rows, row, 10), try Self.shown(rows, row, 15)], score: score,
        reasons: rows.string(row, 4) ?? "[]", state: state, foundTime: rows.string(row, 6) ?? "",
        decidedBy: rows.string(row, 7), decidedTime: rows.string(row, 8), decisionReason: rows.string(row, 9))
    }
    return (rows.int(0, 0) ?? 0, pairs)
  }

  /// How many changes have yet to be looked at; nil while the whole registry is looked at for the first time. Throws
  /// ``StoreError``.
  public func duplicatesBehind() async throws -> Int? {
    let rows = try await quick(
      """
      select case when p.epoch = feed_epoch(h.epoch) and p.walked is null then h.seq - p.after_seq end
      from duplicate_progress p cross join change_head h
      """)
    return rows.int(0, 0)
  }

  private static func sees(_ key: SQL, _ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "\(key).listed"
    case .sources(let sources):
      "\(key).state = 'live' and (\(key).listed or \(key).data_source = any(\(sources)::text[]))"
    case .all: "\(key).state = 'live'"
    }
  }

  private static func shownColumns(_ key: SQL, _ place: SQL) -> SQL {
    "\(key).id, \(key).data_source, \(place).name::text, \(place).street_address::text, \(key).municipality"
  }

  private static func shown(_ rows: Rows, _ row: Int, _ first: Int) throws -> DuplicatePlace {
    DuplicatePlace(
      id: rows.string(row, first) ?? "", source: rows.string(row, first + 1) ?? "",
      name: try rows.string(row, first + 2).flatMap { LocalizedText(json: try JSONParser.parse($0)) } ?? .blank,
      streetAddress: try rows.string(row, first + 3).flatMap { LocalizedText(json: try JSONParser.parse($0)) },
      municipality: try rows.string(row, first + 4).map { try MunicipalityCode($0) })
  }
}
