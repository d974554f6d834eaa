import Places

/// Opens a file of any format that is known here, told from its content first and then from its name.
public enum ImportFile {
  /// What is told beside the path.
  public struct Options: Sendable {
    /// The encoding of a text file (`--encoding`); nil: found out.
    public var encoding: TextEncoding?
    /// What separates a table's cells (`--delimiter`); nil: found out.
    public var delimiter: Character?
    /// The layer or sheet (`--layer`).
    public var layer: String?
    /// Which field is made of what (`--mapping`).
    public var mapping: ImportMapping?
    /// Takes a position to another CRS, to compare those that one object gives; nil: only degrees are taken then.
    public var transform: PlaceRowMapper.Transform?

    /// Makes the default options.
    public init() {}
  }

  /// Opens a file; "-" is standard input, for formats of text. Throws ``ImportFailure`` that says what the file is and
  /// how to mend it, when it can't be read as this kind.
  public static func open(
    path: String, kind: ImportKind, options: Options = Options()
  ) throws -> any RowReader {
    try open(ByteSource(path: path), path: path, kind: kind, options: options)
  }

  /// Opens bytes in memory under a name, whose ending counts as a file's would. Throws ``ImportFailure``.
  public static func open(
    bytes: [UInt8], name: String, kind: ImportKind, options: Options = Options()
  ) throws -> any RowReader {
    try open(ByteSource(bytes: bytes, name: name), path: nil, kind: kind, options: options)
  }

  private static func open(
    _ source: ByteSource, path: String?, kind: ImportKind, options: Options
  ) throws -> any RowReader {
    try source.makeRewindable()
    var start: [UInt8] = []
    while start.count < 4096, try source.read(into: &start) {}
    try source.rewind()
    let format = try FileFormat.detect(start, name: source.name)
    switch format {
    case .json: return try json(TextSource(source, encoding: options.encoding), kind: kind, options: options)
    case .csv:
      let text = try TextSource(source, encoding: options.encoding)
      let known = Set(kind == .addresses ? JSONShape.addressFields : [])
      let reader = try CSVReader(text, delimiter: options.delimiter) { name in
        known.contains(name.lowercased()) || kind != .addresses && PlaceField.named(name) != nil
          || options.mapping?.rules.contains { $0.value.references.contains(name) } ?? false
      }
      return try mapped(reader, options)
    case .vector: return try vector(source, path: path, kind: kind, options: options)
    case .postalCodes: return try postalCodes(source, kind: kind, options: options)
    case .streets: return try streets(source, kind: kind, options: options)
    case .buildings: return try buildings(source, kind: kind, options: options)
    }
  }

  private static func mapped(_ reader: any RowReader, _ options: Options) throws -> any RowReader {
    guard let mapping = options.mapping else { return reader }
    return try MappedRows(reader, mapping: mapping)
  }

  // MARK: - JSON

  private static func json(_ text: TextSource, kind: ImportKind, options: Options) throws -> any RowReader {
    let content = try JSONContent.look(text)
    if let mapping = options.mapping, mapping.rows != nil { return try MappedJSONReader(text, mapping: mapping) }
    switch content {
    case .geoJSON:
      let hasPositions = [.places, .addresses, .events].contains(kind)
      return try mapped(GeoJSONRows(text, makesPoints: hasPositions), options)
    case .objects(let first, let rows):
      if let mapping = options.mapping { return try MappedJSONReader(text, mapping: mapping, rows: rows) }
      guard let first else {
        throw ImportFailure("file-empty", "\(text.name) holds no objects, so that it can't be told what it is.")
      }
      guard let shape = JSONShape.all.first(where: { $0.recognises(first) }) else {
        throw unknownShape(text.name, first)
      }
      guard shape.kind == kind else { throw wrongKind(text.name, shape.name, shape.kind) }
      return try ShapedReader(text, shape: shape, rows: rows, transform: options.transform)
    }
  }

  private static func unknownShape(_ name: String, _ first: JSONValue) -> ImportFailure {
    let leaves = first.leaves(limit: 40)
    let fields = leaves.prefix(39).map(\.description).joined(separator: ", ") + (leaves.count > 39 ? " …" : "")
    return ImportFailure(
      "format-unknown",
      "\(name) is JSON of no form that is known here: say with --mapping FILE which field is where, such as "
        + "{\"fields\": {\"id\": \"\(leaves.first?.description ?? "/id")\"}}. Its first object has \(fields).",
      flag: "--mapping")
  }

  private static func wrongKind(_ name: String, _ what: String, _ kind: ImportKind) -> ImportFailure {
    ImportFailure("kind", "\(name) is \(what): import it as \(kind.rawValue).")
  }

  // MARK: - Formats with readers of their own

  private static func vector(
    _ source: ByteSource, path: String?, kind: ImportKind, options: Options
  ) throws -> any RowReader {
    guard let path, path != "-" else {
      throw ImportFailure(
        "format-unsupported",
        "\(source.name) is a GIS file or a workbook, which can't be read from a pipe: write it into a file and name that."
      )
    }
    return try mapped(OGRReader(path: path, layer: options.layer, encoding: options.encoding), options)
  }

  private static func postalCodes(_ source: ByteSource, kind: ImportKind, options: Options) throws -> any RowReader {
    guard kind == .postalCodes else { throw wrongKind(source.name, "Posti's file of postal codes (PCF)", .postalCodes) }
    return PCFReader(try posti(source, options))
  }

  private static func streets(_ source: ByteSource, kind: ImportKind, options: Options) throws -> any RowReader {
    guard kind == .postalCodes else {
      throw wrongKind(source.name, "Posti's file of streets (BAF)", .postalCodes)
    }
    return BAFReader(try posti(source, options))
  }

  /// Posti's files are ISO-8859-1 where nothing tells otherwise.
  private static func posti(_ source: ByteSource, _ options: Options) throws -> TextSource {
    try TextSource(source, encoding: options.encoding ?? (try? EncodingDetector.detect(source)) ?? .latin1)
  }

  private static func buildings(_ source: ByteSource, kind: ImportKind, options: Options) throws -> any RowReader {
    guard kind == .addresses else { throw wrongKind(source.name, "DVV's file of buildings (.OPT)", .addresses) }
    return try mapped(DVVReader(source, encoding: options.encoding), options)
  }
}
