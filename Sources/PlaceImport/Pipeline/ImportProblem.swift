import Places

/// What is wrong with a row, told so that it can be found and mended.
public struct ImportProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the row is rejected.
  public enum Severity: String, Sendable, Hashable {
    /// The row is rejected.
    case error
    /// The row is taken.
    case warning
  }

  /// The physical line on which the row starts.
  public var line: Int
  /// The place's id (or a municipality's code), where it could be read.
  public var id: String?
  /// Whether the row is rejected.
  public var severity: Severity
  /// A stable code such as `postal-code`.
  public var code: String
  /// The field (not the column) concerned.
  public var field: String?
  /// What stood there.
  public var value: String?
  /// What is wrong and how to mend it.
  public var detail: String

  /// Makes a problem.
  public init(
    line: Int, id: String? = nil, severity: Severity = .error, code: String, field: String? = nil,
    value: String? = nil, detail: String
  ) {
    self.line = line
    self.id = id
    self.severity = severity
    self.code = code
    self.field = field
    self.value = value
    self.detail = detail
  }

  /// The problem of a row that could not be read at all.
  public init(line: Int, fault: RowFault, id: String? = nil, field: String? = nil, value: String? = nil) {
    self.init(line: line, id: id, code: fault.code, field: field, value: value, detail: fault.detail)
  }

  /// Writes `{"line", "id", "severity", "code", "field", "value", "detail"}`.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("line")
    writer.integer(line)
    writer.member("id", id)
    writer.member("severity", severity.rawValue)
    writer.member("code", code)
    writer.member("field", field)
    writer.member("value", value)
    writer.member("detail", detail)
    writer.endObject()
  }

  /// One line for people: `line 12, turku:x: error postal-code: postal_code "2072": A postal code is …`
  public var description: String {
    var text = "line \(line)"
    if let id { text += ", \(Self.oneLine(id))" }
    text += ": \(severity.rawValue) \(code): "
    if let field { text += value.map { "\(field) \"\(Self.oneLine($0))\": " } ?? "\(field): " }
    return text + Self.oneLine(detail, limit: 1000)
  }

  /// Without line ends and control characters, so that a value can't forge lines of a log or colour a terminal.
  private static func oneLine(_ text: String, limit: Int = 80) -> String {
    var result = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == limit {
        result.append("…")
        break
      }
      result.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
    }
    return String(result)
  }
}
