import ArgumentParser
import PlaceAPI
import PlaceStore
import Places

/// `placeregistry place`
struct PlaceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Look at places, merge and split them.",
    subcommands: [Show.self, Merge.self, Split.self])

  /// `placeregistry place merge`
  struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Merge a place into another: its id answers as the other one from then on.",
      discussion:
        "Identifiers, names, children and event links move; the survivor's own fields stay. Undone over HTTP by "
        + "PATCH {\"deleted\": false, \"replaced_by\": null}.")

    @Argument(help: "The place that goes.")
    var loser: String

    @Argument(help: "The place that stays.")
    var survivor: String

    func run() async throws {
      let (loser, survivor) = (self.loser, self.survivor)
      try await PlaceCommand.move(loser, action: "place merge \(loser) \(survivor)") { transaction, id in
        try await transaction.merge(id, into: survivor)
      }
    }
  }

  /// `placeregistry place split`
  struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Split a place into others: its id answers with all of them from then on.",
      discussion: "Event links and children go to the first one.")

    @Argument(help: "The place that goes.")
    var id: String

    @Option(help: ArgumentHelp("The places that take its place, at least two.", valueName: "ID,ID"))
    var into: String

    func run() async throws {
      let (id, into) = (self.id, self.into.split(separator: ",").map(String.init))
      try await PlaceCommand.move(id, action: "place split \(id) --into \(self.into)") { transaction, id in
        try await transaction.split(id, into: into, events: [:])
      }
    }
  }

  private static func move(
    _ id: String, action: String,
    _ body: @escaping @Sendable (StoreTransaction, PlaceID) async throws -> MoveOutcome
  ) async throws {
    let settings = try await Settings.load()
    let (outcome, _) = try await Session.run(settings) { session in
      do {
        return try await session.store.write(by: Author(actor: "command", action: action)) { transaction in
          guard let native = try await transaction.holders(of: [id])[id] else {
            throw Failure("There is no place with the id \(id).")
          }
          return try await body(transaction, native)
        }
      } catch let refusal as MoveRefusal { throw Failure(refusal.description) } catch let error as FieldError {
        throw Failure(error.detail)
      }
    }
    print("\(id) answers as \(outcome.replacedBy.joined(separator: ", ")); \(outcome.events.count) event links moved.")
  }

  /// `placeregistry place show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a place as the API answers it.")

    @Argument(help: "A native, old or foreign id.")
    var id: String

    func run() async throws {
      let settings = try await Settings.load()
      let id = self.id
      try await Session.run(settings) { session in
        let base = settings.api.publicURL ?? "http://\(settings.host):\(settings.port)"
        switch try await session.store.place(id: id) {
        case .place(let row, _): print(try API.document(row, store: session.store, baseURL: base))
        case .moved(let current):
          Stderr.write("\(id) answers as \(current)")
          guard case .place(let row, _) = try await session.store.place(id: current) else { throw ExitCode(1) }
          print(try API.document(row, store: session.store, baseURL: base))
        case .split(let successors): throw Failure("\(id) was split into \(successors.joined(separator: ", ")).")
        case .gone(let time, let reason):
          throw Failure("\(id) was deleted\(time.map { " at \($0)" } ?? "")\(reason.map { ": \($0)" } ?? ".")")
        case .withdrawn: throw Failure("\(id) was withdrawn: it is a draft now.")
        case .unknown: throw Failure("There is no place with the id \(id).")
        }
      }
    }
  }
}

/// `placeregistry source`
struct SourceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "source", abstract: "Look at data sources, or remove one.", subcommands: [List.self, Purge.self])

  /// `placeregistry source list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the data sources.")

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      let settings = try await Settings.load()
      let sources = try await Session.run(settings) { try await $0.store.dataSources() }
      if format == .json {
        var w = JSONWriter()
        w.beginArray()
        for source in sources {
          w.beginObject()
          w.member("id", source.id)
          w.member("name", source.name)
          w.member("licence", source.licence)
          w.key("places")
          w.integer(source.placeCount)
          w.member("data_time", source.dataTime)
          w.endObject()
        }
        w.endArray()
        print(w.string)
      } else {
        for source in sources {
          print("\(source.id)\t\(source.placeCount) places\t\(source.licence ?? "no licence told")\t\(source.name)")
        }
      }
    }
  }

  /// `placeregistry source purge`
  struct Purge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a data source with all its places, events and their history outright.",
      discussion: "For demonstration and test data: the ids stop answering, which ids of real places never may.")

    @Argument(help: "The data source.")
    var id: String

    @Flag(help: "Really do it.")
    var yes = false

    func run() async throws {
      guard yes else { throw ValidationError("This removes every place of \(id) for good: say --yes to do it.") }
      guard let source = try? DataSourceID(id) else {
        throw ValidationError("\(id) can't be a data source: see placeregistry source list.")
      }
      let settings = try await Settings.load()
      let count = try await Session.run(settings) { session in
        guard try await session.store.dataSources().contains(where: { $0.id == id }) else {
          throw Failure("There is no data source \(id): see placeregistry source list.")
        }
        return try await session.store.purge(source)
      }
      print("Removed \(count.places) places\(count.events > 0 ? " and \(count.events) events" : "").")
    }
  }
}
