import Foundation
import Places

extension PlaceRowBuilder {
  /// Fields of several values: `urls`, `identifiers`, `alternate_names_*`.
  mutating func lists(_ place: inout Place) {
    if let text = cell("urls") { place.urls = typedAddresses(text) }
    if let text = cell("identifiers") { place.identifiers = foreignIdentifiers(text) }
    if let text = cell("alternate_names") { alternateNames(&place, text, "alternate_names", language: nil) }
    for column in mapper.localized[.alternateNames] ?? [] {
      if let text = cell(column.field) { alternateNames(&place, text, column.field, language: column.language) }
    }
  }

  /// `website=https://…;booking=https://…`; a type may carry a language (`website@sv=…`), and an address alone is a
  /// website. A `;` within an address is told by what follows it.
  private mutating func typedAddresses(_ text: String) -> [TypedAddress] {
    if let list = Self.jsonList(text) {
      return list.compactMap { entry in
        let language = entry["language"]?.stringValue.map { "@\($0)" } ?? ""
        return typedAddress((entry["type"]?.stringValue ?? "website") + language, entry["url"]?.stringValue ?? "")
      }
    }
    var entries: [(head: String, address: String)] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed) {
      let equals = part.firstIndex(of: "=")
      let head = equals.map { part[..<$0].trimmed } ?? ""
      let isHead = !head.isEmpty && head.allSatisfy { $0.isLetter || $0 == "_" || $0 == "@" }
      if isHead, let equals {
        let address = part[part.index(after: equals)...].trimmed
        if entries.isEmpty || address.lowercased().hasPrefix("http") || Self.kind(head) != nil {
          entries.append((head, address))
          continue
        }
      }
      if part.lowercased().hasPrefix("http") || entries.isEmpty {
        if !part.isEmpty { entries.append(("website", part)) }
      } else if !part.isEmpty {
        entries[entries.count - 1].address += ";" + part
      }
    }
    return entries.compactMap { typedAddress($0.head, $0.address) }
  }

  private static func kind(_ head: String) -> TypedAddress.Kind? {
    TypedAddress.Kind(rawValue: head.prefix { $0 != "@" }.lowercased())
  }

  private mutating func typedAddress(_ head: String, _ text: String) -> TypedAddress? {
    let tail = head.split(separator: "@", maxSplits: 1).dropFirst().first.map(String.init)
    let language = tail.flatMap { Language(rawValue: $0.lowercased()) }
    guard let kind = Self.kind(head), tail == nil || language != nil else {
      let kinds = TypedAddress.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      error(
        "web-address", "urls", "\(head)=\(text)", "The type is one of \(kinds): website=https://…;booking=https://…")
      return nil
    }
    do {
      return TypedAddress(kind, try WebAddress(text), language: language)
    } catch {
      self.error("web-address", "urls", text, error.detail + Self.webHint(text))
      return nil
    }
  }

  /// `tprek=123;ptv=…`
  private mutating func foreignIdentifiers(_ text: String) -> [ForeignIdentifier] {
    var result: [ForeignIdentifier] = []
    if let list = Self.jsonList(text) {
      for entry in list {
        take(entry["scheme"]?.stringValue ?? "", entry["value"]?.stringValue ?? "", entry.text, &result)
      }
      return result
    }
    for part in text.split(separator: ";").map(\.trimmed) where !part.isEmpty {
      guard let equals = part.firstIndex(of: "=") else {
        error(
          "identifier", "identifiers", part, "An identifier is scheme=value, several separated by ;: tprek=123;ptv=9f…")
        continue
      }
      take(part[..<equals].trimmed, part[part.index(after: equals)...].trimmed, part, &result)
    }
    return result
  }

  private mutating func take(_ scheme: String, _ value: String, _ text: String, _ result: inout [ForeignIdentifier]) {
    do {
      let identifier = try ForeignIdentifier(scheme: scheme, value: value)
      if !result.contains(identifier) { result.append(identifier) }
    } catch {
      self.error("identifier", "identifiers", text, error.detail)
    }
  }

  /// `Name|former=Old name`: all names of one language; without a kind before them those that stay keep theirs.
  private mutating func alternateNames(_ place: inout Place, _ text: String, _ column: String, language: Language?) {
    let existing = place.alternateNames.filter { $0.language == language }
    var names: [AlternateName] = []
    if let list = Self.jsonList(text) {
      for entry in list {
        guard let name = entry["name"]?.stringValue, !name.trimmed.isEmpty else {
          error("alternate-names", column, entry.text, "A name is {\"name\": \"…\", \"kind\": \"other\"}.")
          continue
        }
        let kind = entry["kind"]?.stringValue.flatMap { AlternateName.Kind(rawValue: $0) } ?? .other
        names.append(AlternateName(name, language: language, kind: kind))
      }
    } else {
      for part in text.split(separator: "|").map(\.trimmed) where !part.isEmpty {
        let kind = AlternateName.Kind.allCases.first { part.hasPrefix("\($0.rawValue)=") }
        let name = kind.map { part.dropFirst($0.rawValue.count + 1).trimmed } ?? part
        guard !name.isEmpty, !names.contains(where: { $0.name == name }) else { continue }
        names.append(
          existing.first { $0.name == name && (kind == nil || $0.kind == kind) }
            ?? AlternateName(name, language: language, kind: kind ?? .other))
      }
    }
    // The order of the languages among each other is no difference.
    guard names != existing else { return }
    let others = place.alternateNames.filter { $0.language != language }
    place.alternateNames = names.isEmpty ? others : others.filter { other in !names.contains(other) } + names
  }

  /// `kind`, `operating_status` with its dates and successor, `status`, `verified_time`.
  mutating func states(_ place: inout Place) {
    if let text = cell("kind"), !text.isEmpty {
      if let kind = PlaceKind(rawValue: text.lowercased()) {
        place.kind = kind
      } else {
        error("kind", "kind", text, "A kind is one of \(PlaceKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
    }
    if let text = cell("status"), !text.isEmpty {
      switch text.lowercased() {
      case "public": place.isPublic = true
      case "draft": place.isPublic = false
      default: error("publication-status", "status", text, "A publication status is public or draft.")
      }
    }
    operatingStatus(&place)
    if let text = cell("verified_time") {
      if text.isEmpty {
        place.verifiedTime = nil
      } else if let time = Timestamp(rfc3339: Self.isoDate(text) ?? text, zone: Self.helsinki) {
        place.verifiedTime = time.description
      } else {
        error("verified-time", "verified_time", text, "A time is 2026-06-01T12:00:00+03:00 or a date.")
      }
    }
  }

  private static let helsinki = TimeZone(identifier: "Europe/Helsinki") ?? .gmt

  private mutating func operatingStatus(_ place: inout Place) {
    if let text = cell("operating_status") {
      let name = text.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
      if let state = text.isEmpty ? .open : OperatingState(rawValue: name) {
        place.operatingStatus.state = state
      } else {
        let states = OperatingState.allCases.map(\.rawValue).joined(separator: ", ")
        error("operating-status", "operating_status", text, "An operating status is one of \(states).")
      }
    }
    if let text = cell("operating_status_from") {
      place.operatingStatus.validFrom = date(text, "operating_status_from")
    }
    if let text = cell("operating_status_to") { place.operatingStatus.validTo = date(text, "operating_status_to") }
    if let text = cell("operating_status_successor") {
      place.operatingStatus.successor = text.isEmpty ? nil : text.contains(":") ? text : "\(mapper.source):\(text)"
    }
    if let from = place.operatingStatus.validFrom, let to = place.operatingStatus.validTo, from > to {
      error("operating-status", "operating_status_to", to, "The last day is before the first, \(from).")
    }
  }

  private mutating func date(_ text: String, _ field: String) -> String? {
    if text.isEmpty { return nil }
    if let date = Self.isoDate(text) { return date }
    error("operating-status", field, text, "A date is yyyy-mm-dd, such as 2026-06-01 (or 1.6.2026).")
    return nil
  }

  /// `2026-06-01` of `2026-06-01` or `1.6.2026`; nil for anything else and for days that no month has.
  static func isoDate(_ text: String) -> String? {
    var parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 3 {
      parts.reverse()
    } else {
      parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1].utf8.count == 2, parts[2].utf8.count == 2 else { return nil }
    }
    let isDigit: (UInt8) -> Bool = { $0 >= 0x30 && $0 <= 0x39 }
    guard parts[0].utf8.count == 4, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }) else { return nil }
    let date = parts.map { $0.utf8.count == 1 ? "0\($0)" : String($0) }.joined(separator: "-")
    return Timestamp(rfc3339: date, zone: .gmt) == nil ? nil : date
  }
}
