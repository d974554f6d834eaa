extension HoursExpression: CustomStringConvertible {
  /// Reads a text leniently. Throws ``HoursParseError``.
  public static func parse(_ text: String) throws(HoursParseError) -> ParsedHours {
    throw HoursParseError(position: 0, detail: "Not written yet.")
  }

  /// Reads a text leniently, warnings left aside. Throws ``HoursParseError``.
  public init(parsing text: String) throws(HoursParseError) { self = try Self.parse(text).expression }

  /// The expression in its normal form.
  public var description: String { "" }
}
