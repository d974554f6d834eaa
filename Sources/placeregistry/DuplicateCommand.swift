import ArgumentParser
import Glibc
import PlaceAPI
import PlaceStore
import Places

/// `placeregistry duplicates`
struct DuplicateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates", abstract: "List pairs of places that may be the same one.",
    discussion: "The best first, with what speaks for each. serve finds them as places change; without a service that "
      + "runs, --update does. Merge one into the other with placeregistry place merge.")

  @Flag(help: "Look at what has changed since the last time first.")
  var update = false

  @Option(help: ArgumentHelp("Only where one of the two is in this municipality.", valueName: "code or name"))
  var municipality: String?

  @Option(help: ArgumentHelp("Only where one of the two is of this data source.", valueName: "source"))
  var source: String?

  @Option(help: ArgumentHelp("Only from this score on, 0-100.", valueName: "N"))
  var minScore = 0.0

  @Option(
    help: ArgumentHelp(
      "open, or distinct: those of which somebody said that they are not the same.", valueName: "state"))
  var state = "open"

  @Option(help: ArgumentHelp("How many pairs at most.", valueName: "N"))
  var limit = 100

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    guard let state = DuplicateState(rawValue: state) else {
      throw ValidationError("--state \(state): give open or distinct.")
    }
    guard (0...100).contains(minScore) else {
      throw ValidationError("--min-score \(minScore): give a number from 0 to 100.")
    }
    guard (1...100_000).contains(limit) else {
      throw ValidationError("--limit \(limit): give a number from 1 to 100000.")
    }
    let settings = try await Settings.load()
    let (update, municipality) = (self.update, self.municipality)
    var asked = DuplicateQuery(viewer: .all)
    asked.state = state
    asked.leastScore = minScore
    asked.sources = source.map { [$0.lowercased()] }
    asked.pageSize = limit
    let query = asked
    let format = self.format
    try await Session.run(settings) { session in
      var query = query
      if let municipality {
        guard let found = try await session.store.municipality(municipality) else {
          throw Failure("\(municipality) is no municipality: give its three-digit code or its name.")
        }
        query.municipalities = try await session.store.municipalities().current(found.code)
      }
      if update { try await Self.update(session.store) }
      let behind = try await session.store.duplicatesBehind()
      let (count, pairs) = try await session.store.duplicates(query)
      if format == .json {
        let base = settings.api.publicURL ?? "http://\(settings.host):\(settings.port)"
        try await Self.printJSON(pairs, session.store, base)
      } else {
        for pair in pairs { print(Self.line(pair)) }
        if count > pairs.count { Stderr.write("\(count - pairs.count) more: raise --limit.") }
      }
      switch behind {
      case nil: Stderr.write("Not all places have been compared yet: run with --update, or leave serve running.")
      case let behind? where behind > 0 && !update:
        Stderr.write("\(behind) changes have not been looked at yet: run with --update, or leave serve running.")
      default: break
      }
    }
  }

  private static func line(_ pair: DuplicatePair) -> String {
    func text(_ place: DuplicatePlace) -> String {
      let address = place.streetAddress.map { ", \($0.preferred)" } ?? ""
      return "\(place.id) (\(place.name.preferred)\(address))"
    }
    return ([format(pair.score)] + pair.places.map(text)).joined(separator: "\t")
  }

  private static func format(_ score: Double) -> String { "\((score * 10).rounded() / 10)" }

  private static func printJSON(_ pairs: [DuplicatePair], _ store: PlaceStore, _ base: String) async throws {
    let gazetteer = try await store.municipalities()
    var w = JSONWriter()
    w.beginArray()
    for pair in pairs { API.write(pair, gazetteer, base, into: &w) }
    w.endArray()
    print(w.string)
  }

  /// Goes on until nothing is left; where a service is at it, it is left to that.
  private static func update(_ store: PlaceStore) async throws {
    let holder = "command-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let isTerminal = isatty(2) == 1
    var compared = 0
    var told = ContinuousClock.now
    while true {
      let step = try await store.findDuplicates(holder: holder, limit: 500)
      if step.isElsewhere {
        Stderr.write("Another process is looking for duplicates: this lists what it has found so far.")
        return
      }
      compared += step.compared
      if step.left <= 0 { break }
      if isTerminal, told.duration(to: .now) > .seconds(2) {
        told = .now
        Stderr.write("\(compared) places compared, about \(step.left) to go")
      }
    }
    try await store.leaveDuplicates(holder: holder)
  }
}
