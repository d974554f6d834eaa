import ArgumentParser
import PlaceAPI
import PlaceExport
import PlaceStore
import Places

/// `placeregistry export`
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Export places, addresses or events as CSV, XLSX, GeoJSON, NDJSON or GeoPackage.",
    discussion: """
      A dump shows the registry at one moment, whatever is written meanwhile, and tells the change log's number at which \
      it is exact. The file appears under its name when it is whole, with its checksum (FILE.sha256) and, where the \
      format has no place for them, its sources and their licences (FILE.meta.json) beside it. What is exported can be \
      imported again and then changes nothing.
      """)

  @Argument(help: "places, addresses or events")
  var kind: ExportKind

  @Option(name: [.customShort("o"), .long], help: "The file; - is standard output.")
  var output: String

  @Option(help: "csv, xlsx, geojson, ndjson or gpkg; without it the file's ending tells.")
  var format: ExportFormat?

  @Flag(help: "CSV for spreadsheets: with a byte order mark, semicolons and decimal commas.")
  var excel = false

  @Option(
    help: ArgumentHelp("The system of geometries in GeoJSON and GeoPackage (4326).", valueName: "EPSG:n"))
  var crs: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only such rows: municipality=853,202, data_source=, postal_code=, kind=; repeated, all must hold.",
      valueName: "field=value,value"))
  var filters: [String] = []

  @Flag(help: "Drafts, too.")
  var drafts = false

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var report: OutputFormat = .text

  func run() async throws {
    guard let format = format ?? ExportFormat(path: output) else {
      throw ValidationError(
        "The file's ending tells no format: give --format \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))."
      )
    }
    var options = ExportOptions(kind: kind, format: format)
    options.isForSpreadsheets = excel
    options.query.includesDrafts = drafts
    options.crs = try crs.map { try Transform.srid($0, option: "--crs") }
    do { options.query.scope = try ExportScope(filters) } catch { throw ValidationError("--where \(error)") }
    let settings = try await Settings.load()
    options.baseURL = settings.api.publicURL
    let done = try await Session.run(settings) { [options] session in
      try await Exporter(store: session.store, options: options).run(to: output)
    }
    let text = report == .json ? done.json : done.text
    // The rows themselves are on standard output.
    if output == "-" { Stderr.write(text) } else { print(text) }
  }
}

extension ExportKind: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}
