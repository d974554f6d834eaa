import ArgumentParser
import PlaceImport
import PlaceStore
import Places

/// `placeregistry import`
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import places, addresses, events, municipalities, divisions or postal codes; take an import back.",
    discussion: """
      placeregistry import places FILE --source turku --dry-run tells what would happen; without --dry-run it is done, in \
      one transaction, and no row is lost because of another: bad rows are told with line, field and mend and left out \
      (exit code 3). /docs/imports tells the rest.
      """,
    subcommands: [ImportFiles.self, ImportUndo.self, ImportList.self, ImportShow.self],
    defaultSubcommand: ImportFiles.self)
}

extension ImportKind: ExpressibleByArgument {}

/// `placeregistry import KIND FILE...`
struct ImportFiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "Import files (the word files may be left out).")

  @Argument(help: "places, addresses, events, municipalities, divisions or postal-codes")
  var kind: ImportKind

  @Argument(help: "The files, each an import of its own; - is standard input.")
  var files: [String]

  @Option(help: "The data source whose rows these are; made if it is new.")
  var source: String

  @Flag(help: "Tell what would happen and change nothing.")
  var dryRun = false

  @OptionGroup(title: "How the file is read") var reading: ReadingOptions
  @OptionGroup(title: "What is done with it") var merging: MergingOptions

  @Option(help: ArgumentHelp("Write the rejected rows there, each with its reason.", valueName: "file"))
  var rejects: String?

  @Option(help: ArgumentHelp("Write the file there with an id in each row.", valueName: "file"))
  var writeIds: String?

  @Option(help: ArgumentHelp("Write the verdict on each row there (CSV).", valueName: "file"))
  var verdicts: String?

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func validate() throws {
    if files.count > 1 {
      let one = [
        (merging.missing == .retire, "--missing retire"), (rejects != nil, "--rejects"),
        (writeIds != nil, "--write-ids"), (verdicts != nil, "--verdicts"),
      ]
      for (given, name) in one where given {
        throw ValidationError("\(name) goes with one file: give the files one by one, or put them together.")
      }
    }
  }

  func run() async throws {
    let chosen: ImportOptions
    do { chosen = try options() } catch let error as ValidationError { throw error } catch {
      throw ValidationError("\(error)")
    }
    let settings = try await Settings.load()
    var rejected = false
    var refused = false
    for file in files {
      var options = chosen
      options.fileName = file == "-" ? nil : file.split(separator: "/").last.map(String.init)
      let bar = ProgressBar()
      options.progress = { bar.show($0) }
      let report = try await Session.run(settings) { session in
        try await Importer(store: session.store, options: options).run(kind, path: file)
      }
      bar.clear()
      print(format == .json ? report.json : report.text)
      if report.rejected > 0 { rejected = true }
      if !report.refusals.isEmpty { refused = true }
      if refused { break }
    }
    if refused { throw ExitCode(1) }
    if rejected { throw ExitCode(3) }
  }

  private func options() throws -> ImportOptions {
    var options = ImportOptions(source: try DataSourceID(source))
    options.isDryRun = dryRun
    try reading.apply(to: &options, kind)
    try merging.apply(to: &options, kind)
    options.rejectsPath = rejects
    options.idsPath = writeIds
    options.verdictsPath = verdicts
    return options
  }
}

/// `placeregistry import undo`
struct ImportUndo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take an import back: all values are what they were, only ids stay burnt.")

  @Argument(help: "The session, as the import told it.")
  var session: String

  func run() async throws {
    let settings = try await Settings.load()
    let outcome = try await Session.run(settings) { try await $0.store.undoImport(session) }
    guard outcome.reasons.isEmpty else {
      let more = outcome.reasonCount > 20 ? ["… and \(outcome.reasonCount - 20) more"] : []
      throw Failure(
        (["Later edits stand on the import \(session), so nothing was taken back:"] + outcome.reasons.prefix(20) + more)
          .joined(separator: "\n  "))
    }
    print("import \(session) undone: \(outcome.restored) restored, \(outcome.removed) removed")
  }
}

/// `placeregistry import list`
struct ImportList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "The imports, newest first.")

  @Option(help: "Only those of a data source.")
  var source: String?

  @Option(help: "How many at the most.")
  var limit = 50

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    let settings = try await Settings.load()
    let sessions = try await Session.run(settings) { session in
      try await session.store.importSessions(sources: source.map { [$0] }, limit: limit)
    }
    for session in sessions { print(format == .json ? session.json : session.line) }
  }
}

/// `placeregistry import show`
struct ImportShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "One import with its whole report.")

  @Argument(help: "The session, as the import told it.")
  var session: String

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    let settings = try await Settings.load()
    guard let found = try await Session.run(settings, { try await $0.store.importSession(session) }) else {
      throw Failure("There is no import \(session): import list shows them.")
    }
    print(format == .json ? found.json : found.text)
  }
}

extension OutputFormat: ExpressibleByArgument {}
