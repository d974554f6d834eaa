import Foundation
import Logging
import Postgres
import Testing

enum Database {
  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  /// The server of DATABASE_URL; anything but this machine is refused, since the tests write and kill sessions.
  static func url() throws -> String {
    guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
      throw Refused(description: "DATABASE_URL is not set")
    }
    for host in hosts(url) where !["", "localhost", "127.0.0.1", "::1", "[::1]"].contains(host) && !host.hasPrefix("/")
    {
      throw Refused(description: "DATABASE_URL names a foreign host")
    }
    return url
  }

  private static func hosts(_ url: String) -> [String] {
    var hosts: [Substring] = []
    if let scheme = url.range(of: "://") {
      var parts = url[scheme.upperBound...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      let authority = parts.removeFirst().prefix { $0 != "/" }
      let places = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
      for place in places.split(separator: ",") {
        hosts.append(place.hasPrefix("[") ? place.prefix { $0 != "]" } + "]" : place.prefix { $0 != ":" })
      }
      for option in parts.joined().split(separator: "&") where option.hasPrefix("host") {
        hosts += option.drop { $0 != "=" }.dropFirst().split(separator: ",")
      }
    } else {
      for option in url.split(separator: " ") where option.hasPrefix("host") {
        hosts += option.drop { $0 != "=" }.dropFirst().split(separator: ",")
      }
    }
    return hosts.map { $0.removingPercentEncoding ?? String($0) }
  }
}

/// Runs `body` with a client that is closed afterwards in any case.
func withClient<R>(
  url: String? = nil, _ configure: (inout PostgresConfiguration) -> Void = { _ in },
  _ body: (PostgresClient) async throws -> R
) async throws -> R {
  var configuration = PostgresConfiguration(url: try url ?? Database.url())
  configure(&configuration)
  let client = PostgresClient(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  let result: Result<R, any Error>
  do { result = .success(try await body(client)) } catch { result = .failure(error) }
  await client.close()
  return try result.get()
}

func isPostgresError(_ error: any Error, _ kind: PostgresError.Kind) -> Bool {
  (error as? PostgresError)?.kind == kind
}

/// The PostgresError that `body` throws.
func failure(_ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async -> PostgresError?
{
  do {
    try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as PostgresError {
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}

/// Expects `body` to throw a PostgresError of that kind.
///
/// A function, since the compiler confuses the closures of several macros in one function with one another.
func expectFailure(
  _ kind: PostgresError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
  let error = await failure(body, sourceLocation: sourceLocation)
  if let error { #expect(error.kind == kind, "\(String(reflecting: error))", sourceLocation: sourceLocation) }
}

/// Expects `body` to throw a PostgresError that speaks of an unreachable database.
func expectUnavailable(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
  let error = await failure(body, sourceLocation: sourceLocation)
  if let error { #expect(error.isUnavailable, "\(String(reflecting: error))", sourceLocation: sourceLocation) }
}

/// Expects `condition` to become true.
func expectEventually(
  _ limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let isTrue = try await eventually(limit, condition)
  #expect(isTrue, sourceLocation: sourceLocation)
}

/// Repeats until true, at most for `limit`.
func eventually(_ limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(20))
  }
  return false
}

/// The process's resident memory.
func residentMegabytes() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
  return (Int(line.filter(\.isNumber)) ?? 0) / 1024
}
