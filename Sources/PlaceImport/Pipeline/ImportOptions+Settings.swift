import Places

extension ImportOptions {
  /// What ``set(_:_:)`` knows, by the names on the command line without their dashes.
  public static let settings: Set<String> = [
    "crs", "encoding", "delimiter", "layer", "map", "id-from", "match-by", "assume", "keep-unmapped",
    "where", "empty", "overwrite-held", "missing", "max-retired", "allow-empty", "allow-clear", "allow-reuse",
  ]
  /// Those that may be given several times.
  public static let repeatable: Set<String> = ["map", "where", "assume"]

  /// Sets what `--NAME VALUE` sets; of what is on or off the value is `true` or `false`. Throws ``ImportFailure``
  /// with the flag for what can't be used.
  public mutating func set(_ name: String, _ value: String) throws {
    switch name {
    case "crs": crs = try Self.srid(value)
    case "encoding": encoding = try TextEncoding(name: value)
    case "delimiter": delimiter = try CSVReader.delimiter(named: value)
    case "layer": layer = value
    case "map": try setMap(value)
    case "id-from": idFrom = value.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    case "match-by":
      guard Set(value.split(separator: ",").map { $0.trimmed.lowercased() }) == ["name", "address"] else {
        throw Self.failure(name, value, "rows can be known by name,address.")
      }
      matchesByName = true
    case "assume": try assumptions.add(value)
    case "where": try scope.add(value)
    case "empty": emptyKeeps = try Self.choice(name, value, "keep", "clear")
    case "missing": retiresMissing = try Self.choice(name, value, "retire", "keep")
    case "max-retired":
      guard let share = Double(value), (0...100).contains(share) else {
        throw Self.failure(name, value, "give a share from 0 to 100 per cent.")
      }
      maxRetired = share
    case "keep-unmapped": keepsUnmapped = try Self.choice(name, value, "true", "false")
    case "overwrite-held": overwritesHeld = try Self.choice(name, value, "true", "false")
    case "allow-empty": allowsEmpty = try Self.choice(name, value, "true", "false")
    case "allow-clear": allowsClear = try Self.choice(name, value, "true", "false")
    case "allow-reuse": allowsReuse = try Self.choice(name, value, "true", "false")
    default: throw ImportFailure("option", "There is no option --\(name).")
    }
  }

  /// Throws ``ImportFailure`` for what makes no sense with a kind.
  public func check(_ kind: ImportKind) throws {
    guard kind != .places, kind != .addresses else { return }
    if !scope.isWhole { throw ImportFailure("option", "--where is for places and addresses.", flag: "--where") }
    if retiresMissing {
      throw ImportFailure("option", "--missing retire is for places and addresses.", flag: "--missing")
    }
  }

  private mutating func setMap(_ pair: String) throws {
    let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw Self.failure("map", pair, "give field=Column.") }
    map[parts[0]] = parts[1]
  }

  private static func srid(_ text: String) throws -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let number = parts.count == 2 && parts[0].uppercased() == "EPSG" ? parts[1] : parts.count == 1 ? parts[0] : ""
    guard let srid = Int(number), (1...Int(Int32.max)).contains(srid) else {
      throw failure("crs", text, "write a coordinate system as EPSG:3067.")
    }
    return srid
  }

  private static func choice(_ name: String, _ value: String, _ on: String, _ off: String) throws -> Bool {
    guard value == on || value == off else { throw failure(name, value, "give \(on) or \(off).") }
    return value == on
  }

  private static func failure(_ name: String, _ value: String, _ detail: String) -> ImportFailure {
    ImportFailure("option", "--\(name) \(value): \(detail)", flag: "--\(name)")
  }
}
