import Foundation
import Logging
import Synchronization

/// Logs to standard error: lines for people on a terminal, one JSON object a line elsewhere.
enum LogOutput {
  private static let isSet = Mutex(false)

  static func bootstrap(_ settings: Settings) {
    let isFirst = isSet.withLock { isSet in
      defer { isSet = true }
      return !isSet
    }
    guard isFirst else { return }
    let level = settings.logLevel
    let isJSON = settings.logFormat.map { $0 == "json" } ?? (isatty(STDERR_FILENO) == 0)
    LoggingSystem.bootstrap { label in
      var handler: any LogHandler =
        isJSON ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
  }
}

/// One JSON object a line.
struct JSONLogHandler: LogHandler {
  let label: String
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var members: [String: String] = [
      "time": Date.now.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)),
      "level": event.level.rawValue, "logger": label, "message": "\(event.message)",
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) { members[key] = "\(value)" }
    guard var line = try? JSONEncoder().encode(members) else { return }
    line.append(0x0A)
    try? FileHandle.standardError.write(contentsOf: line)
  }
}
