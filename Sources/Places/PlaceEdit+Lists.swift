import Foundation
import Geodesy

extension PlaceEdit {
  /// `position` (GeoJSON, in the request's CRS) and `coordinates` (`srid`, `x`, `y`): the one that was touched counts.
  mutating func position(_ position: JSONValue?, _ coordinates: JSONValue?) {
    let point = position.map { self.point($0) }
    let delivered = coordinates.map { self.delivered($0) }
    switch (point, delivered) {
    case (nil, nil): return
    case (.some(let given), nil):
      // A point that goes away takes the coordinates as delivered with it.
      set { place, _ in
        place.position = given.map { DeliveredPosition(srid: $0.srid, x: $0.x, y: $0.y, accuracy: nil) }
      }
    case (nil, .some(let given)): set { place, _ in place.position = given }
    case (.some(let one), .some(let other)):
      if one == nil, other == nil {
        set { place, _ in place.position = nil }
      } else if let other, one == nil, isNew || shown?["position"] == .null {
        set { place, _ in place.position = other }
      } else if let one, other == nil {
        // The coordinates as delivered were taken out, a new point was given.
        set { place, _ in place.position = one }
      } else {
        bothTouched(one, other)
      }
    }
  }

  private mutating func bothTouched(_ one: DeliveredPosition?, _ other: DeliveredPosition?) {
    if let one, let other, one.srid == other.srid, abs(one.x - other.x) < 0.01, abs(one.y - other.y) < 0.01 {
      set { place, _ in place.position = other }
      return
    }
    if let one, let other { pair = (one, other) } else { reader.add(Self.disagreement) }
  }

  /// `position` and `coordinates` are two different points.
  public static let disagreement = ["/position", "/coordinates"].map {
    FieldError(
      pointer: $0, value: "", code: "pair-disagrees",
      detail: "position and coordinates are the same thing, and both were changed: let them agree, or send only one.")
  }

  private mutating func point(_ value: JSONValue) -> DeliveredPosition? {
    if value == .null { return nil }
    var result: DeliveredPosition?
    let srid = surroundings.srid
    set { _, reader in
      guard value["type"]?.stringValue == "Point", let numbers = PlaceEdit.numbers(value),
        (value["coordinates"]?.arrayValue?.count ?? 0) <= 3, numbers.allSatisfy(\.isFinite)
      else {
        reader.fail(
          "/position", value, "position",
          "Give a GeoJSON point: {\"type\": \"Point\", \"coordinates\": [longitude, latitude]}"
            + (srid == PlacePosition.geographicSRID ? "." : ", here [easting, northing] in EPSG:\(srid)."))
        return
      }
      result = DeliveredPosition(srid: srid, x: numbers[0], y: numbers[1])
    }
    return result
  }

  private mutating func delivered(_ value: JSONValue) -> DeliveredPosition? {
    if value == .null { return nil }
    var result: DeliveredPosition?
    set { _, reader in
      guard let srid = value["srid"]?.integerValue, let x = value["x"]?.doubleValue, let y = value["y"]?.doubleValue,
        (1...999_999).contains(srid), x.isFinite, y.isFinite
      else {
        reader.fail(
          "/coordinates", value, "coordinates",
          "Give {\"srid\": EPSG code, \"x\": easting or longitude, \"y\": northing or latitude}.")
        return
      }
      let accuracy = value["accuracy"]?.doubleValue
      if let accuracy, accuracy < 0 || !accuracy.isFinite {
        reader.fail("/coordinates/accuracy", value["accuracy"] ?? .null, "accuracy", "Give metres, 0 or more, or null.")
      }
      result = DeliveredPosition(srid: Int(srid), x: x, y: y, accuracy: accuracy)
    }
    return result
  }

  mutating func openingHours(_ value: JSONValue) {
    set { place, reader in
      guard case .object(let members) = value else {
        if value == .null { place.openingHoursText = nil }
        place.openingHours = Self.expression("/opening_hours", value, old: place.openingHours, &reader)
        return
      }
      for member in members {
        let pointer = "/opening_hours/\(JSONValue.escaped(member.key))"
        switch member.key {
        case "expression":
          place.openingHours = Self.expression(pointer, member.value, old: place.openingHours, &reader)
        case "text": place.openingHoursText = reader.localized(pointer, member.value, old: place.openingHoursText)
        case "timezone":
          if member.value != .null, member.value.stringValue != "Europe/Helsinki" {
            reader.fail(pointer, member.value, "timezone", "Opening hours are told in Europe/Helsinki.")
          }
        case _ where Self.toldOfHours.contains(member.key): break
        default: reader.fail(pointer, member.value, "unknown-key", "Opening hours are {\"expression\", \"text\"}.")
        }
      }
    }
  }

  private static func expression(
    _ pointer: String, _ value: JSONValue, old: String?, _ reader: inout BodyReader
  ) -> String? {
    reader.value(pointer, value) { text throws(InvalidValue) in
      // What stands there already is no edit, readable or not.
      text == old ? text : try OpeningHoursText.checked(text)
    }
  }

  /// What opening hours tell that can't be written: exceptions are written on their own.
  private static let toldOfHours: Set<String> = ["open_now", "next_change", "exceptions"]

  /// Opening hours without what can't be written.
  static func writable(openingHours value: JSONValue) -> JSONValue {
    guard let members = value.members else { return value }
    return .object(members.filter { !toldOfHours.contains($0.key) })
  }

  mutating func urls(_ value: JSONValue) {
    set { place, reader in
      guard let elements = reader.array("/urls", value, limit: 100) else { return }
      place.urls = elements.enumerated().compactMap { index, element in
        let pointer = "/urls/\(index)"
        let address = reader.value("\(pointer)/url", element["url"] ?? .null) { text throws(InvalidValue) in
          try WebAddress(text)
        }
        guard let address else {
          if element["url"]?.stringValue == nil {
            reader.fail("\(pointer)/url", element, "required", "Give {\"type\", \"url\", \"language\"}.")
          }
          return nil
        }
        let kind =
          element["type"].map { reader.choice("\(pointer)/type", $0, TypedAddress.Kind.self) ?? .other } ?? .website
        return TypedAddress(kind, address, language: Self.language("\(pointer)/language", element["language"], &reader))
      }
    }
  }

  private static func language(_ pointer: String, _ value: JSONValue?, _ reader: inout BodyReader) -> Language? {
    guard let value, value != .null else { return nil }
    return reader.choice(pointer, value, Language.self)
  }

  mutating func operatingStatus(_ value: JSONValue) {
    let shown = Self.shownSuccessor(self.shown)
    set { place, reader in
      guard case .object(let members) = value else {
        if value == .null {
          place.operatingStatus = OperatingStatus()
        } else if let state = reader.choice("/operating_status", value, OperatingState.self) {
          place.operatingStatus.state = state
        }
        return
      }
      for member in members {
        let pointer = "/operating_status/\(JSONValue.escaped(member.key))"
        switch member.key {
        case "status":
          if let state = reader.choice(pointer, member.value, OperatingState.self) {
            place.operatingStatus.state = state
          }
        case "valid_from", "validFrom": place.operatingStatus.validFrom = reader.date(pointer, member.value)
        case "valid_to", "validTo": place.operatingStatus.validTo = reader.date(pointer, member.value)
        case "successor":
          if !member.value.isSame(as: shown) {
            place.operatingStatus.successor = reader.reference(pointer, member.value)
          }
        default:
          reader.fail(
            pointer, member.value, "unknown-key", "The keys are status, valid_from, valid_to and successor.")
        }
      }
      if let from = place.operatingStatus.validFrom, let to = place.operatingStatus.validTo, from > to {
        reader.fail("/operating_status/valid_to", .string(to), "date-order", "It ends before it begins (\(from)).")
      }
    }
  }

  /// What is shown of the successor: a draft is not.
  private static func shownSuccessor(_ shown: JSONValue?) -> JSONValue {
    shown?["operating_status"]?["successor"] ?? .null
  }

  mutating func alternateNames(_ value: JSONValue) {
    set { place, reader in
      guard let elements = reader.array("/alternate_names", value, limit: 200) else { return }
      place.alternateNames = elements.enumerated().compactMap { index, element in
        let pointer = "/alternate_names/\(index)"
        guard let name = reader.text("\(pointer)/name", element["name"] ?? element, limit: 500) else {
          reader.fail("\(pointer)/name", element, "required", "Give {\"name\", \"language\", \"kind\"}.")
          return nil
        }
        let kind = element["kind"].map { reader.choice("\(pointer)/kind", $0, AlternateName.Kind.self) ?? .other }
        return AlternateName(
          name, language: Self.language("\(pointer)/language", element["language"], &reader), kind: kind ?? .other)
      }
    }
  }

  mutating func held(_ value: JSONValue) {
    set { place, reader in
      guard let elements = reader.array("/held", value, limit: 100) else { return }
      place.held = elements.enumerated().compactMap { index, element in
        guard let pointer = reader.text("/held/\(index)", element, limit: 200), pointer.hasPrefix("/") else {
          reader.fail("/held/\(index)", element, "pointer", "Give JSON pointers of fields, such as /name.")
          return nil
        }
        return pointer
      }
    }
  }

  mutating func identifiers(_ value: JSONValue) {
    set { place, reader in
      guard let elements = reader.array("/identifiers", value, limit: 200) else { return }
      place.identifiers = []
      for (index, element) in elements.enumerated() {
        let pointer = "/identifiers/\(index)"
        let whole = element.stringValue.flatMap { text in text.firstIndex(of: ":").map { (text, $0) } }
        let scheme = element["scheme"]?.stringValue ?? whole.map { String($0.0[..<$0.1]) }
        let number = element["value"].map { $0.stringValue ?? $0.integerValue.map(String.init) ?? "" }
        let local = number ?? whole.map { String($0.0[$0.0.index(after: $0.1)...]) }
        guard let scheme, let local else {
          reader.fail(pointer, element, "identifier", "Give {\"scheme\": \"tprek\", \"value\": \"12345\"}.")
          continue
        }
        do throws(InvalidValue) {
          let identifier = try ForeignIdentifier(scheme: scheme, value: local)
          if !place.identifiers.contains(identifier) { place.identifiers.append(identifier) }
        } catch { reader.fail(pointer, element, "identifier", error.detail) }
      }
    }
  }
}
