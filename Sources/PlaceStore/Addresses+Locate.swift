import Geodesy
import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// Addresses of one house lie within so many metres of each other; those of one number of two streets of the same name
  /// do not.
  private static let oneHouse = 500.0
  /// How many addresses of a street are compared for each.
  private static let mostOfStreet = 8

  /// Where each of these addresses is by the register, in their order: the address itself, else the one with the nearest
  /// number of its street. Nil without a street and number, where the register hasn't the street, and where it may be
  /// several (a Kirkkotie of two towns when none is named). Without a town only the exact number counts. All are looked
  /// up together, in two statements, three where one is mistyped. Throws ``StoreError``.
  public func locate(_ addresses: [AddressText]) async throws -> [FoundAddress?] {
    var asked: [Int] = []
    var houses: [(street: String, number: Int, letter: String?)] = []
    for (index, address) in addresses.enumerated() {
      guard let street = address.street, let number = address.number else { continue }
      asked.append(index)
      houses.append((street, number, address.letter))
      // The other language's street, or the corner's, says the same.
      for further in address.furtherStreets.prefix(2) {
        let (street, house) = StreetName.split(further)
        guard !street.isEmpty else { continue }
        asked.append(index)
        houses.append((street, house?.number ?? number, house?.letter))
      }
    }
    var found = [FoundAddress?](repeating: nil, count: addresses.count)
    guard !houses.isEmpty else { return found }
    let gazetteer = try await municipalities()
    var questions = HouseQuestions()
    for (place, streets) in try await streets(houses.map(\.street)).enumerated() {
      let address = addresses[asked[place]]
      let isFirst = place == 0 || asked[place - 1] != asked[place]
      let codes = address.municipalities.isEmpty ? nil : Self.codesOfAddresses(address.municipalities, gazetteer)
      for street in streets { questions.add(asked[place], street, isFirst: isFirst, houses[place], codes) }
    }
    guard !questions.index.isEmpty else { return found }
    var hits: [Int: [Hit]] = [:]
    let rows = try await query(questions.statement(Self.mostOfStreet))
    let first = Self.columnCount
    for row in 0..<rows.count {
      guard let index = rows.int(row, first), addresses.indices.contains(index) else { continue }
      var address = try Self.address(rows, row, gazetteer)
      address.match = Self.match(rows.int(row, first + 1))
      address.isCorrected = (rows.int(row, first + 3) ?? 0) % 100 > 0
      hits[index, default: []].append(
        Hit(
          address: address, rank: rows.int(row, first + 1) ?? 2, gap: rows.int(row, first + 2) ?? 0,
          step: rows.int(row, first + 3) ?? 0,
          metres: rows.double(row, first + 4).flatMap { e in
            rows.double(row, first + 5).map { Coordinate(x: e, y: $0) }
          }))
    }
    for (index, all) in hits { found[index] = Self.best(of: all, addresses[index]) }
    return found
  }

  private struct Hit {
    let address: FoundAddress
    let rank: Int
    let gap: Int
    let step: Int
    /// In EPSG:3067.
    let metres: Coordinate?
  }

  /// The one that all good hits agree on.
  private static func best(of all: [Hit], _ asked: AddressText) -> FoundAddress? {
    guard let rank = all.map(\.rank).min(), rank < 2 else { return nil }
    var hits = all.filter { $0.rank == rank }
    let step = hits.map(\.step).min()
    hits.removeAll { $0.step != step }
    if let code = asked.postalCode?.description, hits.contains(where: { $0.address.postalCode == code }) {
      hits.removeAll { $0.address.postalCode != code }
    }
    let letter = asked.letter ?? asked.staircase?.lowercased()
    hits.sort {
      ($0.gap, $0.address.number?.letter?.lowercased() == letter ? 0 : 1, $0.address.id)
        < ($1.gap, $1.address.number?.letter?.lowercased() == letter ? 0 : 1, $1.address.id)
    }
    guard let best = hits.first else { return nil }
    hits.removeAll { $0.gap > best.gap + 2 }
    guard Set(hits.map(\.address.municipality)).count == 1 else { return nil }
    let points = hits.compactMap(\.metres)
    if let point = best.metres {
      let isSpread = points.contains { max(abs($0.x - point.x), abs($0.y - point.y)) > oneHouse }
      if isSpread { return nil }
    }
    return best.address
  }
}

/// Houses that are asked for, as columns.
private struct HouseQuestions {
  var index: [Int] = []
  private var folded: [String] = []
  private var step: [Int] = []
  private var number: [Int] = []
  private var letter: [String?] = []
  /// The codes of municipalities with a comma between; nil: all of them.
  private var codes: [String?] = []

  mutating func add(
    _ index: Int, _ street: KnownStreet, isFirst: Bool, _ house: (street: String, number: Int, letter: String?),
    _ codes: [MunicipalityCode]?
  ) {
    self.index.append(index)
    folded.append(street.folded)
    step.append(street.step + (isFirst ? 0 : 100))
    number.append(house.number)
    letter.append(house.letter)
    self.codes.append(codes.map { $0.map(\.description).joined(separator: ",") })
  }

  /// Of each house the best addresses. With a town its whole street is looked at; without one only numbers that can hold
  /// the one asked for, because a Kirkkotie has thousands of others.
  func statement(_ most: Int) -> SQL {
    """
    select \(PlaceStore.columns("a")), a.i, a.class, a.gap, a.step, a.e, a.n from (
      select q.i, q.step, a.*
      from unnest(\(index)::int[], \(folded)::text[], \(step)::int[], \(number)::int[], \(letter)::text[], \(codes)::text[])
        q (i, folded, step, number, letter, codes)
      cross join lateral (
        select a.*, case when q.number between a.number and greatest(a.number, a.number_end) then 0
            else least(abs(a.number - q.number), abs(a.number_end - q.number)) end as gap,
          case when q.number between a.number and greatest(a.number, a.number_end)
            and (q.letter is null or lower(a.letter) = lower(q.letter)) then 0 else 1 end as class
        from (
          select a.* from address a where a.state = 'live' and a.number is not null and q.codes is not null
            and a.folded_fi = q.folded and a.municipality = any(string_to_array(q.codes, ','))
          union all
          select a.* from address a where a.state = 'live' and a.number is not null and q.codes is not null
            and a.folded_sv = q.folded and a.folded_sv is distinct from a.folded_fi
            and a.municipality = any(string_to_array(q.codes, ','))
          union all
          select a.* from address a where a.state = 'live' and q.codes is null and a.folded_fi = q.folded
            and a.number between q.number - 20 and q.number and q.number <= greatest(a.number, a.number_end)
          union all
          select a.* from address a where a.state = 'live' and q.codes is null and a.folded_sv = q.folded
            and a.folded_sv is distinct from a.folded_fi
            and a.number between q.number - 20 and q.number and q.number <= greatest(a.number, a.number_end)
        ) a
        order by class, gap, a.id limit \(most)
      ) a
    ) a left join postal_code o on o.code = a.postal_code
    """
  }
}
