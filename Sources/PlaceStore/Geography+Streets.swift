import Places
import Postgres

/// The numbers of a street that lie in one postal code (Posti's BAF).
public struct StreetRange: Sendable, Hashable {
  /// Which numbers of a range belong to it.
  public enum Parity: Int, Sendable, Hashable {
    /// 1, 3, 5 …
    case odd = 1
    /// 2, 4, 6 …
    case even = 2
  }

  /// A house number with its letter.
  public struct End: Sendable, Hashable {
    /// The number.
    public var number: Int
    /// The letter; empty where all letters of the number belong to the range.
    public var letter: String

    /// Makes an end.
    public init(number: Int, letter: String) {
      self.number = number
      self.letter = letter
    }
  }

  /// The postal code.
  public var postalCode: PostalCode
  /// The municipality.
  public var municipality: MunicipalityCode
  /// The street's Finnish and Swedish name.
  public var street: LocalizedText
  /// Odd or even numbers; nil: the street has none.
  public var parity: Parity?
  /// The first number.
  public var first: End?
  /// The last number.
  public var last: End?

  /// Makes a range.
  public init(postalCode: PostalCode, municipality: MunicipalityCode, street: LocalizedText) {
    self.postalCode = postalCode
    self.municipality = municipality
    self.street = street
  }
}

extension StoreTransaction {
  private static let rangeColumns: SQL = """
    municipality, postal_code, street_fi, street_sv, folded_fi, folded_sv, parity, first_number, first_letter,
    last_number, last_letter
    """

  /// Exchanges the street ranges of the municipalities that these lie in: what their file lacks goes.
  public func saveStreetRanges(_ ranges: [StreetRange], source: DataSourceID) async throws -> GeographyOutcome {
    var outcome = GeographyOutcome()
    try await stage(ranges)
    let municipalities = Set(ranges.map(\.municipality.description)).sorted()
    let counts = try await connection.query(
      """
      with stored as (
        select \(Self.rangeColumns) from street_range where municipality = any(\(municipalities))),
      same as (select * from staged_street_range intersect all select * from stored)
      select (select count(*) from staged_street_range), (select count(*) from stored), (select count(*) from same)
      """
    ).decode((Int, Int, Int).self)
    guard let (staged, stored, same) = counts.first else { return outcome }
    outcome.unchanged = same
    outcome.created = staged - same
    outcome.removed = stored - same
    guard outcome.created + outcome.removed > 0 else { return outcome }
    try await rememberStreetRanges(municipalities)
    _ = try await connection.query("delete from street_range where municipality = any(\(municipalities))")
    _ = try await connection.query(
      """
      insert into street_range (\(Self.rangeColumns), data_source)
      select \(Self.rangeColumns), \(source.description) from staged_street_range
      """)
    try await forgetOldGeography()
    return outcome
  }

  private func stage(_ ranges: [StreetRange]) async throws {
    try await connection.script(
      """
      create temp table if not exists staged_street_range (municipality text, postal_code text, street_fi text,
        street_sv text, folded_fi text, folded_sv text, parity smallint, first_number integer, first_letter text,
        last_number integer, last_letter text) on commit drop;
      truncate staged_street_range;
      """)
    _ = try await connection.copyIn("copy staged_street_range from stdin") { writer in
      var text = CopyText()
      for range in ranges {
        let names = [range.street[.fi], range.street[.sv]]
        text.column(range.municipality.description)
        text.column(range.postalCode.description)
        for name in names { text.column(name) }
        for name in names { text.column(name.map { Folding.fold($0) }) }
        text.column(range.parity.map { String($0.rawValue) })
        for end in [range.first, range.last] {
          text.column(end.map { String($0.number) })
          text.column(end?.letter.lowercased() ?? "")
        }
        text.endRow()
        if text.bytes.count > 1 << 18 {
          try await writer.write(text.bytes)
          text = CopyText()
        }
      }
      try await writer.write(text.bytes)
    }
  }

  /// Places just saved whose street Posti knows in their postal code's municipality, but whose number lies in another
  /// postal code's range there.
  public func streetRangeDoubts(_ saved: Int) async throws -> [PlaceDoubt] {
    guard saved > 0, try await connection.query("select exists (select 1 from street_range)").bool(0, 0) ?? false
    else { return [] }
    let rows = try await connection.query(
      """
      select s.id, coalesce(s.street_address ->> 'fi', s.street_address ->> 'sv'), s.postal_code
      from staged_place s where s.postal_code is not null and s.street_address is not null
      """
    ).decode((String, String?, String).self)
    let addresses = rows.compactMap { row in
      row.1.flatMap { StreetNumber(street: $0) }.map { (id: row.0, number: $0, postalCode: row.2) }
    }
    guard !addresses.isEmpty else { return [] }
    let found = try await connection.query(
      """
      with ranges as materialized (
        select a.id, a.postal_code, r.postal_code as other, a.street, a.number, a.letter
        from unnest(\(addresses.map(\.id))::text[], \(addresses.map(\.postalCode))::text[],
          \(addresses.map(\.number.street))::text[], \(addresses.map(\.number.number))::int[],
          \(addresses.map(\.number.letter))::text[]) a (id, postal_code, street, number, letter)
        join postal_code o on o.code = a.postal_code
        cross join lateral (
          select * from street_range f where f.folded_fi = a.street and f.municipality = o.municipality
          union select * from street_range f where f.folded_sv = a.street and f.municipality = o.municipality) r
        where r.parity = 2 - a.number % 2 and (a.number, a.letter) >= (r.first_number, r.first_letter)
          and (a.number < r.last_number or a.number = r.last_number and (r.last_letter = '' or a.letter <= r.last_letter)))
      select r.id, r.postal_code, string_agg(distinct r.other, ', '), min(r.number) || min(r.letter)
      from ranges r group by r.id, r.postal_code having not bool_or(r.other = r.postal_code) order by 1
      """
    ).decode((String, String, String, String).self)
    return try found.map {
      PlaceDoubt(
        id: try PlaceID($0.0), code: "number-range", field: "postal_code", value: $0.1,
        detail: "The number \($0.3) of this street lies in \($0.2) by Posti's address file.")
    }
  }
}

/// The street and number of an address in one line.
struct StreetNumber: Sendable, Hashable {
  /// The street, folded.
  let street: String
  /// The number; of several (`1-4`) the first.
  let number: Int
  /// The letter behind it in lower case, empty without one.
  let letter: String

  /// Reads `Linnankatu 12 b 3`, `Linnankatu 1-4`, `Linnankatu 12b`; nil where no number follows a name.
  init?(street text: String) {
    guard let match = text.firstMatch(of: /^\s*(.*?\p{L}.*?)\s+(\d{1,5})\s*(?:(\p{L})(?:\s|$|\d|[-–\/,]))?/),
      let number = Int(match.2)
    else { return nil }
    street = Folding.fold(match.1)
    self.number = number
    letter = match.3.map { $0.lowercased() } ?? ""
  }
}
