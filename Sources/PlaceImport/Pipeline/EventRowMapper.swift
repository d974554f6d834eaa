import Places

/// Makes Linked Events' JSON of a CSV file's rows: columns have the names of its fields, with the language behind a
/// multilingual one (`name_fi`).
struct EventRowMapper {
  private enum Kind {
    case text, localized(String, Language), references(String), integer, bool, free, image, custom(String)
  }

  private let columns: [(index: Int, field: String, kind: Kind)]
  /// Columns that are no field and not kept.
  let unknownColumns: [String]

  private static let localized = [
    "name", "short_description", "description", "location_extra_info", "info_url", "provider", "provider_contact_info",
  ]
  private static let plain: Set<String> = [
    "id", "publisher", "type_id", "start_time", "end_time", "event_status", "publication_status", "location",
    "location_text", "super_event", "super_event_type", "date_published", "enrolment_start_time", "enrolment_end_time",
    "environment", "environmental_certificate",
  ]
  private static let lists: Set<String> = ["keywords", "audience", "in_language"]
  private static let integers: Set<String> = [
    "audience_min_age", "audience_max_age", "minimum_attendee_capacity", "maximum_attendee_capacity",
  ]

  /// Throws ``ImportFailure`` when id or name is missing, or a field is named twice.
  init(header: [String], options: ImportOptions) throws {
    var names = header.map { $0.lowercased() }
    for (field, column) in options.map.sorted(by: { $0.key < $1.key }) {
      guard let index = header.firstIndex(where: { $0.lowercased() == column.trimmed.lowercased() }) else {
        throw ImportFailure(
          "header", "--map \(field)=\(column): the file has no column \"\(column)\".", line: 1, flag: "--map")
      }
      guard Self.kind(field) != nil else {
        throw ImportFailure("header", "--map \(field)=\(column): there is no field \"\(field)\".", flag: "--map")
      }
      for other in names.indices where other != index && names[other] == field { names[other] = "" }
      names[index] = field
    }
    var columns: [(Int, String, Kind)] = []
    var unknown: [String] = []
    for (index, name) in names.enumerated() where !name.isEmpty {
      // The id begins with it.
      if name == "data_source" { continue }
      if let kind = Self.kind(name) {
        guard !columns.contains(where: { $0.1 == name }) else {
          throw ImportFailure(
            "header", "Two columns are named \"\(header[index])\": rename or remove one.", line: 1, flag: "--map")
        }
        columns.append((index, name, kind))
      } else if options.keepsUnmapped {
        columns.append((index, name, .custom(header[index])))
      } else {
        unknown.append(header[index])
      }
    }
    self.columns = columns
    unknownColumns = unknown
    let fields = Set(columns.map(\.1))
    guard fields.contains("id") else {
      throw ImportFailure("header", "No column holds the id. Name it with --map id=COLUMN.", line: 1, flag: "--map")
    }
    guard fields.contains(where: { $0.hasPrefix("name_") }) else {
      throw ImportFailure(
        "header", "No column holds the name. Name it with --map name_fi=COLUMN.", line: 1, flag: "--map")
    }
  }

  private static func kind(_ field: String) -> Kind? {
    if plain.contains(field) { return .text }
    if lists.contains(field) { return .references(field) }
    if integers.contains(field) { return .integer }
    if field == "local" { return .bool }
    if field == "is_free" { return .free }
    if field == "image_url" { return .image }
    if field.hasPrefix("custom_data.") { return .custom(String(field.dropFirst(12))) }
    for language in Language.allCases {
      let ending = "_\(language.rawValue)"
      if field.hasSuffix(ending), localized.contains(String(field.dropLast(ending.count))) {
        return .localized(String(field.dropLast(ending.count)), language)
      }
    }
    return nil
  }

  /// The row as a body: an empty cell clears.
  func body(_ row: SourceRow) -> JSONValue {
    var members: [JSONValue.Member] = []
    var texts: [String: [JSONValue.Member]] = [:]
    var custom: [JSONValue.Member] = []
    for (index, field, kind) in columns {
      let text = index < row.fields.count ? row.fields[index].trimmed : ""
      let value: JSONValue = text.isEmpty ? .null : .string(text)
      switch kind {
      case .text:
        // These have no empty value: what is not said stays.
        if text.isEmpty, ["type_id", "event_status", "publication_status"].contains(field) { continue }
        members.append(.init(field, value))
      case .localized(let key, let language): texts[key, default: []].append(.init(language.rawValue, value))
      case .references(let key):
        let collection = key == "in_language" ? "language" : "keyword"
        let ids = text.split(separator: ";").map(\.trimmed).filter { !$0.isEmpty }
        members.append(
          .init(
            key,
            .array(
              ids.map { id in
                let address = id.contains("://") ? id : "/v1/\(collection)/\(ResourceAddress.segment(id))/"
                return .object([.init("@id", .string(address))])
              })))
      case .integer: members.append(.init(field, text.isEmpty ? .null : Int64(text).map { .integer($0) } ?? value))
      case .bool: members.append(.init(field, text.isEmpty ? .null : Self.bool(text).map { .bool($0) } ?? value))
      case .free:
        let offers = Self.bool(text).map { [JSONValue.object([.init("is_free", .bool($0))])] }
        members.append(.init("offers", text.isEmpty ? .null : offers.map { .array($0) } ?? value))
      case .image:
        members.append(.init("images", .array(text.isEmpty ? [] : [.object([.init("url", value)])])))
      case .custom(let key): custom.append(.init(key, value))
      }
    }
    for (key, values) in texts.sorted(by: { $0.key < $1.key }) {
      guard key == "provider_contact_info" else {
        members.append(.init(key, .object(values)))
        continue
      }
      // Kept as it comes: without the languages that say nothing.
      let told = values.filter { $0.value != .null }
      members.append(.init(key, told.isEmpty ? .null : .object(told)))
    }
    if !custom.isEmpty { members.append(.init("custom_data", .object(custom.filter { $0.value != .null }))) }
    return .object(members)
  }

  private static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "1", "yes", "kyllä", "x": true
    case "false", "0", "no", "ei": false
    default: nil
    }
  }
}
