/// Something wrong in a body: where (JSON pointer, RFC 6901), the value there, a stable code and how to mend it.
public struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Such as `/name/fi`, or `/3/name/fi` in an array.
  public let pointer: String
  /// The value as it came, shortened when it is long.
  public let value: String
  /// A stable code such as `postal-code`.
  public let code: String
  /// What is wrong and how to mend it.
  public let detail: String

  /// Makes an error.
  public init(pointer: String, value: String, code: String, detail: String) {
    self.pointer = pointer
    self.value = value.count > 200 ? value.prefix(200) + "…" : value
    self.code = code
    self.detail = detail
  }

  /// The detail with its place.
  public var description: String { "\(pointer): \(detail)" }

  /// The same error in an element of an array.
  public func inside(_ index: Int) -> FieldError {
    FieldError(pointer: "/\(index)\(pointer)", value: value, code: code, detail: detail)
  }
}
