import ArgumentParser
import PlaceImport
import Places

/// How an import reads its file.
struct ReadingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The coordinates' system, where the file doesn't say it.", valueName: "EPSG:n"))
  var crs: String?

  @Option(help: "The file's encoding, such as ISO-8859-1.")
  var encoding: String?

  @Option(help: "The character between fields.")
  var delimiter: String?

  @Option(help: "The layer of a file that has several.")
  var layer: String?

  @Option(help: ArgumentHelp("A field's column; may be repeated.", valueName: "field=Column"))
  var map: [String] = []

  @Option(help: ArgumentHelp("A file that tells which part of the input is which field.", valueName: "file"))
  var mapping: String?

  @Option(help: ArgumentHelp("Columns that ids are made from.", valueName: "COL,COL"))
  var idFrom: String?

  @Option(help: ArgumentHelp("Know rows without an id by name, street and postal code.", valueName: "name,address"))
  var matchBy: String?

  @Option(
    help: ArgumentHelp(
      "Apply what an import proposed; may be repeated: swapped, zone:3878, crs:EPSG:2393, leading-zeros, hours.",
      valueName: "proposal"))
  var assume: [String] = []

  @Flag(help: "Put columns that are no field into custom_data.")
  var keepUnmapped = false

  func apply(to options: inout ImportOptions, _ kind: ImportKind) throws {
    for (name, value) in [
      ("crs", crs), ("encoding", encoding), ("delimiter", delimiter), ("layer", layer), ("id-from", idFrom),
      ("match-by", matchBy),
    ] {
      if let value { try options.set(name, value) }
    }
    options.mapping = try mapping.map { try ImportMapping(path: $0, kind: kind) }
    for proposal in assume { try options.set("assume", proposal) }
    for pair in map { try options.set("map", pair) }
    options.keepsUnmapped = keepUnmapped
  }
}

/// What an import does with what is there.
struct MergingOptions: ParsableArguments {
  /// What an empty cell does.
  enum Empty: String, ExpressibleByArgument, CaseIterable { case clear, keep }
  /// What becomes of what the file lacks.
  enum Missing: String, ExpressibleByArgument, CaseIterable { case keep, retire }

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Take only such rows: municipality=853,202 or postal_code=20100.", valueName: "condition"))
  var conditions: [String] = []

  @Option(help: "What an empty cell does: clear or keep.")
  var empty: Empty = .clear

  @Flag(help: "Take the file's values for fields that were edited by hand.")
  var overwriteHeld = false

  @Option(help: "What becomes of the source's places that the file lacks: keep or retire.")
  var missing: Missing = .keep

  @Option(help: ArgumentHelp("Refuse to retire more of them than that.", valueName: "per cent"))
  var maxRetired = 10.0

  @Flag(help: "Retire also for a file without rows.")
  var allowEmpty = false

  @Flag(help: "Take a file that clears a field on more than a tenth of its places.")
  var allowClear = false

  @Flag(help: "Take a file that gives more than a tenth of the known ids another name and address.")
  var allowReuse = false

  func apply(to options: inout ImportOptions, _ kind: ImportKind) throws {
    for condition in conditions { try options.set("where", condition) }
    options.emptyKeeps = empty == .keep
    options.overwritesHeld = overwriteHeld
    options.retiresMissing = missing == .retire
    try options.set("max-retired", String(maxRetired))
    options.allowsEmpty = allowEmpty
    options.allowsClear = allowClear
    options.allowsReuse = allowReuse
    try options.check(kind)
  }
}
