import ArgumentParser
import PlaceImport
import PlaceMatching
import PlaceStore
import Places

/// `placeregistry resolve`
struct Resolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the place that a text means, or those of a CSV's column; take a corrected file back.",
    discussion: """
      placeregistry resolve "Kupittaan maauimala, Blombergin aukio 12, Turku" tells the place, or the candidates with \
      reasons. placeregistry resolve --file venues.csv --column Paikka -o out.csv adds resolved_ columns to every row; \
      what a person writes into them is taken back by placeregistry resolve apply out.csv.
      """,
    subcommands: [ResolveText.self, ResolveApply.self], defaultSubcommand: ResolveText.self)
}

/// `placeregistry resolve TEXT`, `placeregistry resolve --file CSV --column NAME`
struct ResolveText: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "Find the place that a text means, or those of a CSV's column.")

  @Argument(help: "What is looked for: a name, an address, or both, in one line.")
  var text: [String] = []

  @Option(help: ArgumentHelp("A CSV table whose rows are resolved; - is standard input.", valueName: "csv"))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "The column that holds the text; or field=NAME, repeated: text, name, street_address, postal_code, post_office, "
        + "municipality, identifier, lat, lon.", valueName: "name"))
  var column: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the table goes; without it to standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Write each different text once with its count, instead of all rows.")
  var unique = false

  @Flag(help: "Write a table for Finnish Excel: semicolons and a byte order mark.")
  var excel = false

  @Option(help: "The file's encoding, such as ISO-8859-1.")
  var encoding: String?

  @Option(help: "The character between the file's cells.")
  var delimiter: String?

  @Option(help: "Candidates of each text at the most, 1 to 50.")
  var limit = 5

  @Option(
    help: ArgumentHelp(
      "How to answer: text or json (of a file one object a line, and the summary on standard error as JSON).",
      valueName: "format"))
  var format: OutputFormat = .text

  func validate() throws {
    guard (1...50).contains(limit) else { throw ValidationError("--limit is a number from 1 to 50.") }
    guard text.isEmpty != (file == nil) else {
      throw ValidationError(
        text.isEmpty ? "Give a text, or a table by --file." : "Give a text or --file, not both.")
    }
    guard file == nil else { return }
    for (given, name) in [
      (!column.isEmpty, "--column"), (output != nil, "--output"), (unique, "--unique"), (excel, "--excel"),
      (encoding != nil, "--encoding"), (delimiter != nil, "--delimiter"),
    ] where given { throw ValidationError("\(name) goes with --file.") }
  }

  func run() async throws {
    if let file { try await resolve(file: file) } else { try await resolve(text: text.joined(separator: " ")) }
  }

  // MARK: - One text

  private func resolve(text: String) async throws {
    let settings = try await Settings.load()
    let (answer, gazetteer) = try await Session.run(settings) { session in
      let answers = try await session.store.resolve([MatchQuery(text: text)], limit: limit)
      return (answers.first, try await session.store.municipalities())
    }
    guard let answer else { throw Failure("The text could not be resolved.") }
    guard format == .text else {
      var w = JSONWriter(capacity: 1024)
      w.resolution(answer) { gazetteer.municipalities[$0]?.name }
      return print(w.string)
    }
    for line in ResolutionText.lines(answer, { gazetteer.municipalities[$0]?.name.preferred }) { print(line) }
  }

  // MARK: - A table

  private func resolve(file path: String) async throws {
    let bar = ProgressBar()
    var options = ColumnFile.Options()
    options.columns = column
    options.output = output
    options.isUnique = unique
    options.isJSON = format == .json
    options.isForExcel = excel
    options.limit = limit
    options.progress = { bar.show($0) }
    let file: ColumnFile
    do {
      options.encoding = try encoding.map { try TextEncoding(name: $0) }
      options.delimiter = try delimiter.map { try CSVReader.delimiter(named: $0) }
      file = try ColumnFile(path: path, options: options)
    } catch let error as ImportFailure where error.flag != nil { throw ValidationError(error.description) }
    let settings = try await Settings.load()
    let report = try await Session.run(settings) { session in
      var resolver = ColumnResolver(store: session.store, file: file)
      return try await resolver.run()
    }
    bar.clear()
    Stderr.write(format == .json ? report.json : report.text)
    if report.rejected > 0 { throw ExitCode(3) }
  }
}

/// A resolved text for a person.
enum ResolutionText {
  static func lines(_ answer: Resolution, _ municipality: (MunicipalityCode) -> String?) -> [String] {
    var lines: [String] = []
    switch answer.verdict {
    case .match:
      let town = answer.precision == .municipality ? ", the municipality as a whole" : ""
      lines.append("match: \(answer.id ?? "")\(town)")
    case .ambiguous: lines.append("ambiguous: it may be one of these, or none")
    case .none: lines.append("none" + (answer.candidates.isEmpty ? "" : ": these come nearest"))
    }
    for candidate in answer.candidates {
      lines.append("  \(Int(candidate.score.rounded()))  \(candidate.id)  \(candidate.name.preferred)")
      lines += candidate.reasons.map { "      \(sign($0.score)) \($0.detail)" }
    }
    lines += address(answer.address, municipality)
    return lines
  }

  private static func sign(_ score: Double) -> String { score > 0 ? "+" : score < 0 ? "−" : "·" }

  private static func address(_ address: AddressText, _ municipality: (MunicipalityCode) -> String?) -> [String] {
    let towns = address.municipalities.map { code in "\(code)" + (municipality(code).map { " \($0)" } ?? "") }
    let parts: [(String, String)] = [
      ("address", address.oneLine), ("municipality", towns.joined(separator: " or ")),
      ("names", address.names.joined(separator: " / ")), ("within it", address.rooms.joined(separator: ", ")),
    ]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
  }
}
