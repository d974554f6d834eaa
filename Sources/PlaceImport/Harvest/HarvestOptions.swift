import PlaceMatching
import Places

/// What a harvest is told.
public struct HarvestOptions: Sendable {
  /// Where the other registry's `/v1/` stands, without a slash at the end.
  public let url: String
  /// The data source that the harvest is known by here.
  public let source: DataSourceID
  /// Tell what would happen and change nothing.
  public var isDryRun = false
  /// Give a place that is here already the id that it has there, instead of making a copy.
  public var isMatching = false
  /// What a person has said of places that may be here already, by the id there: the place's id here; nil: none of
  /// these.
  public var decisions: [String: String?] = [:]
  /// Objects asked for at once, 1 to 1000; Linked Events itself gives at most 100.
  public var pageSize = 100
  /// Requests a second at the most.
  public var rate = 2.0
  /// Times that a page is asked for before the harvest gives up.
  public var tries = 5

  /// Makes options. `url` may be the service's address, or that of its `/v1/`, `/v1/place/` or `/v1/event/`. Throws
  /// ``Places/InvalidValue`` when it is no web address.
  public init(url: String, source: DataSourceID) throws(InvalidValue) {
    var text = String(url.prefix { $0 != "?" && $0 != "#" })
    _ = try WebAddress(text)
    func drop(_ ending: String) { if text.hasSuffix(ending) { text.removeLast(ending.count) } }
    drop("/")
    drop("/place")
    drop("/event")
    drop("/v1")
    drop("/")
    self.url = text
    self.source = source
  }
}

/// An answer of the other registry.
public struct HarvestResponse: Sendable {
  /// The status code.
  public let status: Int
  /// The headers, names in lower case.
  public let headers: [String: String]
  /// The body.
  public let body: [UInt8]

  /// Makes an answer.
  public init(status: Int, headers: [String: String] = [:], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why a request brought no answer at all.
public struct HarvestUnreachable: Error, Sendable, CustomStringConvertible {
  /// What happened and what to do.
  public let description: String
  /// Whether it may well succeed a little later.
  public let isPassing: Bool

  /// Makes an error.
  public init(_ description: String, isPassing: Bool) {
    self.description = description
    self.isPassing = isPassing
  }
}

/// What a run of a harvest did.
public struct HarvestReport: Sendable {
  /// The other registry.
  public let url: String
  /// The data source that it is known by here.
  public let source: String
  /// Whether nothing was changed.
  public let isDryRun: Bool
  /// Whether an earlier run, which had been ended, was gone on with.
  public internal(set) var isResumed = false
  /// Whether all was read; a run that was stopped before goes on next time.
  public internal(set) var isComplete = false
  /// Places that are here already and got the id that they have there; nil where nothing was matched.
  public internal(set) var matched: Int?
  /// Places that may be here already: they wait until a person has said so. In the order of their ids.
  public internal(set) var doubts: [HarvestDoubt] = []
  /// What became of the places.
  public internal(set) var places: ImportReport
  /// What became of the events.
  public internal(set) var events: ImportReport

  /// Objects left out for an error.
  public var rejected: Int { places.rejected + events.rejected }

  init(_ options: HarvestOptions) {
    url = options.url
    source = options.source.description
    isDryRun = options.isDryRun
    var importOptions = ImportOptions(source: options.source)
    importOptions.isDryRun = options.isDryRun
    places = ImportReport(kind: "places", options: importOptions)
    events = ImportReport(kind: "events", options: importOptions)
  }

  /// `{"url", "source", "dry_run", "resumed", "complete", "places": {…}, "events": {…}}`, the last two as imports report;
  /// with matching also `matched` and `ambiguous`: `[{"id", "name", "address", "candidates"}]`.
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    w.member("url", url)
    w.member("source", source)
    for (key, value) in [("dry_run", isDryRun), ("resumed", isResumed), ("complete", isComplete)] {
      w.key(key)
      w.bool(value)
    }
    if let matched {
      w.key("matched")
      w.integer(matched)
      w.key("ambiguous")
      w.beginArray()
      for doubt in doubts {
        w.beginObject()
        w.member("id", doubt.id)
        w.member("name", doubt.name)
        w.member("address", doubt.address)
        w.key("candidates")
        w.candidates(doubt.candidates)
        w.endObject()
      }
      w.endArray()
    }
    for (key, report) in [("places", places), ("events", events)] {
      w.key(key)
      w.raw(Array(report.json.utf8))
    }
    w.endObject()
    return w.string
  }

  /// The report for a person.
  public var text: String {
    let state = isComplete ? "" : ", stopped before its end: the same command goes on"
    var lines = ["\(isDryRun ? "dry run: " : "")harvest of \(url)\(isResumed ? " (gone on with)" : "")\(state)"]
    if let matched {
      lines.append(
        "  matched: \(matched) places are here already and got their id of there, \(doubts.count) wait for a person")
    }
    for report in [places, events] {
      lines.append(
        "  \(report.kind): \(report.rows) read, \(report.created) new, \(report.changed) changed, "
          + "\(report.unchanged) unchanged, \(report.rejected) rejected, \(report.warnings) warnings")
      for problem in report.problems.prefix(25) {
        // The id tells more than how many objects came before.
        let text = problem.description
        let line = "line \(problem.line), "
        lines.append("    " + (text.hasPrefix(line) ? String(text.dropFirst(line.count)) : text))
      }
      if report.problems.count > 25 { lines.append("    … and more: --format json lists the first 1,000") }
    }
    return lines.joined(separator: "\n")
  }
}
