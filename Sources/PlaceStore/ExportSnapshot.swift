import Geodesy
import Places
import Postgres

/// What a dump holds beside its scope.
public struct ExportQuery: Sendable, Hashable {
  /// Which rows.
  public var scope = ExportScope()
  /// Whether drafts are among them; deleted rows never are.
  public var includesDrafts = false
  /// Whether the built-in places are among them: municipalities, online, various.
  public var includesBuiltIn = false
  /// Whether everybody may read it: the id of a draft is then shown nowhere.
  public var isForPublic = false

  /// Everything public but the built-in places.
  public init() {}
}

/// The registry as it was at one moment: all that is read of it is of the same state, whatever is written meanwhile.
public struct ExportSnapshot: Sendable {
  let connection: PostgresConnection
  let query: ExportQuery
  /// The change log's number at which it is exact.
  public let sequence: Int
  /// The change log that the number belongs to.
  public let epoch: String
  /// The moment (RFC 3339, UTC).
  public let time: String
  /// The moment in seconds since 1970.
  public let seconds: Double
}

extension PlaceStore {
  /// Reads the registry in one read-only transaction whose statements all see the same state. Throws ``StoreError`` and
  /// what `body` throws.
  public func snapshot<R: Sendable>(
    _ query: ExportQuery, _ body: (ExportSnapshot) async throws -> R
  ) async throws -> R {
    do {
      var query = query
      query.scope = try query.scope.resolved(await reloadMunicipalities())
      return try await client.transaction(
        isolation: .repeatableRead, readOnly: true, statementTimeout: .seconds(600)
      ) { [query] connection in
        // Values differ from dump to dump, and a page is worth planning for them.
        _ = try await connection.query("set local plan_cache_mode = force_custom_plan")
        // The first statement that reads fixes the state.
        let rows = try await connection.query(
          "select seq, feed_epoch(epoch), \(Self.rfc3339("now()")), extract(epoch from now()) from change_head")
        let snapshot = ExportSnapshot(
          connection: connection, query: query, sequence: rows.int(0, 0) ?? 0, epoch: rows.string(0, 1) ?? "",
          time: rows.string(0, 2) ?? "", seconds: rows.double(0, 3) ?? 0)
        return try await body(snapshot)
      }
    } catch { throw StoreError.wrapping(error) }
  }
}

extension ExportSnapshot {
  /// The data sources of the dump's rows, in the order of their ids, with their licences.
  public func sources(of kind: ExportKind) async throws -> [DataSource] {
    let rows = try await connection.query(
      """
      select s.id, s.name, s.organization, s.licence, s.licence_url, s.attribution, s.contact,
        \(PlaceStore.rfc3339("s.data_time")),
        coalesce((select n from place_count c where c.facet = 'data_source' and c.value = s.id), 0)
      from data_source s
      where s.id::text in (select distinct k.data_source::text from \(source(kind)) where \(filter(kind)))
      order by s.id collate "C"
      """)
    return try rows.decode((String, String, String?, String?, String?, String?, String?, String?, Int).self).map {
      DataSource(
        id: $0.0, name: $0.1, organization: $0.2, licence: $0.3, licenceURL: $0.4, attribution: $0.5, contact: $0.6,
        dataTime: $0.7, placeCount: $0.8)
    }
  }

  /// The narrow rows `k` of a kind, with the places `p` that events are linked to.
  func source(_ kind: ExportKind) -> SQL {
    switch kind {
    case .places: "place_key k"
    case .addresses: "address k"
    case .events: "event_key k left join place_key p on p.pk = k.place"
    }
  }

  /// Which rows of ``source(_:)`` the dump holds.
  func filter(_ kind: ExportKind) -> SQL {
    // Addresses have no drafts.
    let isLive: SQL = query.includesDrafts || kind == .addresses ? "k.state = 'live'" : "k.listed"
    var conditions = [isLive] + query.scope.conditions(own: "k", place: kind == .events ? "p" : "k")
    let asksForBuiltIn =
      query.includesBuiltIn || query.scope.names(.kind)
      || query.scope.filters.contains { $0.field == .dataSource && $0.values.contains("fi") }
    if kind == .places, !asksForBuiltIn {
      conditions.append("not (k.data_source = 'fi' and k.kind in ('municipality', 'area', 'online'))")
    }
    return conditions.joined(separator: " and ")
  }

  /// A page's rows, which come in the order of their ids.
  func page(_ kind: ExportKind, after id: String?, _ limit: Int) -> SQL {
    let beyond: SQL = id.map { " and k.id > \($0)" as SQL } ?? ""
    return """
      select k.pk from \(source(kind)) where \(filter(kind))\(beyond) order by k.id limit \(unescaped: String(limit))
      """
  }
}
