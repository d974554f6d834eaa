import PlaceStore
import Places

/// What an id stands for, as answers need it.
enum ReconcileEntity: Sendable {
  case place(ReconcilePlace)
  case address(ReconcileAddress)

  /// The id that answers now.
  var id: String {
    switch self {
    case .place(let place): place.row.id
    case .address(let address): address.found.id
    }
  }

  var name: String {
    switch self {
    case .place(let place): place.name
    case .address(let address): address.line
    }
  }

  /// What tells it from namesakes.
  var description: String? {
    switch self {
    case .place(let place): place.description
    case .address(let address): address.municipality?.name.preferred
    }
  }

  var type: ReconcileType {
    switch self {
    case .place: .place
    case .address: .address
    }
  }
}

/// A place with its stored document.
struct ReconcilePlace: Sendable {
  let row: PlaceRow
  let document: JSONValue

  init(_ row: PlaceRow) throws {
    self.row = row
    document = try JSONParser.parse(Array("{".utf8) + row.withDocument { Array($0) } + Array("}".utf8))
  }

  /// A text in the language that it is known by first.
  func text(_ key: String) -> String? { ReconcileLanguage.any.texts(document[key]).first }

  var name: String { text("name") ?? row.id }

  /// `Linnankatu 2, 20100 Turku`; the municipality's name where there is no address.
  var addressLine: String? {
    let office = [document["postal_code"]?.stringValue, text("post_office")].compactMap { $0 }.joined(separator: " ")
    let parts = [text("street_address"), office.isEmpty ? municipalityName : office].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  var municipalityName: String? { ReconcileLanguage.any.texts(document["municipality"]?["name"]).first }

  /// `closed` and the like; nil for a place that is open as usual.
  var unusualStatus: String? {
    guard let status = document["operating_status"]?["status"]?.stringValue, status != "open" else { return nil }
    return status.replacing("_", with: " ")
  }

  var description: String? {
    let isMunicipality = document["kind"]?.stringValue == PlaceKind.municipality.rawValue
    let parts = [isMunicipality ? "municipality" : addressLine, unusualStatus.map { "(\($0))" }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}

/// An address with its municipality.
struct ReconcileAddress: Sendable {
  let found: FoundAddress
  let municipality: Municipality?

  func street(_ language: ReconcileLanguage) -> [String] {
    let number = found.number.map { " \($0)" } ?? ""
    let streets: [String?] =
      switch language {
      case .any: [found.streetFi ?? found.streetSv]
      case .all: found.streetFi == found.streetSv ? [found.streetFi] : [found.streetFi, found.streetSv]
      case .only(.fi): [found.streetFi]
      case .only(.sv): [found.streetSv]
      case .only: []
      }
    return streets.compactMap { $0.map { $0 + number } }
  }

  /// `Linnankatu 2, 20100 Turku`
  var line: String {
    let town = found.postOffice?.preferred ?? municipality?.name.preferred
    let office = [found.postalCode, town].compactMap { $0 }.joined(separator: " ")
    return [street(.any).first, office.isEmpty ? nil : office].compactMap { $0 }.joined(separator: ", ")
  }
}

extension API {
  /// Addresses with their municipalities.
  func described(_ found: [FoundAddress]) async throws -> [ReconcileAddress] {
    guard !found.isEmpty else { return [] }
    let known = try await store.municipalities().municipalities
    return found.map { address in
      ReconcileAddress(found: address, municipality: address.municipality.flatMap { known[$0] })
    }
  }

  /// The addresses with these ids.
  func addresses(withIDs ids: [String]) async throws -> [ReconcileAddress] {
    guard !ids.isEmpty else { return [] }
    var query = AddressQuery(limit: 1000)
    query.ids = Array(Set(ids)).sorted()
    return try await described(try await store.addresses(query))
  }

  /// What an id stands for: a place by its native, old or foreign id, else an address. Throws ``Problem`` 404 and 410.
  func entity(_ id: String) async throws -> ReconcileEntity {
    switch try await store.place(id: id) {
    case .place(let row, _): return .place(try ReconcilePlace(row))
    case .moved(let current):
      guard let row = try await store.places(withIDs: [current]).first else { throw Problem.unpublished }
      return .place(try ReconcilePlace(row))
    case .split(let successors):
      throw Problem.notFound("\(id) was split: its successors are \(successors.joined(separator: ", ")).")
    case .gone(let time, let reason): throw Problem.gone(deletedTime: time, reason: reason)
    case .withdrawn: throw Problem.unpublished
    case .unknown:
      guard let address = try await addresses(withIDs: [id]).first else {
        throw Problem.notFound("There is no place and no address with the id \(id).")
      }
      return .address(address)
    }
  }
}
