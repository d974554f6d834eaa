import PlaceMatching
import Places
import Postgres

/// A version of a place on its way through a redaction.
private struct PlaceRedaction {
  let version: Int
  let place: Place
  let reason: String?
  var newPlace: Place
  var newReason: String?

  /// The columns that differ.
  var columns: [(name: String, type: String, text: String?)] {
    var columns = PlaceColumns.all.compactMap { column in
      let text = column.text(newPlace)
      return text == column.text(place) ? nil : (column.name, column.type, text)
    }
    if newReason != reason { columns.append(("deletion_reason", "text", newReason)) }
    if newPlace.openingHours != place.openingHours { columns.append(("hours_id", "bigint", nil)) }
    return columns
  }
}

/// All versions of one place, newest first.
private struct PlaceVersions {
  let stored: StoredPlace
  var versions: [PlaceRedaction]
  /// The versions in which a pointer was redacted.
  var redacted: [(pointer: String, versions: [Int])] = []

  mutating func note(_ pointer: String, _ version: Int) {
    guard let index = redacted.firstIndex(where: { $0.pointer == pointer }) else {
      return redacted.append((pointer, [version]))
    }
    if !redacted[index].versions.contains(version) { redacted[index].versions.append(version) }
  }

  var isTouched: Bool { !redacted.isEmpty }
  var count: Int { Set(redacted.flatMap(\.versions)).count }
}

extension StoreTransaction {
  /// Takes personal data out of a place, whatever its state: out of each of its versions, and wherever else the
  /// registry has kept it. Versions, their numbers and times stay; one `updated` line is written.
  ///
  /// - Parameter fields: nil: ``RedactedField/ofPlaces``.
  /// - Returns: nil when there is no such place.
  public func redact(place id: PlaceID, fields: [RedactedField]?, reason: String) async throws -> RedactionOutcome? {
    let heirs = try await heirs(of: id)
    let locked = try await lockPlaces(where: "p.id = \(id.description) or p.pk = any(\(heirs))")
    guard let stored = locked[id] else { return nil }
    // A merge may have come between; what is locked now gets no more heirs.
    guard try await self.heirs(of: id) == heirs else { throw ChangedMeanwhile() }
    derivesPlaces = true

    var redactor = Redactor(time: try await time())
    var own = try await versions(of: stored)
    for field in fields ?? RedactedField.ofPlaces {
      for index in own.versions.indices {
        let version = own.versions[index].version
        var (place, reason) = (own.versions[index].newPlace, own.versions[index].newReason)
        guard redactor.redact(field, in: &place, reason: &reason) else { continue }
        (own.versions[index].newPlace, own.versions[index].newReason) = (place, reason)
        own.note(field.pointer, version)
        if stored.isDelivered, stored.state == "live", version == stored.version { hold(field, &own.versions[index]) }
      }
    }
    // A name that was merged or changed away lives on as an alternate name.
    var others: [PlaceVersions] = []
    Self.removeNames(redactor, from: &own)
    if !redactor.names.isEmpty {
      for heir in locked.values.filter({ $0.pk != stored.pk }).sorted(by: { $0.place.id < $1.place.id }) {
        var versions = try await versions(of: heir)
        Self.removeNames(redactor, from: &versions)
        if versions.isTouched { others.append(versions) }
      }
    }
    guard own.isTouched else { return RedactionOutcome(versions: 0, fields: [], others: []) }

    let reason = redactor.cleaned(reason)
    for one in [own] + others {
      try await overwrite(
        one.versions.map { RedactedVersion(version: $0.version, columns: $0.columns) }, of: one.stored.pk,
        live: one.stored.version, "place")
      try await note("place", one.stored.place.id, one.redacted, reason: reason)
    }
    try await forgetDelivered(redactor, own.redacted.map(\.pointer), pk: stored.pk)
    try await forgetImports(redactor, "place", id, pk: stored.pk)
    try await forgetMoves(redactor, [stored.pk] + heirs)
    try await forgetDecisions(redactor, [stored.pk] + heirs)
    let touched = [own] + others
    try await forgetDuplicateReasons(touched.map(\.stored.pk))
    _ = try await refresh(where: "p.pk = any(\(touched.map(\.stored.pk)))")
    try await tellDead(touched.filter { $0.stored.state != "live" }.map(\.stored.pk))
    let expressions = own.versions.filter { $0.newPlace.openingHours == nil }.compactMap(\.place.openingHours)
    try await forgetHours(expressions, containing: redactor)
    try await forgetWords(redactor)
    try await forget(
      redactor.sought, redactor.mark, in: "place", touched.map(\.stored.place.id.description))
    let outcome = RedactionOutcome(
      versions: own.count, fields: own.redacted.map(\.pointer), others: others.map(\.stored.place.id.description))
    tellAudit("place", id, outcome.fields, others: outcome.others, reason: reason)
    return outcome
  }

  /// The places that a place was ever merged or split into, and those that they were: they may have got its names.
  private func heirs(of id: PlaceID) async throws -> [Int64] {
    try await connection.query(
      """
      with recursive heir (pk) as (
        select p.pk from place p where p.id = \(id.description)
        union
        select u from heir h
        join (select pk, replaced_by from place union all select pk, replaced_by from place_history) v on v.pk = h.pk
        cross join unnest(v.replaced_by) u
      ) select pk from heir join place p using (pk) where p.id <> \(id.description) order by pk
      """
    ).decode(Int64.self)
  }

  private func versions(of stored: StoredPlace) async throws -> PlaceVersions {
    let rows = try await connection.query(
      """
      select p.version, p.deletion_reason, \(PlaceColumns.selection)
      from \(PlaceColumns.versions(of: stored.pk)) order by p.version desc
      """)
    let versions = try (0..<rows.count).map { row in
      let place = try PlaceColumns.read(rows, row, 2)
      let reason = rows.string(row, 1)
      return PlaceRedaction(
        version: rows.int(row, 0) ?? 1, place: place, reason: reason, newPlace: place, newReason: reason)
    }
    return PlaceVersions(stored: stored, versions: versions)
  }

  /// Holds a field against imports, so that the next one doesn't bring the value back.
  private func hold(_ field: RedactedField, _ version: inout PlaceRedaction) {
    let key = "/" + (field.pointer.dropFirst().split(separator: "/").first ?? "")
    if key != "/reason", !version.newPlace.held.contains(key) { version.newPlace.held.append(key) }
  }

  private static func removeNames(_ redactor: Redactor, from place: inout PlaceVersions) {
    guard !redactor.names.isEmpty else { return }
    for index in place.versions.indices where redactor.removeNames(from: &place.versions[index].newPlace) {
      place.note("/alternate_names", place.versions[index].version)
    }
  }

  /// The rows that sources delivered last: the fields' cells, and whatever other cell has one of the texts.
  private func forgetDelivered(_ redactor: Redactor, _ pointers: [String], pk: Int64) async throws {
    let cells = pointers.map { pointer in
      let tokens = pointer.split(separator: "/").map(String.init)
      return tokens.first == "custom_data" || tokens.count == 1
        ? tokens.prefix(2).joined(separator: ".") : tokens.prefix(2).joined(separator: "_")
    }
    for (table, column) in [("place_delivered", "fields"), ("import_place", "delivered_before")] {
      try await forgetCells(cells, redactor, pk: pk, table, column)
    }
  }

  private func forgetCells(
    _ cells: [String], _ redactor: Redactor, pk: Int64, _ table: String, _ column: String
  ) async throws {
    _ = try await connection.query(
      """
      update \(unescaped: table) d set \(unescaped: column) = (
        select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(d.\(unescaped: column)) f
        where not exists (
            select 1 from unnest(\(cells)::text[]) c
            where f.key = c or starts_with(f.key, c || '_') or starts_with(f.key, c || '.'))
          and not f.value #>> '{}' = any (\(Array(redactor.texts)))
          and not exists (select 1 from unnest(\(redactor.sought)::text[]) t where strpos(f.value::text, t) > 0))
      where d.pk = \(pk) and d.\(unescaped: column) is not null
      """)
  }

  /// What merges remember of the names that they gave to survivors.
  private func forgetMoves(_ redactor: Redactor, _ places: [Int64]) async throws {
    guard !redactor.names.isEmpty else { return }
    _ = try await connection.query(
      """
      update place_move m set alternate_names = (
        select coalesce(jsonb_agg(n), '[]') from jsonb_array_elements(m.alternate_names) n
        where not n ->> 'name' = any (\(Array(redactor.names))))
      where m.pk = any(\(places)) or m.survivor = any(\(places))
      """)
  }

  /// An `updated` line for each place that no longer lives; for those that live the rendering has written it.
  private func tellDead(_ places: [Int64]) async throws {
    guard !places.isEmpty else { return }
    let first = takeLines(places.count)
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, public_kind, replaced_by, version, actor, person, derived)
      select \(number), \(first) + (row_number() over (order by p.id))::int - 1, 'place', p.id, 'updated',
        case when p.publication_status = 'public' then 'updated' end,
        array(select r.id from unnest(p.replaced_by) with ordinality u (pk, n) join place r on r.pk = u.pk order by u.n),
        p.version, \(author.actor), \(author.person), true
      from place p where p.pk = any(\(places))
      """)
  }

  /// Opening hours that nobody has any more.
  private func forgetHours(_ expressions: [String], containing redactor: Redactor) async throws {
    _ = try await connection.query(
      """
      delete from hours h where (h.expression = any(\(expressions))
          or exists (select 1 from unnest(\(redactor.sought)::text[]) t where strpos(h.expression, t) > 0))
        and not exists (select 1 from place p where p.hours_id = h.id)
        and not exists (select 1 from place_history p where p.hours_id = h.id)
        and not exists (select 1 from place_key k where k.hours_id = h.id)
      """)
  }

  /// Words of the texts that no place is found by any more. One that comes in elsewhere at this very moment may be
  /// missing among the words that typing errors are mended with, until its place is written again.
  private func forgetWords(_ redactor: Redactor) async throws {
    let words = Set(
      redactor.texts.flatMap { Folding.plain(Folding.fold($0)).split { $0 == " " || $0 == "|" }.map(String.init) }
    ).filter { $0.count > 3 }
    guard !words.isEmpty else { return }
    _ = try await connection.query(
      """
      delete from search_word w where w.plain = any(\(Array(words)))
        and not exists (
          select 1 from place_search s
          where s.words @@ plainto_tsquery('simple', w.plain)
            and strpos(translate(s.plain, '|', ' '), ' ' || w.plain || ' ') > 0)
      """)
    let streets = redactor.texts.map { Folding.plain(StreetName.key(StreetName.split($0).street)) }
    _ = try await connection.query(
      """
      delete from match_word w where w.plain = any(\(Array(words) + streets))
        and not exists (select 1 from place_match m where strpos(translate(m.body, 'åäö', 'aao'), w.plain) > 0)
      """)
  }
}

extension PlaceStore {
  /// What was redacted of the versions of a place.
  func redactions(of id: String) async throws -> [Int: [RedactedValue]] {
    let rows = try await query(
      """
      select v, r.pointer, \(Self.rfc3339("r.time"))
      from redaction r cross join unnest(r.versions) v where r.entity = 'place' and r.entity_id = \(id) order by r.id
      """)
    var found: [Int: [RedactedValue]] = [:]
    for (version, pointer, time) in try rows.decode((Int, String, String).self) {
      found[version, default: []].append(RedactedValue(pointer: pointer, time: time))
    }
    return found
  }
}
