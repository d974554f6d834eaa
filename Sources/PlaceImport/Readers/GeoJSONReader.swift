import Places

/// Reads the features of a GeoJSON file one at a time: a FeatureCollection of any size, a single Feature, or one Feature
/// a line (also with RFC 8142's record separators).
///
/// A feature that is wrong in itself comes with a ``GeoJSONFeature/fault``; what makes the rest unreadable (a truncated
/// file) throws ``ImportFailure`` with its line.
public struct GeoJSONReader {
  /// The largest feature in bytes.
  public static let maximumFeatureLength = 64 << 20

  /// The CRS of the legacy `crs` member. Known from the beginning, wherever it stands, when the source can be read twice.
  public private(set) var declaredCRS: DeclaredCRS?
  private var stream: JSONStream
  private var mode = Mode.ended
  private var isFirst = true

  private enum Mode {
    case collection, lines, sequence, ended
  }

  /// Reads as far as the first feature. `lookAhead`: when no `crs` stands before the features, goes through the file
  /// once to look for one behind them (which tells too whether the file is truncated).
  public init(_ source: TextSource, lookAhead: Bool = true, limit: Int = GeoJSONReader.maximumFeatureLength) throws {
    if lookAhead { try source.makeRewindable() }
    stream = JSONStream(source, limit: limit)
    try open()
    guard lookAhead, mode == .collection, declaredCRS == nil else { return }
    _ = try stream.value(keeping: false)
    try finishCollection()
    let found = declaredCRS
    try source.rewind()
    stream = JSONStream(source, limit: limit)
    declaredCRS = nil
    try open()
    declaredCRS = found
  }

  private mutating func open() throws {
    guard let first = try stream.peek() else {
      throw ImportFailure("file-empty", "The file is empty: GeoJSON is needed.")
    }
    guard first == UInt8(ascii: "{") else {
      throw stream.failure("This is no GeoJSON: an object (a FeatureCollection or a Feature) is needed.")
    }
    stream.setMark()
    let line = stream.line
    stream.advance()
    if try members(untilFeatures: true) {
      stream.dropMark()
      mode = .collection
      return
    }
    let isOneLine = stream.line == line
    let isMore = try stream.peek() != nil
    stream.returnToMark()
    mode = isOneLine && isMore ? .lines : .sequence
  }

  /// Goes over an object's members: true when it stands before the value of `features`, false behind the object.
  private mutating func members(untilFeatures: Bool) throws -> Bool {
    if try stream.peek() == UInt8(ascii: "}") {
      stream.advance()
      return false
    }
    while true {
      guard try stream.peek() == UInt8(ascii: "\"") else { throw stream.failure("A key of the object is expected.") }
      let key = try parsedValue().stringValue ?? ""
      try stream.expect(":", "behind the key \"\(key)\"")
      let next = try stream.peek()
      if key == "features", untilFeatures, next == UInt8(ascii: "[") { return true }
      if key == "crs" {
        declaredCRS = DeclaredCRS(member: try parsedValue())
      } else if key == "type", untilFeatures, next == UInt8(ascii: "\"") {
        let type = try parsedValue().stringValue ?? ""
        if type != "FeatureCollection", type != "Feature" {
          throw stream.failure("The file holds a \"\(type)\": a FeatureCollection or Features are needed.")
        }
      } else {
        _ = try stream.value(keeping: false)
      }
      if try stream.peek() == UInt8(ascii: ",") {
        stream.advance()
        continue
      }
      try stream.expect("}", "at the end of the object")
      return false
    }
  }

  private mutating func parsedValue() throws -> JSONValue {
    // In two steps: the range is one of the buffer as it is after reading.
    let range = try stream.value(keeping: true)
    do {
      return try stream.parse(range)
    } catch {
      throw stream.failure("\(error)")
    }
  }

  /// The next feature; nil at the end.
  public mutating func next() throws -> GeoJSONFeature? {
    switch mode {
    case .ended: return nil
    case .lines:
      guard let (line, range) = try stream.textLine() else { return nil }
      return feature(line: line, range)
    case .sequence:
      guard let first = try stream.peek() else { return nil }
      guard first == UInt8(ascii: "{") else { throw stream.failure("A Feature is expected.") }
      let line = stream.line
      let range = try stream.value(keeping: true)
      return feature(line: line, range)
    case .collection: return try nextOfCollection()
    }
  }

  private mutating func nextOfCollection() throws -> GeoJSONFeature? {
    if isFirst {
      try stream.expect("[", "at the beginning of the features")
      isFirst = false
      if try stream.peek() == UInt8(ascii: "]") { return try endCollection() }
    } else {
      if try stream.peek() == UInt8(ascii: "]") { return try endCollection() }
      try stream.expect(",", "between two features")
    }
    guard let first = try stream.peek() else { throw stream.failure("The file ends among the features: truncated.") }
    guard first != UInt8(ascii: "]"), first != UInt8(ascii: ",") else {
      throw stream.failure("A Feature is expected behind the comma.")
    }
    let line = stream.line
    let range = try stream.value(keeping: true)
    return feature(line: line, range)
  }

  private mutating func endCollection() throws -> GeoJSONFeature? {
    stream.advance()
    try finishCollection()
    return nil
  }

  private mutating func finishCollection() throws {
    mode = .ended
    if try stream.peek() == UInt8(ascii: ",") {
      stream.advance()
      _ = try members(untilFeatures: false)
    } else {
      try stream.expect("}", "behind the features")
    }
    if try stream.peek() != nil { throw stream.failure("Text follows the end of the FeatureCollection.") }
  }

  private func feature(line: Int, _ range: Range<Int>) -> GeoJSONFeature {
    do {
      return GeoJSONFeature(line: line, json: try stream.parse(range))
    } catch {
      return GeoJSONFeature(line: line, fault: RowFault("json", "This is no JSON: \(error)."))
    }
  }
}
