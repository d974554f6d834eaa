extension HoursExpression: CustomStringConvertible {
  /// Bytes that a text from outside may have.
  public static let longestText = HoursParser.longestText

  /// Reads a text leniently. Throws ``HoursParseError``, also when it is longer than `limit` bytes: only what was put
  /// together of texts that were read before may be.
  public static func parse(_ text: String, limit: Int = longestText) throws(HoursParseError) -> ParsedHours {
    let bytes = Array(text.utf8)
    guard bytes.count <= limit else {
      throw HoursParseError(
        position: HoursLexer.position(ofByte: limit, in: bytes),
        detail: "The text is longer than \(limit) bytes.", suggestion: "Write fewer rules.")
    }
    var parser = HoursParser(bytes)
    let expression = try parser.expression()
    // The normal form must be readable too. It is at most six times as long: `,2` becomes `,2026 Dec 02`.
    guard
      bytes.count <= limit / 6 || HoursPrinter(expression).text.utf8.count <= limit
    else {
      throw HoursParseError(
        position: HoursLexer.position(ofByte: bytes.count, in: bytes),
        detail: "The normal form of the text is longer than \(limit) bytes.",
        suggestion: "Write fewer rules.")
    }
    return ParsedHours(expression: expression, warnings: parser.warnings)
  }

  /// Reads a text leniently, warnings left aside. Throws ``HoursParseError``.
  public init(parsing text: String) throws(HoursParseError) { self = try Self.parse(text).expression }

  /// The expression in its normal form.
  public var description: String { HoursPrinter(self).text }
}
