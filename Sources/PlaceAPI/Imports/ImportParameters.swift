import PlaceImport
import Places

/// What `POST /v1/import/` is asked.
struct ImportParameters {
  /// The settings of an import by their names in a query.
  private static let settings = ImportOptions.settings
  static let repeatable = ImportOptions.repeatable
  static let known = Set(settings.map(name(of:))).union(["kind", "source", "file_name", "apply", "wait", "format"])

  let kind: ImportKind
  let source: DataSourceID
  var fileName: String?
  /// Whether it is applied as soon as it is checked, where nothing speaks against it.
  let applies: Bool
  let wait: Duration
  /// The settings as they are kept with the session: `{"crs": "EPSG:3877", "map": ["name_fi=Nimi"]}`.
  let options: JSONValue

  /// Throws ``Problem`` 400 with everything that is wrong.
  init(_ query: QueryString) throws {
    var reader = ParameterReader(query)
    let kind = query["kind"].flatMap { ImportKind(rawValue: $0) }
    if kind == nil {
      reader.fail("kind", "Say what is imported: \(ImportKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    var source: DataSourceID?
    do throws(InvalidValue) { source = try DataSourceID(query["source"] ?? "") } catch {
      reader.fail("source", "Say whose rows these are, by the id of a data source: \(error.detail)")
    }
    if let name = query["file_name"] {
      fileName = Self.baseName(name)
      if fileName == nil { reader.fail("file_name", "Give a file's name of at most 255 characters.") }
    }
    applies = reader.strictFlag("apply")
    wait = .seconds(reader.whole("wait", 0...60) ?? 0)
    var members: [JSONValue.Member] = []
    for name in Self.settings.sorted() {
      let values = query.all(Self.name(of: name))
      guard !values.isEmpty else { continue }
      let isList = ImportOptions.repeatable.contains(name)
      members.append(
        .init(Self.name(of: name), isList ? .array(values.map { .string($0) }) : .string(values.last ?? "")))
    }
    if applies { members.append(.init("apply", .bool(true))) }
    options = .object(members)
    if let source {
      var options = ImportOptions(source: source)
      Self.apply(self.options, to: &options) { reader.fail(Self.name(of: $0), Self.told($1)) }
      if let kind {
        do { try options.check(kind) } catch let failure as ImportFailure {
          reader.fail(Self.name(of: failure.flag ?? "kind"), Self.told(failure))
        }
      }
    }
    try reader.finish()
    guard let kind, let source else { throw Problem.fault }
    self.kind = kind
    self.source = source
  }

  /// Sets what a session was told; `failed` gets a setting and what is wrong with it.
  static func apply(
    _ settings: JSONValue, to options: inout ImportOptions, failed: (String, ImportFailure) -> Void = { _, _ in }
  ) {
    for member in settings.members ?? [] where known.contains(member.key) {
      let name = member.key.replacing("_", with: "-")
      guard ImportOptions.settings.contains(name) else { continue }
      for value in member.value.arrayValue ?? [member.value] {
        do { try options.set(name, value.stringValue ?? value.text) } catch let failure as ImportFailure {
          failed(name, failure)
        } catch { failed(name, ImportFailure("option", "The value can't be used.")) }
      }
    }
  }

  /// `--max-retired` is `max_retired` in a query.
  static func name(of setting: String) -> String {
    String(setting.drop { $0 == "-" }).replacing("-", with: "_")
  }

  /// What is wrong in the words of a query.
  private static func told(_ failure: ImportFailure) -> String {
    failure.detail.replacing(/--([a-z][a-z-]*)/) { name(of: String($0.1)) }
  }

  /// A name without folders; nil when it is none.
  static func baseName(_ name: String) -> String? {
    let base = name.split { $0 == "/" || $0 == "\\" }.last.map { $0.trimmed } ?? ""
    let isPlain = base.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return base.isEmpty || base.count > 255 || !isPlain ? nil : base
  }
}
