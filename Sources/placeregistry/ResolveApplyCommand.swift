import ArgumentParser
import PlaceImport
import PlaceStore
import Places

/// `placeregistry resolve apply`
struct ResolveApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Take a corrected table back: what a person wrote into it is right from then on.",
    discussion: """
      In a table that placeregistry resolve --file wrote, put the right place's id into resolved_id, or the word none. \
      Only rows that were changed count; resolved_text and resolved_before have to stay as they are. A row that can't be \
      taken is told with its line and left out (exit code 3). The same file again changes nothing.
      """)

  @Argument(help: "The table; - is standard input.")
  var file: String

  @Flag(help: "Tell what would happen and change nothing.")
  var dryRun = false

  @Option(help: "The file's encoding, such as ISO-8859-1.")
  var encoding: String?

  @Option(help: "The character between the file's cells.")
  var delimiter: String?

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    let table: CorrectionFile
    do {
      table = try CorrectionFile(
        path: file, encoding: try encoding.map { try TextEncoding(name: $0) },
        delimiter: try delimiter.map { try CSVReader.delimiter(named: $0) })
    } catch let error as ImportFailure where error.flag != nil { throw ValidationError(error.description) }
    let settings = try await Settings.load()
    let report = try await Session.run(settings) { session in
      try await table.apply(
        to: session.store, by: Author(actor: "command", action: "resolve apply"), isDryRun: dryRun)
    }
    print(format == .json ? report.json : report.text)
    if report.rejected > 0 { throw ExitCode(3) }
  }
}
