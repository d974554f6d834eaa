import Configuration
import Delivery
import Foundation
import Logging
import PlaceAPI
import Places
import Postgres
import SystemPackage

/// Every setting, with its default and a comment. They are looked up on the command line of `serve`, then in the
/// environment, then in the file that `PLACEREGISTRY_CONFIG` names (lines `NAME=value`; `.env` by default).
struct Settings: Sendable {
  /// `DATABASE_URL`: where the registry is stored, a libpq URI (several hosts and `target_session_attrs` work). Without
  /// it the private cluster of `PLACEREGISTRY_DATA` is used, and started for the command's run if it is stopped.
  var databaseURL: String?
  /// `PLACEREGISTRY_DATA`: folder of the private cluster.
  var dataDirectory = ".local"
  /// `PLACEREGISTRY_HOST`: the address to listen on.
  var host = "127.0.0.1"
  /// `PLACEREGISTRY_PORT`: the port to listen on.
  var port = 8080
  /// `PLACEREGISTRY_DATABASE_CONNECTIONS`: connections for longer statements; two shared ones for short reads are added.
  var connections = 8
  /// `PLACEREGISTRY_DATABASE_TIMEOUT`: seconds that a statement of a request may take; then the answer is 503.
  var statementTimeout = 10
  /// `PLACEREGISTRY_LOG_LEVEL`: trace, debug, info, notice, warning, error or critical.
  var logLevel = Logger.Level.info
  /// `PLACEREGISTRY_LOG_FORMAT`: `text` or `json`; by default JSON when standard error is no terminal.
  var logFormat: String?
  /// `PLACEREGISTRY_CHANGES_DAYS`: days that the change log is kept; readers that fall behind further start anew.
  var changesDays = 400
  /// `PLACEREGISTRY_DELIVERY_DAYS`: days that finished webhook deliveries stay in the delivery log.
  var deliveryDays = 30
  /// `PLACEREGISTRY_IMPORT_DAYS`: days that uploaded files and their rejected rows are kept.
  var importDays = 30
  /// `PLACEREGISTRY_OUTGOING_ALLOW`: private addresses, ranges (`10.1.0.0/16`) and host names, commas between, that
  /// webhooks and other outgoing requests may go to; without it they go to public addresses only.
  var outgoingRules = AddressRules()
  /// `PLACEREGISTRY_PUBLIC_URL`, `PLACEREGISTRY_FORMER_URLS` (former values of it, with commas between, which are taken
  /// in an event's `location` as well), `PLACEREGISTRY_EVENT_API_URL` (where Linked Events' other routes are forwarded
  /// to), `PLACEREGISTRY_TRUSTED_PROXIES` (addresses with commas between),
  /// `PLACEREGISTRY_CACHE_CONTROL`, `PLACEREGISTRY_LOG_REQUESTS` (none, short, full: only `full` holds queries and whole
  /// addresses), `PLACEREGISTRY_RATE_LIMIT` (requests per minute and key, or address without one) and
  /// `PLACEREGISTRY_ANSWER_CACHE` (megabytes of answers kept while the registry doesn't change, 0: none),
  /// `PLACEREGISTRY_EXPORT_DIRECTORY` (where dumps are kept; `exports` in the folder of `PLACEREGISTRY_DATA`) and
  /// `PLACEREGISTRY_EXPORT_CACHE` (megabytes of dumps kept), and `PLACEREGISTRY_IMPORT_LIMIT` (megabytes that an uploaded
  /// file may have).
  var api = APIConfiguration()
  /// `PLACEREGISTRY_OIDC`: a JSON file that names the OpenID Connect issuers whose tokens are taken; none by default.
  var issuers: [TokenIssuer] = []
  /// `PLACEREGISTRY_AUDIT_DAYS`: days that lines of the audit log are kept.
  var auditDays = 730
  /// `PLACEREGISTRY_DUPLICATES`: `on`, or `off` where this process is not to look for duplicates.
  var findsDuplicates = true

  /// Reads the settings; `overrides` are the command line's. Throws ``Failure`` naming a setting that can't be used.
  static func load(overrides: [AbsoluteConfigKey: ConfigValue] = [:]) async throws -> Settings {
    let environment = EnvironmentVariablesProvider()
    let file = ConfigReader(provider: environment).string(forKey: "placeregistry.config") ?? ".env"
    let reader = ConfigReader(providers: [
      InMemoryProvider(values: overrides), environment,
      try await EnvironmentVariablesProvider(environmentFilePath: FilePath(file), allowMissing: true),
    ])
    var settings = Settings()
    settings.databaseURL = reader.string(forKey: "database.url").flatMap { $0.isEmpty ? nil : $0 }
    settings.dataDirectory = reader.string(forKey: "placeregistry.data", default: settings.dataDirectory)
    settings.host = reader.string(forKey: "placeregistry.host", default: settings.host)
    settings.port = try number(reader, "placeregistry.port", default: settings.port, 1...65535)
    settings.connections = try number(
      reader, "placeregistry.database.connections", default: settings.connections, 1...500)
    settings.statementTimeout = try number(
      reader, "placeregistry.database.timeout", default: settings.statementTimeout, 1...3600)
    if let text = reader.string(forKey: "placeregistry.log.level") {
      guard let level = Logger.Level(rawValue: text.lowercased()) else {
        throw Failure(
          "PLACEREGISTRY_LOG_LEVEL is \(text): give trace, debug, info, notice, warning, error or critical.")
      }
      settings.logLevel = level
    }
    settings.logFormat = reader.string(forKey: "placeregistry.log.format")
    settings.changesDays = try number(
      reader, "placeregistry.changes.days", default: settings.changesDays, 1...36_500)
    settings.deliveryDays = try number(
      reader, "placeregistry.delivery.days", default: settings.deliveryDays, 1...36_500)
    settings.importDays = try number(reader, "placeregistry.import.days", default: settings.importDays, 1...36_500)
    let allowed = reader.string(forKey: "placeregistry.outgoing.allow", default: "").split(separator: ",")
      .map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    do { settings.outgoingRules = try AddressRules(allow: allowed) } catch {
      throw Failure("PLACEREGISTRY_OUTGOING_ALLOW: \(error).")
    }
    try loadAPI(reader, into: &settings.api)
    if let file = reader.string(forKey: "placeregistry.oidc"), !file.isEmpty {
      settings.issuers = try issuers(file)
    }
    settings.auditDays = try number(reader, "placeregistry.audit.days", default: settings.auditDays, 1...36_500)
    if let text = reader.string(forKey: "placeregistry.duplicates"), !text.isEmpty {
      guard ["on", "off"].contains(text.lowercased()) else {
        throw Failure("PLACEREGISTRY_DUPLICATES is \(text): give on or off.")
      }
      settings.findsDuplicates = text.lowercased() == "on"
    }
    return settings
  }

  private static func issuers(_ file: String) throws -> [TokenIssuer] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure("PLACEREGISTRY_OIDC is \(file): the file can't be read.")
    }
    let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
    do { return try TokenIssuer.list(json: Array(data), directory: directory) } catch {
      throw Failure("PLACEREGISTRY_OIDC is \(file): \(error)")
    }
  }

  private static func loadAPI(_ reader: ConfigReader, into api: inout APIConfiguration) throws {
    if let url = reader.string(forKey: "placeregistry.public.url"), !url.isEmpty {
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw Failure("PLACEREGISTRY_PUBLIC_URL is \(url): it begins with http:// or https://.")
      }
      api.publicURL = url.hasSuffix("/") ? String(url.dropLast()) : url
    }
    api.formerURLs = try addresses(reader, "placeregistry.former.urls")
    api.eventAPIURL = try addresses(reader, "placeregistry.event.api.url").first.map {
      $0.hasSuffix("/v1") ? String($0.dropLast(3)) : $0
    }
    let proxies = reader.string(forKey: "placeregistry.trusted.proxies", default: "")
    api.trustedProxies = Set(proxies.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) })
    api.cacheControl = reader.string(forKey: "placeregistry.cache.control", default: api.cacheControl)
    if let text = reader.string(forKey: "placeregistry.log.requests") {
      guard let value = APIConfiguration.RequestLog(rawValue: text) else {
        throw Failure("PLACEREGISTRY_LOG_REQUESTS is \(text): give none, short or full.")
      }
      api.requestLog = value
    }
    api.answerCacheBytes = try number(reader, "placeregistry.answer.cache", default: 32, 0...4096) << 20
    api.exportDirectory = reader.string(
      forKey: "placeregistry.export.directory",
      default: reader.string(forKey: "placeregistry.data", default: ".local") + "/exports")
    api.exportCacheBytes = try number(reader, "placeregistry.export.cache", default: 4096, 0...1_000_000) << 20
    api.maximumImportBytes = try number(reader, "placeregistry.import.limit", default: 2048, 1...100_000) << 20
    let limit = try number(reader, "placeregistry.rate.limit", default: 0, 0...10_000_000)
    api.rateLimit = limit > 0 ? limit : nil
  }

  /// Web addresses with commas between, without a slash at the end.
  private static func addresses(_ reader: ConfigReader, _ key: ConfigKey) throws -> [String] {
    try (reader.string(forKey: key) ?? "").split(separator: ",").map { part in
      let url = String(part.filter { !$0.isWhitespace })
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        let name = key.components.joined(separator: "_").uppercased()
        throw Failure("\(name) is \(url): it begins with http:// or https://.")
      }
      return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
  }

  private static func number(_ reader: ConfigReader, _ key: ConfigKey, default value: Int, _ range: ClosedRange<Int>)
    throws -> Int
  {
    guard let text = reader.string(forKey: key), !text.isEmpty else { return value }
    guard let number = Int(text), range.contains(number) else {
      let name = key.components.joined(separator: "_").uppercased()
      throw Failure("\(name) is \(text): give a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }
}

/// A refusal with its mend, told on standard error; the exit code is 1.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
