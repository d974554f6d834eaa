import PlaceMatching
import Places
import Postgres

/// A street of the register that one asked for may mean.
struct KnownStreet: Sendable, Hashable {
  /// As the addresses have it, folded.
  let folded: String
  /// 0: the same street, however it is abbreviated; 1: but for the dots of å, ä, ö and spaces; more: a typing error
  /// more each.
  let step: Int
}

extension PlaceStore {
  /// Letters at the beginning in which a street with two typing errors must be right.
  private static let certainLetters = 3

  /// What each of these streets may mean, in their order. Typing errors are forgiven only where the register knows no
  /// such street anywhere. With `thoroughly`, two of them that lie apart are found, too, which costs some milliseconds.
  func streets(_ asked: [String], thoroughly: Bool = false) async throws -> [[KnownStreet]] {
    let keys = asked.map { StreetName.key($0) }
    let plain = keys.map { StreetNearness.plain($0) }
    let rows = try await query(
      """
      select q.n::int - 1, s.folded, s.step
      from unnest(\(keys)::text[], \(plain)::text[]) with ordinality q (key, plain, n)
      cross join lateral (
        select s.folded, 0 as step from address_street s where s.key = q.key
        union
        select s.folded, 1 from address_street s where s.plain = q.plain and s.key <> q.key
      ) s where q.plain <> ''
      """
    ).decode((Int, String, Int).self)
    var found = [[KnownStreet]](repeating: [], count: asked.count)
    for (index, folded, step) in rows { found[index].append(KnownStreet(folded: folded, step: step)) }
    let unknown = asked.indices.filter { found[$0].isEmpty && plain[$0].utf16.count >= 5 }
    guard !unknown.isEmpty else { return found }
    for (index, streets) in try await nearStreets(unknown.map { plain[$0] }, thoroughly: thoroughly).enumerated() {
      found[unknown[index]] = streets
    }
    return found
  }

  private func nearStreets(_ plain: [String], thoroughly: Bool) async throws -> [[KnownStreet]] {
    let beginnings: SQL = """
      union
      select s.folded, s.plain from address_street s
      where s.plain >= left(q.plain, \(Self.certainLetters)) and s.plain < left(q.plain, \(Self.certainLetters)) || U&'\\FFFF'
        and length(q.plain) >= 10 and abs(length(s.plain) - length(q.plain)) <= 2
      """
    let rows = try await query(
      """
      select q.n::int - 1, s.folded, s.plain from unnest(\(plain)::text[]) with ordinality q (plain, n)
      cross join lateral (
        (select s.folded, s.plain from address_street s where s.near && near_keys(q.plain) limit 200)
        \(thoroughly ? beginnings : "" as SQL)
      ) s
      """
    ).decode((Int, String, String).self)
    var found = [[KnownStreet]](repeating: [], count: plain.count)
    for (index, folded, street) in rows {
      guard let errors = StreetNearness.errors(plain[index], street) else { continue }
      found[index].append(KnownStreet(folded: folded, step: 1 + errors))
    }
    return found
  }

  /// Settles the streets of addresses that were written otherwise than by imports, or before a table change. Returns how
  /// many there were. Throws ``StoreError``.
  public func fillStreets() async throws -> Int {
    try await client.transaction(statementTimeout: .seconds(600)) { connection in
      try await connection.settleStreets(of: "address")
    }
  }
}

extension PostgresConnection {
  /// Adds the streets of these rows that the register hasn't seen before; returns how many.
  func settleStreets(of rows: SQL) async throws -> Int {
    let new = try await query(
      """
      select v.street from (select distinct street_fi, street_sv from \(rows)) a
      cross join lateral (values (a.street_fi), (a.street_sv)) v (street)
      where v.street is not null and not exists (select from address_street s where s.street = v.street)
      group by v.street
      """
    ).decode(String.self)
    guard !new.isEmpty else { return 0 }
    var text = CopyText()
    for street in new {
      let key = StreetName.key(street)
      text.column(street)
      text.column(Folding.fold(street))
      text.column(key)
      text.column(StreetNearness.plain(key))
      text.endRow()
    }
    let bytes = text.bytes
    try await script(
      "create temp table if not exists settled_street (street text, folded text, key text, plain text) on commit drop")
    _ = try await copyIn("copy settled_street from stdin") { try await $0.write(bytes) }
    // In one order, so that two imports at a time wait for each other and don't lock each other out.
    return try await query(
      """
      insert into address_street (street, folded, key, plain)
      select street, folded, key, plain from settled_street order by street collate "C" on conflict do nothing
      """
    ).affected
  }
}
