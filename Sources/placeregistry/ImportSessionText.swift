import PlaceStore
import Places

extension ImportSession {
  /// The session as JSON.
  var json: String {
    var members: [JSONValue.Member] = [
      .init("session", .string(id)), .init("status", .string(status.rawValue)), .init("kind", .string(kind)),
      .init("source", .string(source)), .init("file_name", fileName.map { .string($0) } ?? .null),
      .init("created_time", .string(createdTime)), .init("applied_time", appliedTime.map { .string($0) } ?? .null),
      .init("undone_time", undoneTime.map { .string($0) } ?? .null), .init("report", report ?? .null),
    ]
    if let failure { members.append(.init("failure", failure)) }
    return JSONValue.object(members).text
  }

  private func count(_ key: String) -> Int { report?[key]?.integerValue.map { Int($0) } ?? 0 }

  /// One line of `import list`.
  var line: String {
    let counts =
      "\(count("rows")) rows, \(count("created")) new, \(count("changed")) changed, \(count("rejected")) rejected"
    return "\(id)  \(appliedTime ?? createdTime)  \(status.rawValue)  \(kind) of \(source)"
      + (fileName.map { " (\($0))" } ?? "") + ": \(counts)"
  }

  /// All of it for a person.
  var text: String {
    var lines = [line]
    let keys = [
      "unchanged", "retired", "warnings", "kept", "skipped", "places_changed", "encoding", "crs", "duration_s",
    ]
    lines += keys.compactMap { key in
      guard let value = report?[key], value != .null, value.text != "0" else { return nil }
      return "  \(key): \(value.stringValue ?? value.text)"
    }
    for problem in report?["problems"]?.arrayValue ?? [] {
      let line = problem["line"]?.text ?? ""
      let value = problem["value"]?.stringValue.map { " \"\($0)\"" } ?? ""
      lines.append(
        "  line \(line): \(problem["severity"]?.stringValue ?? "") \(problem["code"]?.stringValue ?? ""): "
          + "\(problem["field"]?.stringValue ?? "")\(value): \(problem["detail"]?.stringValue ?? "")")
    }
    return lines.joined(separator: "\n")
  }
}
