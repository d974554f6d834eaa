import ArgumentParser
import Foundation
import PlaceStore
import Places

/// `placeregistry audit`
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Who changed what, when and from where.", subcommands: [List.self])

  /// `placeregistry audit list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the audit log, newest first.",
      discussion: "One line for each transaction that changed something; kept for PLACEREGISTRY_AUDIT_DAYS days.")

    @Option(help: ArgumentHelp("Only from this time on: RFC 3339, or a date.", valueName: "T"))
    var since: String?

    @Option(help: ArgumentHelp("How many lines at most.", valueName: "N"))
    var limit = 100

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      guard (1...1_000_000).contains(limit) else {
        throw ValidationError("--limit \(limit): give a number from 1 to 1000000.")
      }
      let zone = TimeZone(identifier: "Europe/Helsinki") ?? .gmt
      let since = try self.since.map { text in
        guard let time = Timestamp(rfc3339: text, zone: zone) ?? Timestamp(rfc3339: text + "T00:00:00", zone: zone)
        else {
          throw ValidationError("--since \(text): give a time such as 2026-05-01T12:00:00+03:00, or a date.")
        }
        return time
      }
      let entries = try await Session.run(try await Settings.load()) {
        try await $0.store.audit(since: since, limit: limit)
      }
      guard format == .json else {
        for entry in entries {
          let who = entry.person.map { "\(entry.actor) (\($0))" } ?? entry.actor
          print(
            "\(entry.time)\t\(who)\t\(entry.action)\t\(entry.lines) changes\t\(entry.address ?? "-")\t"
              + "\(entry.requestID ?? "-")\t\(entry.detail ?? "")")
        }
        return
      }
      var w = JSONWriter()
      w.beginArray()
      for entry in entries { Self.write(entry, &w) }
      w.endArray()
      print(w.string)
    }

    private static func write(_ entry: AuditEntry, _ w: inout JSONWriter) {
      w.beginObject()
      w.key("id")
      w.integer(entry.id)
      w.member("time", entry.time)
      w.member("actor", entry.actor)
      w.member("person", entry.person)
      w.member("action", entry.action)
      w.member("request_id", entry.requestID)
      w.member("address", entry.address)
      w.key("changes")
      w.integer(entry.lines)
      w.key("detail")
      if let detail = entry.detail { w.raw(detail.utf8) } else { w.null() }
      w.endObject()
    }
  }
}
