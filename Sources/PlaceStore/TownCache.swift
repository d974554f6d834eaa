import PlaceMatching
import Places
import Postgres
import Synchronization

/// Keeps the names of towns in memory while the geography stays what it is.
final class TownCache: Sendable {
  private let state = Mutex<(geography: Int, today: String, towns: TownNames)?>(nil)

  func towns(of gazetteer: Gazetteer) -> TownNames? {
    state.withLock { state in
      guard let state, state.geography == gazetteer.geography, state.today == gazetteer.today else { return nil }
      return state.towns
    }
  }

  func store(_ towns: TownNames, of gazetteer: Gazetteer) {
    state.withLock { $0 = (gazetteer.geography, gazetteer.today, towns) }
  }
}

extension PlaceStore {
  /// The names of living municipalities (and of those that became one of them) and of post offices, as the reader of
  /// addresses needs them. Throws ``StoreError``.
  public func townNames() async throws -> TownNames {
    let gazetteer = try await municipalities()
    if let towns = towns.towns(of: gazetteer) { return towns }
    let municipalities = gazetteer.municipalities.values.flatMap { municipality in
      gazetteer.current(municipality.code).map {
        (code: $0, names: municipality.name.values.map(\.text) + municipality.alternateNames)
      }
    }
    let rows = try await query("select code::text, post_office::text, municipality::text from postal_code order by 1")
    let codes = try rows.decode((String, String, String?).self).map { code, office, municipality in
      (
        code: try PostalCode(code),
        names: LocalizedText(json: try JSONParser.parse(office))?.values.map(\.text) ?? [],
        municipality: try municipality.flatMap { gazetteer.current(try MunicipalityCode($0)).first }
      )
    }
    let towns = TownNames(municipalities: municipalities, postalCodes: codes)
    self.towns.store(towns, of: gazetteer)
    return towns
  }
}
