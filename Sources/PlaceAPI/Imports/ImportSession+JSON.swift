import PlaceImport
import PlaceStore
import Places

extension ImportSession {
  /// The session as the interface tells it.
  func write(into w: inout JSONWriter) {
    w.beginObject()
    w.member("session", id)
    w.member("status", status.rawValue)
    w.member("kind", kind)
    w.member("source", source)
    w.member("file_name", fileName)
    for (key, value) in [
      ("options", options), ("progress", progress ?? .null), ("report", report ?? .null), ("failure", failure ?? .null),
    ] {
      w.key(key)
      w.value(value)
    }
    w.member("created_time", createdTime)
    w.member("applied_time", appliedTime)
    w.member("undone_time", undoneTime)
    w.endObject()
  }

  /// Whether somebody is at work on it.
  var isWorking: Bool { status == .checking || status == .applying }
}

extension ImportFailure {
  /// `{"code", "detail", "line", "flag", "parameter"}`, with a file's name in place of where it lies.
  func value(hiding path: String = "", as name: String? = nil) -> JSONValue {
    .object([
      .init("code", .string(code)),
      .init("detail", .string(path.isEmpty ? detail : detail.replacing(path, with: name ?? "the file"))),
      .init("line", line.map { .integer(Int64($0)) } ?? .null), .init("flag", flag.map { .string($0) } ?? .null),
      .init("parameter", flag.map { .string(ImportParameters.name(of: $0)) } ?? .null),
    ])
  }
}
