import Places
import Postgres
import Synchronization

/// The municipalities with an index of their names: what `municipality=Åbo` is looked up in.
public struct Gazetteer: Sendable {
  /// All municipalities, past ones included, by code.
  public let municipalities: [MunicipalityCode: Municipality]
  /// Which ``RegistryState/geography`` it shows.
  public let geography: Int
  /// The day that it shows, `yyyy-mm-dd`: municipalities that have ended before it or begin after it don't count.
  public let today: String
  private let byName: [String: [MunicipalityCode]]
  private let byOCD: [String: [MunicipalityCode]]

  init(_ rows: Rows) throws {
    let list = try PlaceStore.decodeMunicipalities(rows)
    geography = rows.int(0, 11) ?? 0
    let today = rows.string(0, 12) ?? ""
    self.today = today
    municipalities = Dictionary(list.map { ($0.code, $0) }) { a, _ in a }
    var byName: [String: [MunicipalityCode]] = [:]
    var byOCD: [String: [MunicipalityCode]] = [:]
    // A living municipality's name wins over the same name of one that has ended.
    let living = list.filter { $0.lasts(on: today) }.sorted { $0.code < $1.code }
    for municipality in living + list.filter({ !$0.lasts(on: today) }).sorted(by: { $0.code < $1.code }) {
      for name in municipality.name.values.map(\.text) + municipality.alternateNames {
        byName[Folding.fold(name), default: []].append(municipality.code)
      }
      byOCD[DivisionID.completed(municipality.ocdID), default: []].append(municipality.code)
    }
    self.byName = byName
    self.byOCD = byOCD
  }

  /// The municipality with this code, or name in any language; nil when there is none.
  public func find(_ codeOrName: String) -> Municipality? {
    if let code = try? MunicipalityCode(codeOrName) { return municipalities[code] }
    return byName[Folding.fold(codeOrName)]?.first.flatMap { municipalities[$0] }
  }

  /// The municipality with this OCD id, whole or short (`kunta:turku`); nil when there is none.
  public func find(ocdID: String) -> Municipality? {
    byOCD[DivisionID.completed(ocdID)]?.first.flatMap { municipalities[$0] }
  }

  /// The living municipalities that a text may name as divisions: by OCD id, or by name in any language.
  public func divisions(asked: String) -> [MunicipalityCode] {
    let named = byName[Folding.fold(asked)]?.first
    let found = [named, asked.contains(":") ? find(ocdID: asked)?.code : nil].compactMap { $0 }
    return Set(found.flatMap { current($0) }).sorted()
  }

  /// The living municipalities that this one is or became.
  public func current(_ code: MunicipalityCode) -> [MunicipalityCode] {
    var found: [MunicipalityCode] = []
    var queue = [code]
    var seen: Set<MunicipalityCode> = []
    while let next = queue.popLast() {
      guard seen.insert(next).inserted, let municipality = municipalities[next] else { continue }
      if municipality.validTo.map({ $0 >= today }) ?? true || municipality.successors.isEmpty {
        found.append(next)
      } else {
        queue.append(contentsOf: municipality.successors)
      }
    }
    return found.sorted()
  }

  /// These municipalities and all that became one of them: what is stored under an old code belongs to its successor.
  public func andFormer(_ codes: [MunicipalityCode]) -> [MunicipalityCode] {
    let asked = Set(codes)
    let former = municipalities.values.filter { !$0.lasts(on: today) && !asked.isDisjoint(with: current($0.code)) }
    return asked.union(former.map(\.code)).sorted()
  }
}

/// Keeps the gazetteer in memory for a few seconds.
final class GazetteerCache: Sendable {
  private struct State {
    var value: Gazetteer?
    var loaded: ContinuousClock.Instant?
  }
  private let state = Mutex(State())

  /// The cached one if younger than `age`.
  func fresh(within age: Duration) -> Gazetteer? {
    state.withLock { state in
      guard let loaded = state.loaded, loaded.duration(to: .now) < age else { return nil }
      return state.value
    }
  }

  func store(_ gazetteer: Gazetteer) {
    state.withLock { $0 = State(value: gazetteer, loaded: .now) }
  }

  func forget() { state.withLock { $0 = State() } }
}

extension PlaceStore {
  /// All municipalities; at most ten seconds old.
  public func municipalities() async throws -> Gazetteer {
    if let cached = gazetteer.fresh(within: .seconds(10)) { return cached }
    return try await reloadMunicipalities()
  }

  /// The municipality with a code or name; a name that is not known is looked for in the database anew. Nil: none.
  public func municipality(_ codeOrName: String) async throws -> Municipality? {
    if let found = try await municipalities().find(codeOrName) { return found }
    if gazetteer.fresh(within: .seconds(1)) != nil { return nil }
    return try await reloadMunicipalities().find(codeOrName)
  }

  func reloadMunicipalities() async throws -> Gazetteer {
    let loaded = try Gazetteer(await quick(PlaceStore.municipalitySQL))
    gazetteer.store(loaded)
    return loaded
  }

  static let municipalitySQL: SQL =
    """
    select m.code, m.name, m.alternate_names, m.region_code, m.region_name, m.language_class,
      m.valid_from::text, m.valid_to::text,
      array(select s.successor::text from municipality_successor s where s.code = m.code order by 1),
      array(select s.code::text from municipality_successor s where s.successor = m.code order by 1),
      exists (select 1 from municipality_boundary b where b.code = m.code), (select geography from change_head),
      registry_today()::text
    from municipality m order by m.code
    """

  static func decodeMunicipalities(_ rows: Rows) throws -> [Municipality] {
    let decoded = try rows.decode(
      (
        String, String, [String], String?, String?, String?, String?, String?, [String], [String], Bool, Int, String
      ).self)
    return try decoded.map { row in
      guard let name = LocalizedText(json: try JSONParser.parse(row.1)) else {
        throw StoreError.fault("A municipality without a name.")
      }
      var municipality = Municipality(code: try MunicipalityCode(row.0), name: name)
      municipality.alternateNames = row.2
      municipality.regionCode = row.3
      municipality.regionName = try row.4.flatMap { LocalizedText(json: try JSONParser.parse($0)) }
      municipality.languageClass = row.5
      municipality.validFrom = row.6
      municipality.validTo = row.7
      municipality.successors = try row.8.map { try MunicipalityCode($0) }
      municipality.predecessors = try row.9.map { try MunicipalityCode($0) }
      municipality.hasBoundary = row.10
      return municipality
    }
  }
}
