import Places

/// What becomes of a row.
public struct RowVerdict: Sendable, Hashable {
  /// What it does.
  public enum Kind: String, Sendable, Hashable {
    case new, changed, unchanged, rejected
  }

  /// The physical line on which the row starts.
  public var line: Int
  /// The id that it has or got.
  public var id: String?
  /// What it does.
  public var kind: Kind
  /// The fields that it changes.
  public var fields: [String] = []

  /// Writes `{"line", "id", "verdict", "fields"}`.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("line")
    writer.integer(line)
    writer.member("id", id)
    writer.member("verdict", kind.rawValue)
    writer.key("fields")
    writer.beginArray()
    for field in fields { writer.string(field) }
    writer.endArray()
    writer.endObject()
  }
}

/// A place that the file lacks.
public struct RetiredPlace: Sendable, Hashable, CustomStringConvertible {
  /// Its id.
  public var id: String
  /// How many events are linked to it; the links stay.
  public var events: Int

  /// `turku:x (3)`
  public var description: String { "\(id) (\(events))" }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.key("events")
    writer.integer(events)
    writer.endObject()
  }
}
