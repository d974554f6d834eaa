import Geodesy
import PlaceStore
import Places

extension ReconcileEntity {
  /// Its values of a property, in the specification's shapes; `parents` tells the names of places that others are a part
  /// of.
  func values(_ column: ReconcileExtension.Column, parents: [String: String]) -> [JSONValue] {
    guard let property = column.property else { return [] }
    switch self {
    case .place(let place): return place.values(property, column.language, parents)
    case .address(let address): return address.values(property, column.language)
    }
  }

  fileprivate static func text(_ text: String?) -> [JSONValue] {
    text.map { [.object([.init("str", .string($0))])] } ?? []
  }

  fileprivate static func degrees(_ number: Double?) -> [JSONValue] {
    // Eight decimals, as answers elsewhere.
    number.map { [.object([.init("float", .number(($0 * 1e8).rounded() / 1e8))])] } ?? []
  }

  fileprivate static func date(_ json: JSONValue?) -> [JSONValue] {
    json?.stringValue.map { [.object([.init("date", .string($0))])] } ?? []
  }

  fileprivate static func entity(_ id: String, _ name: String) -> JSONValue {
    .object([.init("id", .string(id)), .init("name", .string(name))])
  }

  /// A municipality is a place of its own.
  fileprivate static func municipality(_ code: String?, _ name: String?) -> [JSONValue] {
    code.map { [entity("fi:\($0)", name ?? $0)] } ?? []
  }
}

extension ReconcilePlace {
  fileprivate func values(
    _ property: ReconcileProperty, _ language: ReconcileLanguage, _ parents: [String: String]
  ) -> [JSONValue] {
    typealias Entity = ReconcileEntity
    switch property {
    case .name, .streetAddress, .postOffice, .description, .infoURL, .telephone:
      return language.texts(document[property.rawValue]).flatMap { Entity.text($0) }
    case .postalCode, .kind, .email, .dataSource: return Entity.text(document[property.rawValue]?.stringValue)
    case .municipality:
      let municipality = document["municipality"]
      let name = language.texts(municipality?["name"]).first ?? municipalityName
      return Entity.municipality(municipality?["code"]?.stringValue, name)
    case .municipalityCode: return Entity.text(document["municipality"]?["code"]?.stringValue)
    case .identifier:
      return (document["identifiers"]?.arrayValue ?? []).flatMap { identifier -> [JSONValue] in
        guard let scheme = identifier["scheme"]?.stringValue, let value = identifier["value"]?.stringValue else {
          return []
        }
        return Entity.text("\(scheme):\(value)")
      }
    case .latitude: return Entity.degrees(row.degrees?.y)
    case .longitude: return Entity.degrees(row.degrees?.x)
    case .id: return Entity.text(row.id)
    case .alternateNames:
      return (document["alternate_names"]?.arrayValue ?? []).filter { name in
        guard case .only(let wanted) = language else { return true }
        return name["language"]?.stringValue == wanted.rawValue
      }.flatMap { Entity.text($0["name"]?.stringValue) }
    case .operatingStatus: return Entity.text(document["operating_status"]?["status"]?.stringValue)
    case .openingHours: return Entity.text(document["opening_hours"]?["expression"]?.stringValue)
    case .urls: return (document["urls"]?.arrayValue ?? []).flatMap { Entity.text($0["url"]?.stringValue) }
    case .parent:
      guard let id = document["parent"]?.stringValue, let name = parents[id] else { return [] }
      return [Entity.entity(id, name)]
    case .eventCount: return [.object([.init("int", .integer(Int64(row.eventCount)))])]
    case .lastModifiedTime, .verifiedTime: return Entity.date(document[property.rawValue])
    }
  }
}

extension ReconcileAddress {
  fileprivate func values(_ property: ReconcileProperty, _ language: ReconcileLanguage) -> [JSONValue] {
    typealias Entity = ReconcileEntity
    switch property {
    case .name: return Entity.text(line)
    case .streetAddress: return street(language).flatMap { Entity.text($0) }
    case .postalCode: return Entity.text(found.postalCode)
    case .postOffice: return language.texts(found.postOffice?.json).flatMap { Entity.text($0) }
    case .municipality:
      let name = language.texts(municipality?.name.json).first ?? municipality?.name.preferred
      return Entity.municipality(found.municipality?.description, name)
    case .municipalityCode: return Entity.text(found.municipality?.description)
    case .latitude: return Entity.degrees(found.position?.y)
    case .longitude: return Entity.degrees(found.position?.x)
    case .id: return Entity.text(found.id)
    case .dataSource: return Entity.text(found.id.split(separator: ":").first.map(String.init))
    default: return []
    }
  }
}
