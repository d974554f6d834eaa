/// A language in which the registry holds text.
public enum Language: String, Sendable, Hashable, CaseIterable, Comparable {
  case fi, sv, en
  /// Northern Sámi
  case se
  /// Inari Sámi
  case smn
  /// Skolt Sámi
  case sms
  case ru
  case zhHans = "zh_hans"
  case ar

  private var rank: Int { Language.allCases.firstIndex(of: self) ?? 0 }

  /// The order in which languages are written: Finnish, Swedish, English, then the rest.
  public static func < (a: Language, b: Language) -> Bool { a.rank < b.rank }
}

/// Text in one or several languages; a language without text is absent, and there is always at least one.
public struct LocalizedText: Sendable, Hashable {
  /// The languages with their text, in ``Language``'s order.
  public private(set) var values: [Value]

  /// One language's text.
  public struct Value: Sendable, Hashable {
    /// The language.
    public let language: Language
    /// The text, never empty.
    public let text: String
  }

  /// Nil when no language has text: an absent text is `nil`, never an empty object.
  public init?(_ texts: [Language: String]) {
    values = texts.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
      .map { Value(language: $0.key, text: $0.value) }
    if values.isEmpty { return nil }
  }

  /// Stands where a name is still to be read.
  public static let blank = LocalizedText(finnish: "-")

  private init(finnish text: String) { values = [Value(language: .fi, text: text)] }

  /// The text in one language.
  public subscript(language: Language) -> String? { values.first { $0.language == language }?.text }

  /// The Finnish text, else the Swedish, else the first there is.
  public var preferred: String { values[0].text }

  /// Reads `{"fi": "…"}`; languages whose text is null are left out. Nil for null, an unknown language or no object.
  public init?(json: JSONValue) {
    guard case .object(let members) = json else { return nil }
    var texts: [Language: String] = [:]
    for member in members {
      guard let language = Language(rawValue: member.key) else { return nil }
      if case .string(let text) = member.value { texts[language] = text }
    }
    self.init(texts)
  }

  /// `{"fi": "…", "sv": "…"}`
  public var json: JSONValue { .object(values.map { .init($0.language.rawValue, .string($0.text)) }) }
}

extension JSONWriter {
  /// Writes the text as an object, or `null`.
  public mutating func localized(_ text: LocalizedText?) {
    guard let text else { return null() }
    beginObject()
    for value in text.values {
      key(value.language.rawValue)
      string(value.text)
    }
    endObject()
  }
}
