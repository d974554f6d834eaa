import ArgumentParser
import PlaceImport
import PlaceStore
import Places

/// `placeregistry import`
struct Import: AsyncParsableCommand {
  /// What can be imported.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case places, events, municipalities, divisions
    case postalCodes = "postal-codes"
  }

  static let configuration = CommandConfiguration(
    abstract:
      "Import places (CSV), events (JSON or CSV), municipalities or divisions (GeoJSON or CSV) or postal codes (CSV).",
    discussion: """
      Everything is one transaction, and no row is lost because of another: bad rows are told with their line and left \
      out (exit code 3), all others are taken. README lists the columns.
      """)

  @Argument(help: "places, events, municipalities, divisions or postal-codes")
  var kind: Kind

  @Argument(help: "The file; - is standard input.")
  var file: String

  @Option(help: "The data source whose rows these are; made if it is new.")
  var source: String

  @Flag(help: "Tell what would happen and change nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("The coordinates' system, where the file doesn't say it.", valueName: "EPSG:n"))
  var crs: String?

  @Option(help: "The file's encoding, such as ISO-8859-1.")
  var encoding: String?

  @Option(help: "The character between fields.")
  var delimiter: String?

  @Option(help: ArgumentHelp("A field's column; may be repeated.", valueName: "field=Column"))
  var map: [String] = []

  @Option(help: ArgumentHelp("Columns that ids are made from.", valueName: "COL,COL"))
  var idFrom: String?

  @Flag(help: "Put columns that are no field into custom_data.")
  var keepUnmapped = false

  @Option(
    help: ArgumentHelp(
      "Apply what an import proposed; may be repeated. hours: opening hours in words.", valueName: "proposal"))
  var assume: [String] = []

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    let chosen: ImportOptions
    do { chosen = try options() } catch let error as ValidationError { throw error } catch {
      throw ValidationError("\(error)")
    }
    let settings = try await Settings.load()
    let report = try await Session.run(settings) { session in
      switch kind {
      case .places: try await PlaceImporter(store: session.store, options: chosen).run(path: file)
      case .events: try await EventImporter(store: session.store, options: chosen).run(path: file)
      case .municipalities:
        try await GeographyImporter(store: session.store, options: chosen).municipalities(path: file)
      case .divisions: try await GeographyImporter(store: session.store, options: chosen).divisions(path: file)
      case .postalCodes: try await GeographyImporter(store: session.store, options: chosen).postalCodes(path: file)
      }
    }
    print(format == .json ? report.json : report.text)
    if report.rejected > 0 { throw ExitCode(3) }
  }

  private func options() throws -> ImportOptions {
    var options = ImportOptions(source: try DataSourceID(source))
    options.isDryRun = dryRun
    options.crs = try crs.map { try Transform.srid($0, option: "--crs") }
    options.encoding = try encoding.map { try TextEncoding(name: $0) }
    options.delimiter = try delimiter.map { try CSVReader.delimiter(named: $0) }
    options.idFrom = idFrom?.split(separator: ",").map(String.init) ?? []
    options.keepsUnmapped = keepUnmapped
    for proposal in assume {
      guard proposal == "hours", kind == .places else {
        throw ValidationError("--assume \(proposal): the only proposal is hours, for places.")
      }
      options.assumesHours = true
    }
    for pair in map {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--map \(pair): give field=Column.") }
      options.map[parts[0]] = parts[1]
    }
    return options
  }
}

extension OutputFormat: ExpressibleByArgument {}
