import Places
import Postgres

/// What is stored of an import as a file.
public enum ImportFileRole: String, Sendable, Hashable {
  /// The file as it came in.
  case upload
  /// The rows that were rejected, as they came, with their reasons.
  case rejects
  /// The verdict on each row.
  case verdicts
}

extension StoreTransaction {
  /// Makes the session of an import, or leaves the one that its upload made as it is: no lock is held on it while the
  /// file is read, so that its progress can be told.
  public func begin(_ session: ImportSession) async throws {
    _ = try await connection.query(
      """
      insert into import_session
        (id, kind, data_source, status, file_name, options, progress, actor, person, organization)
      values (\(session.id), \(session.kind), \(session.source), \(session.status.rawValue), \(session.fileName),
        \(session.options.text)::jsonb, \(session.progress?.text)::jsonb, 'import:' || \(session.id), \(author.person),
        \(session.organization))
      on conflict (id) do nothing
      """)
  }

  /// Stores a piece of a session's file, in the order of the pieces.
  public func store(_ bytes: [UInt8], part: Int, _ role: ImportFileRole, of session: String) async throws {
    _ = try await connection.query(
      """
      insert into import_file (session, role, part, bytes)
      values (\(session), \(role.rawValue), \(part), decode(\(Hexadecimal.text(bytes)), 'hex'))
      """)
  }

  /// Whether a session's file is (still) stored.
  public func hasFile(_ role: ImportFileRole, of session: String) async throws -> Bool {
    let rows = try await connection.query(
      "select exists (select 1 from import_file where session = \(session) and role = \(role.rawValue))")
    return rows.bool(0, 0) == true
  }

  /// Notes that a session is to be applied now.
  public func noteApplying(_ session: String) async throws {
    _ = try await connection.query(
      """
      update import_session set status = 'applying', progress = null, failure = null, modified_time = now()
      where id = \(session)
      """)
  }
}

extension PlaceStore {
  /// A page of sessions, newest first, without the long lists of their reports, and how many there are; of some data
  /// sources only where they are named.
  public func importSessions(
    sources: [String]?, page: Int, pageSize: Int
  ) async throws -> (count: Int, sessions: [ImportSession]) {
    let condition: SQL = sources.map { "where i.data_source = any(\($0))" as SQL } ?? ""
    let count = try await quick("select count(*) from import_session i \(condition)").int(0, 0) ?? 0
    let rows = try await query(
      """
      select \(ImportSession.columns) from (
        select i.id, i.kind, i.data_source, i.status, i.file_name, i.options,
          i.report - array['problems', 'verdicts', 'retired_places'] as report, i.progress, i.failure, i.organization,
          i.created_time, i.applied_time, i.undone_time
        from import_session i \(condition) order by i.created_time desc, i.id
        limit \(pageSize) offset \((page - 1) * pageSize)
      ) s order by s.created_time desc, s.id
      """)
    return (count, try (0..<rows.count).map { try ImportSession(rows, $0) })
  }

  /// Notes how far a session is (nil: as far as before), and that it and those that wait behind it are being taken care
  /// of.
  public func noteProgress(_ progress: JSONValue?, of session: String, waiting: [String]) async throws {
    _ = try await query(
      """
      update import_session set modified_time = now(),
        progress = case when id = \(session) then coalesce(\(progress?.text)::jsonb, progress) else progress end
      where id = any(\([session] + waiting)) and status in ('checking', 'applying')
      """)
  }

  /// Notes what the reading of a session's file gave: nothing is written yet. `next` is what becomes of the session.
  /// Tells whether it was still being read.
  public func endCheck(
    _ session: String, next: ImportSession.Status, report: JSONValue?, failure: JSONValue?
  ) async throws -> Bool {
    try await query(
      """
      update import_session set status = \(next.rawValue), report = \(report?.text)::jsonb,
        failure = \(failure?.text)::jsonb, progress = null, modified_time = now()
      where id = \(session) and status = 'checking'
      """
    ).affected > 0
  }

  /// Notes that a session was not applied after all: nothing of it was written.
  public func endApply(
    _ session: String, next: ImportSession.Status, report: JSONValue?, failure: JSONValue?
  ) async throws {
    _ = try await query(
      """
      update import_session set status = \(next.rawValue), report = coalesce(\(report?.text)::jsonb, report),
        failure = \(failure?.text)::jsonb, progress = null, modified_time = now()
      where id = \(session) and status = 'applying'
      """)
  }

  /// Whoever took care of a session was stopped: what was being read has failed, what was being applied has left
  /// nothing behind and can be applied again. Without `sessions` those that nobody has taken care of for two minutes. Tells how
  /// many they were.
  public func noteStoppedImports(_ sessions: [String]? = nil) async throws -> Int {
    let condition: SQL =
      sessions.map { "id = any(\($0))" as SQL } ?? "modified_time < now() - interval '2 minutes'"
    let failed = #"{"code": "stopped", "detail": "The service was stopped while it read the file: upload it again."}"#
    let checked = #"{"code": "stopped", "detail": "The service was stopped: nothing was applied; apply it again."}"#
    // While it is applied the session's lock is held: whoever holds it is only slow.
    return try await query(
      """
      with stopped as materialized (
        select id, status, data_source from import_session where status in ('checking', 'applying') and \(condition)
      ), free as materialized (
        select id, status from stopped
        where pg_try_advisory_xact_lock(hashtextextended('placeregistry import ' || data_source, 0))
      )
      update import_session s set
        status = case f.status when 'checking' then 'failed' else 'checked' end,
        failure = case f.status when 'checking' then \(failed)::jsonb else \(checked)::jsonb end,
        progress = null, modified_time = now()
      from free f where s.id = f.id and s.status = f.status
      """
    ).affected
  }

  /// How many pieces and bytes are stored of a session's file; nil when there is none (any more).
  public func importFile(_ role: ImportFileRole, of session: String) async throws -> (parts: Int, bytes: Int)? {
    let rows = try await query(
      """
      select count(*), coalesce(sum(octet_length(bytes)), 0) from import_file
      where session = \(session) and role = \(role.rawValue)
      """)
    guard let parts = rows.int(0, 0), parts > 0 else { return nil }
    return (parts, rows.int(0, 1) ?? 0)
  }

  /// A piece of a session's file, counted from 0; nil when there is none.
  public func importFile(_ role: ImportFileRole, of session: String, part: Int) async throws -> [UInt8]? {
    let rows = try await query(
      """
      select encode(bytes, 'hex') from import_file
      where session = \(session) and role = \(role.rawValue) and part = \(part)
      """)
    return rows.withBytes(0, 0) { bytes in bytes.map(Hexadecimal.bytes) }
  }

  /// Stores a file of a session in place of the one that was there.
  public func replaceImportFile(
    _ role: ImportFileRole, of session: String, _ next: () throws -> [UInt8]?
  ) async throws {
    do {
      try await client.transaction { connection in
        _ = try await connection.query(
          "delete from import_file where session = \(session) and role = \(role.rawValue)")
        var part = 0
        while let bytes = try next() {
          _ = try await connection.query(
            """
            insert into import_file (session, role, part, bytes)
            values (\(session), \(role.rawValue), \(part), decode(\(Hexadecimal.text(bytes)), 'hex'))
            """)
          part += 1
        }
      }
    } catch { throw StoreError.wrapping(error) }
  }
}

/// Bytes as PostgreSQL writes them in text.
enum Hexadecimal {
  static func text(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      var offset = 0
      for byte in bytes {
        text[offset] = digit(byte >> 4)
        text[offset + 1] = digit(byte & 15)
        offset += 2
      }
      return offset
    }
  }

  static func bytes(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: text.count / 2) { bytes, count in
      while count < text.count / 2 {
        bytes[count] = value(text[count * 2]) << 4 | value(text[count * 2 + 1])
        count += 1
      }
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
  private static func value(_ digit: UInt8) -> UInt8 { digit < 0x40 ? digit - 0x30 : (digit | 0x20) - 0x57 }
}
