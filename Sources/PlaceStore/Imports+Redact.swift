import Places
import Postgres

extension StoreTransaction {
  /// Takes redacted texts out of what is kept of imports: out of the reports of those that touched a place or event, or
  /// that tell of it; and the uploaded files of its data source go, with their rejected rows, as any of them may hold
  /// it.
  func forgetImports(_ redactor: Redactor, _ entity: String, _ id: PlaceID, pk: Int64) async throws {
    let touched = SQL(unescaped: "import_" + entity)
    let source = id.source.description
    let mentions = [id.description, id.local].map { "\"id\": \(JSONValue.string($0).text)" }
    let rows = try await connection.query(
      """
      select s.id, s.report::text, s.failure::text from import_session s
      where (s.data_source = \(source)
            and exists (select 1 from unnest(\(mentions)::text[]) m where strpos(s.report::text, m) > 0)
          or exists (select 1 from \(touched) i where i.session = s.id and i.pk = \(pk)))
        and exists (select 1 from unnest(\(redactor.sought)::text[]) t
          where strpos(coalesce(s.report::text, '') || coalesce(s.failure::text, ''), t) > 0)
      for update
      """)
    for (session, report, failure) in try rows.decode((String, String?, String?).self) {
      _ = try await connection.query(
        """
        update import_session set report = \(try redactor.cleaned(json: report))::jsonb,
          failure = \(try redactor.cleaned(json: failure))::jsonb
        where id = \(session)
        """)
    }
    _ = try await connection.query(
      """
      delete from import_file f using import_session s
      where s.id = f.session and (s.data_source = \(source) and s.kind = \(entity + "s")
        or exists (select 1 from \(touched) i where i.session = s.id and i.pk = \(pk)))
      """)
  }

  /// The objects that the source delivered last of an event, and before: the redacted keys, and whatever else has one
  /// of the texts.
  func forgetDeliveredEvent(_ redactor: Redactor, _ pointers: [String], pk: Int64) async throws {
    let keys = pointers.compactMap { $0.split(separator: "/").first.map(String.init) }
    for (table, column) in [("event_delivered", "fields"), ("import_event", "delivered_before")] {
      _ = try await connection.query(
        """
        update \(unescaped: table) d set \(unescaped: column) = (
          select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(d.\(unescaped: column)) f
          where not f.key = any (\(keys))
            and not exists (select 1 from unnest(\(redactor.sought)::text[]) t where strpos(f.value::text, t) > 0))
        where d.pk = \(pk) and d.\(unescaped: column) is not null
        """)
    }
  }
}

extension Redactor {
  /// A report without what was taken out; what it counts stays.
  func cleaned(json text: String?) throws -> String? {
    guard let text else { return nil }
    let json = try JSONParser.parse(text)
    let members = (json.members ?? []).map { member in
      switch member.value {
      case .array, .object: JSONValue.Member(member.key, member.value.mapStrings { cleaned($0) })
      default: member.key == "detail" ? .init(member.key, member.value.mapStrings { cleaned($0) }) : member
      }
    }
    return JSONValue.object(members).text
  }
}
