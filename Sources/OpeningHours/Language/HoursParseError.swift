/// Why a text is no `opening_hours` value, for a person: where, what, and how to mend it.
public struct HoursParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The character (Unicode scalar) at which reading ended, from 0.
  public let position: Int
  /// What is wrong there.
  public let detail: String
  /// What to write instead, where it can be guessed.
  public let suggestion: String?

  /// Makes an error.
  public init(position: Int, detail: String, suggestion: String? = nil) {
    self.position = position
    self.detail = detail
    self.suggestion = suggestion
  }

  /// `at character 7: … Write …`
  public var description: String { "at character \(position): \(text)" }

  /// Detail and suggestion in one sentence or two.
  public var text: String { suggestion.map { "\(detail) \($0)" } ?? detail }
}

/// Something that was understood although it is not written as the language wants it, or that can hardly be meant.
public struct HoursWarning: Sendable, Hashable {
  /// The character (Unicode scalar) where it stands, from 0.
  public let position: Int
  /// What was found, and how it was read.
  public let detail: String
  /// Whether a word of another language than the grammar's English was read: then the text is prose, which is to be
  /// proposed to a person and not to be stored by itself.
  public let isOtherLanguage: Bool

  /// Makes a warning.
  public init(position: Int, detail: String, isOtherLanguage: Bool = false) {
    self.position = position
    self.detail = detail
    self.isOtherLanguage = isOtherLanguage
  }
}

/// An expression that was read, and what was odd about it.
public struct ParsedHours: Sendable, Hashable {
  /// What was read.
  public let expression: HoursExpression
  /// What was understood leniently; empty for a text that keeps to the grammar.
  public let warnings: [HoursWarning]

  /// Makes a result.
  public init(expression: HoursExpression, warnings: [HoursWarning]) {
    self.expression = expression
    self.warnings = warnings
  }
}
