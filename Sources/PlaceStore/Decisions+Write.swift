import Places
import Postgres

/// A text and the place that it means.
public struct TextDecision: Sendable, Hashable {
  /// The text as it is written.
  public let text: String
  /// The place's id, an old one or a foreign one; nil: none of ours.
  public let id: String?

  /// Makes a decision.
  public init(text: String, id: String?) {
    self.text = text
    self.id = id
  }
}

/// What became of a ``TextDecision``.
public enum DecisionOutcome: Sendable, Hashable {
  /// It is remembered, with the living place's id; `replaced`: there was one on the text.
  case stored(id: String?, replaced: Bool)
  /// The text holds no letter and no digit.
  case noText
  /// There is no such place, or none that the viewer may see.
  case unknown
  /// The place was deleted.
  case deleted
  /// The place was split into these.
  case split([String])
}

extension StoreTransaction {
  /// Remembers decisions, each in place of the last one on its text; the outcomes are in their order. What is refused
  /// leaves the others as they are. Each that is stored stands in the audit log with what it replaced.
  public func decide(_ decisions: [TextDecision], viewer: Viewer) async throws -> [DecisionOutcome] {
    let ends = try await ends(of: Set(decisions.compactMap(\.id)))
    var outcomes: [DecisionOutcome] = []
    var told: [JSONValue] = []
    for decision in decisions {
      let folded = Folding.fold(decision.text)
      guard !folded.isEmpty else {
        outcomes.append(.noText)
        continue
      }
      var living: String?
      if let id = decision.id {
        guard let end = ends[id],
          end.isPublic || viewer.sees(String(end.id.prefix { $0 != ":" }))
        else {
          outcomes.append(.unknown)
          continue
        }
        guard end.state == "live" else {
          outcomes.append(end.state == "split" ? .split(try await successors(of: end.id, viewer)) : .deleted)
          continue
        }
        living = end.id
      }
      let old = try await remove(folded)
      _ = try await connection.query(
        """
        insert into match_decision (folded, text, pk, actor, person, request_id)
        values (\(folded), \(decision.text), (select pk from place where id = \(living)), \(author.actor),
          \(author.person), \(author.requestID))
        on conflict (folded) do update set text = excluded.text, pk = excluded.pk, actor = excluded.actor,
          person = excluded.person, request_id = excluded.request_id, time = excluded.time
        """)
      told.append(Self.audited(decision.text, .init("id", living.map { .string($0) } ?? .null), replaced: old))
      outcomes.append(.stored(id: living, replaced: old != nil))
    }
    audit(told)
    return outcomes
  }

  /// Takes the decision on a text back; false when there is none.
  public func takeBackDecision(on text: String) async throws -> Bool {
    guard let old = try await remove(Folding.fold(text)) else { return false }
    audit([Self.audited(text, nil, replaced: old)])
    return true
  }

  /// Takes a decision away and tells what it was.
  private func remove(_ folded: String) async throws -> JSONValue? {
    let rows = try await connection.query(
      """
      delete from match_decision d where d.folded = \(folded)
      returning (select p.id from place p where p.pk = d.pk), d.actor, d.person, \(PlaceStore.rfc3339("d.time"))
      """
    ).decode((String?, String, String?, String).self)
    return rows.first.map { row in
      .object([
        .init("id", row.0.map { .string($0) } ?? .null), .init("actor", .string(row.1)),
        .init("person", row.2.map { .string($0) } ?? .null), .init("time", .string(row.3)),
      ])
    }
  }

  private static func audited(_ text: String, _ id: JSONValue.Member?, replaced: JSONValue?) -> JSONValue {
    .object([.init("text", .string(text))] + (id.map { [$0] } ?? []) + (replaced.map { [.init("replaced", $0)] } ?? []))
  }

  private func audit(_ decisions: [JSONValue]) {
    guard !decisions.isEmpty else { return }
    isAudited = true
    auditDetail = .object([.init("decisions", .array(decisions))])
  }

  private func successors(of id: String, _ viewer: Viewer) async throws -> [String] {
    try await connection.query(
      """
      select k.id from place p cross join unnest(p.replaced_by) with ordinality r (pk, n)
      join place_key k on k.pk = r.pk where p.id = \(id) and \(PlaceStore.visible(viewer)) order by r.n
      """
    ).decode(String.self)
  }
}

extension StoreTransaction {
  /// Takes decisions away that hold redacted texts: those for these places, and those for none of ours that are such a
  /// text. What the audit log and kept answers tell of them goes too.
  func forgetDecisions(_ redactor: Redactor, _ places: [Int64]) async throws {
    let sought = redactor.sought
    let folded = Set(redactor.texts.map { Folding.fold($0) }.filter { $0.count > 3 }).sorted()
    _ = try await connection.query(
      """
      delete from match_decision d
      where d.pk is null and d.folded = any(\(folded)) or d.pk = any(\(places)) and (
        exists (select 1 from unnest(\(folded)::text[]) t where strpos(d.folded, t) > 0)
        or exists (select 1 from unnest(\(sought)::text[]) t where strpos(d.text, t) > 0))
      """)
    // Both tell places by their ids, "none of ours" by null; only one of them has blanks behind colons.
    for (table, column) in [("audit", "detail"), ("idempotency", "body")] {
      let holds: SQL = """
        exists (select 1 from unnest(\(sought)::text[]) t
          where strpos(lower(h.\(unescaped: column)::text), lower(t)) > 0)
        and exists (
          select 1 from (select p.id from place p where p.pk = any(\(places)) union all select null) p (id)
          where strpos(replace(h.\(unescaped: column)::text, '": ', '":'), '"id":' || coalesce(to_json(p.id)::text, 'null'))
            > 0)
        """
      _ = try await connection.query(
        table == "audit"
          ? "update audit h set detail = \(redactor.mark.text)::jsonb where h.detail ? 'decisions' and \(holds)"
          : "delete from idempotency h where h.tx <> \(number) and starts_with(h.body, '{\"text\":') and \(holds)"
            as SQL)
    }
  }
}
