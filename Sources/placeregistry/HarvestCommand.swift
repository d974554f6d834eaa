import ArgumentParser
import Delivery
import Glibc
import PlaceImport
import PlaceStore
import Places
import UnixSignals

/// `placeregistry harvest`
struct Harvest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pull another registry's places and events.", subcommands: [LinkedEvents.self])

  /// `placeregistry harvest linked-events`
  struct LinkedEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "linked-events", abstract: "Pull the places and events of a Linked Events service.",
      discussion: """
        Ids stay what they are there. Each page is a transaction: a run that was ended goes on where it stopped, the \
        next one asks only for what changed since. Objects that can't be taken are told and left out (exit code 3). \
        Private addresses are asked only where PLACEREGISTRY_OUTGOING_ALLOW allows it.
        """)

    @Argument(help: "The service's address, such as https://api.hel.fi/linkedevents/v1/")
    var url: String

    @Option(help: "The data source that the harvest is known by here; made if it is new.")
    var source: String

    @Option(help: ArgumentHelp("Go on for ever, once in so long: 30s, 10m, 2h, 1d.", valueName: "interval"))
    var follow: String?

    @Flag(help: "Tell what would happen and change nothing.")
    var dryRun = false

    @Option(help: "Objects asked for at once; Linked Events gives at most 100.")
    var pageSize = 100

    @Option(help: "Requests a second at the most.")
    var rate = 2.0

    @Flag(
      help: ArgumentHelp(
        "Give places that are here already the ids that they have there, instead of making copies; those that are not "
          + "certain wait for a person."))
    var match = false

    @Option(help: ArgumentHelp("Write the places that wait for a person there (CSV).", valueName: "file"))
    var review: String?

    @Option(
      help: ArgumentHelp(
        "Such a file with the right ids, or none, in its column resolved_id.", valueName: "file"))
    var decisions: String?

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      let options = try options()
      let interval = try follow.map { try Self.interval($0) }
      let settings = try await Settings.load()
      let stop = HarvestStop()
      let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
      let watch = Task {
        for await _ in signals {
          stop.stop()
          break
        }
      }
      defer { watch.cancel() }
      try await Session.run(settings) { session in
        let harvester = Harvester(store: session.store, options: options, stop: stop, fetch: Self.fetch(settings))
        guard let interval else {
          let report = try await harvester.run()
          try show(report)
          guard report.isComplete else {
            throw Failure("The harvest was stopped before its end: the same command goes on.")
          }
          if report.rejected > 0 { throw ExitCode(3) }
          return
        }
        while !stop.isStopped {
          // What is passing by the next time ends nothing.
          do { try show(try await harvester.run()) } catch let error as ImportFailure {
            Stderr.write("placeregistry: \(error)")
          } catch StoreError.unavailable { Stderr.write("placeregistry: \(StoreError.unavailable)") }
          await stop.pause(for: interval)
        }
      }
    }

    private func show(_ report: HarvestReport) throws {
      if let review { try HarvestReview.write(report.doubts, to: review) }
      print(format == .json ? report.json : report.text)
      // Whoever follows through a pipe sees each run when it ends.
      fflush(nil)
    }

    private func options() throws -> HarvestOptions {
      guard match || review == nil && decisions == nil else {
        throw ValidationError("--review and --decisions go with --match.")
      }
      guard (1...1000).contains(pageSize) else { throw ValidationError("--page-size is a number from 1 to 1000.") }
      guard rate > 0, rate <= 100 else { throw ValidationError("--rate is more than 0 and at most 100 requests/s.") }
      guard !dryRun || follow == nil else { throw ValidationError("--dry-run is one run: leave --follow out.") }
      do {
        var options = try HarvestOptions(url: url, source: try DataSourceID(source))
        options.isDryRun = dryRun
        options.pageSize = pageSize
        options.rate = rate
        options.isMatching = match
        if let decisions { options.decisions = try HarvestReview.read(decisions) }
        return options
      } catch { throw ValidationError("\(error)") }
    }

    /// `10m` as a duration. Throws ``ArgumentParser/ValidationError``.
    static func interval(_ text: String) throws -> Duration {
      let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
        (1...100_000).contains(number)
      else { throw ValidationError("--follow \(text): give a number and s, m, h or d, such as 10m.") }
      return .seconds(number * unit)
    }

    private static func fetch(_ settings: Settings) -> @Sendable (String) async throws -> HarvestResponse {
      var limits = OutgoingHTTP.Limits()
      limits.total = .seconds(60)
      limits.body = 64 << 20
      let outgoing = OutgoingHTTP(
        rules: settings.outgoingRules, limits: limits, userAgent: "placeregistry/\(PlaceRegistry.version) (harvest)")
      return { url in
        do {
          let answer = try await outgoing.get(url, headers: [("Accept", "application/json")])
          return HarvestResponse(status: answer.status, headers: answer.headers, body: answer.body)
        } catch let error as OutgoingError {
          let isPassing =
            switch error {
            case .timeout, .failed, .unknownHost: true
            case .invalidURL, .refused, .tooLarge: false
            }
          throw HarvestUnreachable("\(error)", isPassing: isPassing)
        }
      }
    }
  }
}
