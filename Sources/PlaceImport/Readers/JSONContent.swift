import Places

/// What a JSON file holds, found by looking at its beginning.
enum JSONContent {
  case geoJSON
  /// Objects: the first of them (nil: there is none) and where they stand, empty for the top.
  case objects(first: JSONValue?, rows: JSONPointer)

  /// Members under which services put the objects of a page.
  private static let envelopes = ["data", "itemList", "results", "items", "features"]

  /// Reads as far as it must and rewinds the source. Throws ``ImportFailure``.
  static func look(_ source: TextSource) throws -> JSONContent {
    try source.makeRewindable()
    defer { try? source.rewind() }
    var stream = JSONStream(source, limit: ObjectReader.maximumLength)
    var rows = JSONPointer(tokens: [])
    if try stream.peek() == UInt8(ascii: "{") {
      stream.advance()
      if let found = try member(&stream) {
        if found == "type" { return .geoJSON }
        rows = JSONPointer(tokens: [found])
      }
    }
    try source.rewind()
    var objects = try ObjectReader(source, rows: rows)
    var first: JSONValue?
    // A first object that is broken must not hide what the others are.
    for _ in 0..<100 {
      guard let object = try objects.next() else { break }
      guard object.fault == nil else { continue }
      first = object.json
      break
    }
    if first?["type"]?.stringValue == "Feature", first?["properties"] != nil || first?["geometry"] != nil {
      // An array of features without a collection is read by a mapping.
      if rows.tokens.isEmpty, try isSequence(source) { return .geoJSON }
    }
    return .objects(first: first, rows: rows)
  }

  private static func isSequence(_ source: TextSource) throws -> Bool {
    try source.rewind()
    var stream = JSONStream(source, limit: ObjectReader.maximumLength)
    return try stream.peek() == UInt8(ascii: "{")
  }

  /// Goes over the members of the first object: `type` when it is GeoJSON, the name of an envelope's array, or nil.
  private static func member(_ stream: inout JSONStream) throws -> String? {
    guard try stream.peek() != UInt8(ascii: "}") else { return nil }
    while true {
      guard try stream.peek() == UInt8(ascii: "\"") else { return nil }
      let range = try stream.value(keeping: true)
      let key = (try? stream.parse(range))?.stringValue ?? ""
      try stream.expect(":", "behind the key \"\(key)\"")
      let next = try stream.peek()
      if key == "type", next == UInt8(ascii: "\"") {
        let range = try stream.value(keeping: true)
        if (try? stream.parse(range))?.stringValue == "FeatureCollection" { return "type" }
      } else if next == UInt8(ascii: "["), envelopes.contains(key) {
        guard key == "features" else { return key }
        return "type"
      } else {
        _ = try stream.value(keeping: false)
      }
      guard try stream.peek() == UInt8(ascii: ",") else { return nil }
      stream.advance()
    }
  }
}
