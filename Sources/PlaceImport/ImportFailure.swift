import Places

/// Why a whole file or command was refused: what, where, and how to mend it. Single rows have ``ImportProblem``s.
public struct ImportFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// A stable code such as `encoding-uncertain`.
  public let code: String
  /// What is wrong and what to do about it.
  public let detail: String
  /// The physical line, where there is one.
  public let line: Int?
  /// The flag that settles it, such as `--encoding`.
  public let flag: String?

  /// Makes a failure.
  public init(_ code: String, _ detail: String, line: Int? = nil, flag: String? = nil) {
    self.code = code
    self.detail = detail
    self.line = line
    self.flag = flag
  }

  /// Writes `{"code", "detail", "line", "flag"}`.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", code)
    writer.member("detail", detail)
    if let line {
      writer.key("line")
      writer.integer(line)
    }
    writer.member("flag", flag)
    writer.endObject()
  }

  /// `line 7: …`
  public var description: String { (line.map { "line \($0): " } ?? "") + detail }
}

/// Why one row could not be read as the format wants it; the reader goes on with the next one.
public struct RowFault: Error, Sendable, Hashable {
  /// A stable code such as `row-length`.
  public let code: String
  /// What is wrong and how to mend it.
  public let detail: String

  /// Makes a fault.
  public init(_ code: String, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}
