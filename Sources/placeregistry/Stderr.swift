import Foundation

/// Messages for people, apart from a command's answer.
enum Stderr {
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}

/// How a command reports.
enum OutputFormat: String, CaseIterable, Sendable { case text, json }
