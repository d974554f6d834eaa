import Foundation
import Places

/// Asks the other registry for pages: politely, patiently, and only it.
struct HarvestFetcher {
  typealias Fetch = @Sendable (String) async throws -> HarvestResponse

  let options: HarvestOptions
  let fetch: Fetch
  let stop: HarvestStop
  private var last: ContinuousClock.Instant?

  init(_ options: HarvestOptions, stop: HarvestStop, fetch: @escaping Fetch) {
    self.options = options
    self.stop = stop
    self.fetch = fetch
  }

  /// A page of a list.
  struct Page {
    let objects: [JSONValue]
    let next: String?
    /// The other side's time when it answered, RFC 3339.
    let time: String
  }

  /// What a page may have become instead of a list.
  enum Outcome {
    case page(Page)
    /// The other side doesn't take the question as it was asked.
    case refused(Int)
    /// The harvest was stopped before an answer came.
    case stopped
  }

  /// Asks for a page until it comes: what is passing (429, 5xx, no answer) is asked for again with longer and longer
  /// pauses. Throws ``ImportFailure`` when it doesn't come, or is no list.
  mutating func page(_ url: String) async throws -> Outcome {
    var failure = ""
    for attempt in 0..<options.tries {
      if attempt > 0, stop.isStopped { return .stopped }
      await politely()
      var wait = Duration.seconds(1 << attempt)
      do {
        let response = try await fetch(url)
        switch response.status {
        case 200: return .page(try read(response, url))
        case 400, 404, 422: return .refused(response.status)
        case 408, 429, 500...:
          failure = "it answered \(response.status)"
          if let seconds = response.headers["retry-after"].flatMap({ Self.seconds($0) }) {
            wait = max(wait, .seconds(min(seconds, Self.longestWait)))
          }
        default:
          throw ImportFailure("harvest-answer", "\(url) answered \(response.status): is this a Linked Events service?")
        }
      } catch let error as HarvestUnreachable {
        guard error.isPassing else { throw ImportFailure("harvest-unreachable", "\(options.url): \(error)") }
        failure = "\(error)"
      }
      if attempt + 1 < options.tries { await stop.pause(for: wait) }
    }
    throw ImportFailure(
      "harvest-unreachable",
      "\(url) was asked \(options.tries) times: \(failure). What was read is kept: the same command goes on there.")
  }

  /// Seconds that are waited at the most when the other side asks for it.
  private static let longestWait = 600

  private static func seconds(_ text: String) -> Int? {
    if let seconds = Int(text) { return max(0, seconds) }
    return time(text).map { Int(max(0, $0.timeIntervalSinceNow.rounded(.up))) }
  }

  /// An HTTP date (RFC 9110).
  private static func time(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: text)
  }

  private mutating func politely() async {
    if let last {
      let due = last.advanced(by: .seconds(1 / options.rate))
      if due > .now { await stop.pause(for: due - .now) }
    }
    last = .now
  }

  private func read(_ response: HarvestResponse, _ url: String) throws -> Page {
    guard let json = try? JSONParser.parse(response.body), let objects = json["data"]?.arrayValue else {
      throw ImportFailure(
        "harvest-answer", "\(url) answered no list of Linked Events ({\"meta\", \"data\"}): give the service's address."
      )
    }
    let next = try json["meta"]?["next"]?.stringValue.map { try follow($0, from: url) }
    let date = response.headers["date"].flatMap { Self.time($0) }
    let time = date.map { Timestamp(microseconds: Int64($0.timeIntervalSince1970) * 1_000_000) } ?? .now()
    return Page(objects: objects, next: next, time: time.description)
  }

  /// The next page's address; it is of the same service, whatever a list says. A service that doesn't know that it is
  /// asked over https may write http.
  private func follow(_ next: String, from url: String) throws -> String {
    guard let there = URLComponents(string: next), let here = URLComponents(string: url), let host = here.host,
      there.host.map({ $0.lowercased() == host.lowercased() }) ?? true,
      there.host == nil || there.port == here.port, there.user == nil,
      there.scheme.map({ ["http", "https"].contains($0.lowercased()) }) ?? true
    else {
      throw ImportFailure(
        "harvest-foreign-page",
        "\(url) names the next page \(next), which is of another service: it is not followed. The other side's public "
          + "address is probably set wrongly.")
    }
    var result = here
    if !there.percentEncodedPath.isEmpty { result.percentEncodedPath = there.percentEncodedPath }
    result.percentEncodedQuery = there.percentEncodedQuery
    guard let text = result.string, text != url else {
      throw ImportFailure("harvest-answer", "\(url) names itself as the next page: it is not followed.")
    }
    return text
  }
}
