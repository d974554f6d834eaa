import Geodesy
import Places
import Postgres

extension StoreTransaction {
  /// What a built-in place was deleted for when the import that had made its municipality was undone: it comes back
  /// with the municipality.
  static let undoneReason = "import undone"

  /// Each municipality's own place `fi:<code>`, and `fi:online` and `fi:various`: what events without a venue link to.
  /// The place of a municipality that has ended is merged into its successor's, or split into those of several.
  public func builtInPlaces() async throws {
    let points = try await connection.query(
      """
      select code, round(ST_X(p)), round(ST_Y(p)) from municipality_boundary cross join ST_PointOnSurface(geom) p
      """
    ).decode((String, Double, Double).self)
    let positions = Dictionary(points.map { ($0.0, DeliveredPosition(srid: 3067, x: $0.1, y: $0.2)) }) { a, _ in a }
    let municipalities = gazetteer.municipalities.values.sorted { $0.code < $1.code }
    let living = municipalities.filter { $0.lasts(on: gazetteer.today) }
    var wanted: [Place] = []
    for municipality in living {
      var place = Place(id: try PlaceID("fi:\(municipality.code)"), name: municipality.name)
      place.kind = .municipality
      place.givenMunicipality = municipality.code
      place.position = positions[municipality.code.description]
      wanted.append(place)
    }
    for (local, names) in [
      ("online", [Language.fi: "Verkossa", .sv: "På nätet", .en: "Online"]),
      ("various", [Language.fi: "Eri paikat", .sv: "Olika platser", .en: "Various places"]),
    ] {
      guard let name = LocalizedText(names) else { continue }
      var place = Place(id: try PlaceID("fi:\(local)"), name: name)
      place.kind = local == "online" ? .online : .area
      wanted.append(place)
    }
    let ended = municipalities.filter { $0.validTo.map { $0 < gazetteer.today } ?? false && !$0.successors.isEmpty }
    let known = try await lockPlaces(wanted.map(\.id) + ended.map { try PlaceID("fi:\($0.code)") })
    let undone = Set(
      try await connection.query(
        "select id from place where data_source = 'fi' and state = 'deleted' and deletion_reason = \(Self.undoneReason)"
      ).decode(String.self))
    var changes: [PlaceChange] = []
    var returning: [PlaceID] = []
    for place in wanted {
      guard let stored = known[place.id] else {
        changes.append(try PlaceChange(place, existing: nil, engine: engine))
        continue
      }
      var change = try PlaceChange(stored.place, existing: stored, engine: engine)
      if stored.state == "merged" || stored.state == "split" {
        // The municipality lives again: its end was undone.
        change = try await revive(stored)
        returning.append(place.id)
      } else if stored.state == "deleted", !undone.contains(place.id.description) {
        continue
      }
      change.place.name = place.name
      change.place.position = place.position
      change.place.givenMunicipality = place.givenMunicipality
      let edited = try PlaceChange(change.place, existing: stored, engine: engine)
      if edited.changesAnything { changes.append(edited) }
    }
    try await save(changes)
    for id in returning { _ = try await returnLinks(id) }
    for municipality in ended {
      let id = try PlaceID("fi:\(municipality.code)")
      guard let stored = known[id], stored.state == "live" else { continue }
      try await retire(stored, into: gazetteer.current(municipality.code).filter { $0 != municipality.code })
    }
  }

  /// Leads the place of a municipality that has ended to its successors'; where none of those lives, it stays.
  private func retire(_ stored: StoredPlace, into codes: [MunicipalityCode]) async throws {
    let successors = try await lockPlaces(codes.map { try PlaceID("fi:\($0)") }).values
      .filter { $0.state == "live" && $0.place.isPublic }.map(\.place.id.description).sorted()
    switch successors.count {
    case 0: return
    case 1: _ = try await merge(stored.place.id, into: successors[0])
    default: _ = try await split(stored.place.id, into: successors, events: [:])
    }
  }
}
