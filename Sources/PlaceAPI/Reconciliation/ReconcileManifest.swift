import Places

/// What the service can do, told to clients: the first thing that they ask for.
struct ReconcileManifest {
  /// Where absolute URLs begin.
  let baseURL: String
  /// The program's version.
  let version: String

  static let previewWidth: Int64 = 430
  static let previewHeight: Int64 = 300

  var json: JSONValue {
    func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
      .object(members.map { .init($0.key, $0.value) })
    }
    func suggest(_ kind: String) -> JSONValue {
      object([
        "service_url": .string(baseURL), "service_path": .string("/reconcile/suggest/\(kind)"),
        "flyout_service_url": .string(baseURL),
        "flyout_service_path": .string("/reconcile/flyout/\(kind)?id=${id}"),
      ])
    }
    return object([
      "versions": .array([.string("0.2")]),
      "name": .string("Places and addresses (placeregistry)"),
      "identifierSpace": .string(baseURL + "/v1/place/"),
      "schemaSpace": .string("https://schema.org/Place"),
      "defaultTypes": .array(ReconcileType.allCases.map(\.json)),
      "documentation": .string(baseURL + "/docs/matching"),
      "serviceVersion": .string(version),
      "view": object(["url": .string(baseURL + "/v1/place/{{id}}/")]),
      "preview": object([
        "url": .string(baseURL + "/reconcile/preview?id={{id}}"), "width": .integer(Self.previewWidth),
        "height": .integer(Self.previewHeight),
      ]),
      "suggest": object(["entity": suggest("entity"), "property": suggest("property"), "type": suggest("type")]),
      "extend": object([
        "propose_properties": object([
          "service_url": .string(baseURL), "service_path": .string("/reconcile/properties"),
        ]),
        "property_settings": .array([
          object([
            "name": .string("language"), "label": .string("Language"), "type": .string("select"),
            "default": .string("any"),
            "help_text": .string("The language of names, addresses and other text"),
            "choices": .array(
              ReconcileLanguage.choices.map { object(["value": .string($0.value), "name": .string($0.name)]) }),
          ]),
          object([
            "name": .string("limit"), "label": .string("Most values"), "type": .string("number"),
            "default": .integer(0), "help_text": .string("The most values of an entity; 0: all of them"),
          ]),
        ]),
      ]),
      "batchSize": .integer(Int64(ReconcileQuery.batchSize)),
    ])
  }
}

/// In which language values are told.
enum ReconcileLanguage: Sendable, Hashable {
  /// The Finnish, else the Swedish, else any.
  case any
  /// Each language's, one after another.
  case all
  case only(Language)

  /// As settings name them.
  static let choices: [(value: String, name: String)] =
    [("any", "Finnish, else Swedish, else any"), ("all", "All of them")]
    + Language.allCases.map { ($0.rawValue, names[$0] ?? $0.rawValue) }

  private static let names: [Language: String] = [
    .fi: "Finnish", .sv: "Swedish", .en: "English", .se: "Northern Sámi", .smn: "Inari Sámi", .sms: "Skolt Sámi",
    .ru: "Russian", .zhHans: "Chinese (simplified)", .ar: "Arabic",
  ]

  /// Nil for what no setting names.
  init?(_ text: String) {
    switch text {
    case "", "any": self = .any
    case "all": self = .all
    default:
      guard let language = Language(rawValue: text) else { return nil }
      self = .only(language)
    }
  }

  /// The texts of a stored multilingual text that it asks for.
  func texts(_ json: JSONValue?) -> [String] {
    guard let json, let text = LocalizedText(json: json) else { return [] }
    switch self {
    case .any: return [text.preferred]
    case .all: return text.values.map(\.text)
    case .only(let language): return [text[language]].compactMap(\.self)
    }
  }
}
