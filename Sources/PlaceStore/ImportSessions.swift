import Places
import Postgres

/// An import as a session: what came in, what was made of it, and whether it still stands.
public struct ImportSession: Sendable, Hashable {
  /// How far it is.
  public enum Status: String, Sendable, Hashable {
    /// The file is being read; nothing is written.
    case checking
    /// The dry run is done: it can be applied.
    case checked
    /// It is being applied.
    case applying
    /// It stands.
    case applied
    /// All its values were taken back.
    case undone
    /// The file as a whole was refused.
    case failed
  }

  /// The session's id.
  public var id: String
  /// `places`, `addresses`, `events`, `municipalities`, `divisions` or `postal-codes`.
  public var kind: String
  /// The data source.
  public var source: String
  /// How far it is.
  public var status: Status
  /// The file's name, without its folder.
  public var fileName: String?
  /// What the import was told beside its file, an object.
  public var options: JSONValue = .object([])
  /// The report as CONTRACT section 0 shapes it; nil until the file was read.
  public var report: JSONValue?
  /// `{"rows", "bytes", "size"}` while the file is read.
  public var progress: JSONValue?
  /// Why the file as a whole was refused: `{"code", "detail", "line", "flag"}`.
  public var failure: JSONValue?
  /// The organisation that uploaded it; nil: the command line.
  public var organization: String?
  /// When it began (RFC 3339).
  public var createdTime = ""
  /// When it was applied.
  public var appliedTime: String?
  /// When it was undone.
  public var undoneTime: String?

  /// Makes a session.
  public init(id: String, kind: String, source: String, status: Status) {
    self.id = id
    self.kind = kind
    self.source = source
    self.status = status
  }

  static let columns: SQL = """
    s.id, s.kind, s.data_source, s.status, s.file_name, s.options, s.report, s.progress, s.failure, s.organization,
    \(PlaceStore.rfc3339("s.created_time")), \(PlaceStore.rfc3339("s.applied_time")), \(PlaceStore.rfc3339("s.undone_time"))
    """

  init(_ rows: Rows, _ row: Int) throws {
    func json(_ column: Int) throws -> JSONValue? { try rows.string(row, column).map { try JSONParser.parse($0) } }
    id = rows.string(row, 0) ?? ""
    kind = rows.string(row, 1) ?? ""
    source = rows.string(row, 2) ?? ""
    status = Status(rawValue: rows.string(row, 3) ?? "") ?? .failed
    fileName = rows.string(row, 4)
    options = try json(5) ?? .object([])
    report = try json(6)
    progress = try json(7)
    failure = try json(8)
    organization = rows.string(row, 9)
    createdTime = rows.string(row, 10) ?? ""
    appliedTime = rows.string(row, 11)
    undoneTime = rows.string(row, 12)
  }
}

extension PlaceStore {
  /// The sessions, newest first; those of some data sources only where they are named.
  public func importSessions(sources: [String]? = nil, limit: Int = 100) async throws -> [ImportSession] {
    let condition: SQL = sources.map { "where s.data_source = any(\($0))" as SQL } ?? ""
    let rows = try await query(
      "select \(ImportSession.columns) from import_session s \(condition) order by s.created_time desc, s.id limit \(limit)"
    )
    return try (0..<rows.count).map { try ImportSession(rows, $0) }
  }

  /// One session; nil when there is none.
  public func importSession(_ id: String) async throws -> ImportSession? {
    let rows = try await quick("select \(ImportSession.columns) from import_session s where s.id = \(id)")
    return rows.count > 0 ? try ImportSession(rows, 0) : nil
  }

  /// Which column holds which field in a source's files of a kind, as it was told last; nil when it never was.
  public func importMapping(_ source: DataSourceID, kind: String) async throws -> JSONValue? {
    let rows = try await quick(
      "select mapping from import_mapping where data_source = \(source.description) and kind = \(kind)")
    return try rows.string(0, 0).map { try JSONParser.parse($0) }
  }

  /// Forgets uploaded files and rejected rows that are older than so many days; tells how many pieces.
  public func purgeImportFiles(olderThan days: Int) async throws -> Int {
    try await purge { limit in
      """
      delete from import_file f where (f.session, f.role, f.part) in (
        select i.session, i.role, i.part from import_file i join import_session s on s.id = i.session
        where s.created_time < now() - make_interval(days => \(days)) limit \(limit))
      """
    }
  }
}

/// Another import of the same data source is under way.
public struct ImportRunning: Error, Sendable {
  /// The data source.
  public let source: String
}

extension StoreTransaction {
  /// Keeps other imports of the source out until the transaction ends; others run beside it. Throws ``ImportRunning``
  /// when one is under way.
  public func lockImports(of source: DataSourceID) async throws {
    let name = "placeregistry import \(source)"
    let rows = try await connection.query("select pg_try_advisory_xact_lock(hashtextextended(\(name), 0))")
    guard rows.bool(0, 0) == true else { throw ImportRunning(source: source.description) }
  }

  /// Writes the session as it stands at the end of the transaction that applies it.
  public func save(_ session: ImportSession) async throws {
    _ = try await connection.query(
      """
      insert into import_session as s (id, kind, data_source, status, file_name, options, report, actor, person,
        organization, applied_time)
      values (\(session.id), \(session.kind), \(session.source), \(session.status.rawValue), \(session.fileName),
        \(session.options.text)::jsonb, \(session.report?.text)::jsonb, \(author.actor), \(author.person),
        \(session.organization), case when \(session.status.rawValue) = 'applied' then now() end)
      on conflict (id) do update set status = excluded.status, report = excluded.report, progress = null,
        failure = null, applied_time = excluded.applied_time, modified_time = now()
      """)
  }

  /// Keeps which column holds which field, for the source's next file.
  public func saveMapping(_ mapping: JSONValue, of source: DataSourceID, kind: String) async throws {
    _ = try await connection.query(
      """
      insert into import_mapping as m (data_source, kind, mapping) values (\(source.description), \(kind), \(mapping.text)::jsonb)
      on conflict (data_source, kind) do update set mapping = excluded.mapping, modified_time = now()
      where m.mapping <> excluded.mapping
      """)
  }
}
