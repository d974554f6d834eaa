import Places

/// Reads JSON of any shape by a mapping with JSON Pointers: one object in memory at a time.
public struct MappedJSONReader: RowReader {
  /// The mapping's fields.
  public var header: [String] { mapping.fields }
  /// The encoding of the file.
  public let encoding: TextEncoding?
  /// The mapping's CRS.
  public var declaredCRS: DeclaredCRS? { mapping.crs.map { .epsg($0) } }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { source.bytesRead }
  /// Pointers to what the first 100 objects hold and the mapping doesn't name.
  public private(set) var unmapped: [String] = []
  private let source: TextSource
  private let mapping: ImportMapping
  private let pointers: [String: JSONPointer]
  private var objects: ObjectReader
  private var known: Set<String>
  private var count = 0

  private static let sampleSize = 100
  private static let maximumUnmapped = 200

  /// Reads as far as the first object; `rows` stands in for a mapping that doesn't tell where rows are. Throws
  /// ``ImportFailure``.
  public init(_ source: TextSource, mapping: ImportMapping, rows: JSONPointer? = nil) throws {
    self.source = source
    self.mapping = mapping
    encoding = source.encoding
    objects = try ObjectReader(source, rows: mapping.rows ?? rows ?? JSONPointer(tokens: []))
    let names = mapping.rules.flatMap(\.value.references)
    pointers = Dictionary(names.map { ($0, MappingValue.pointer($0)) }) { first, _ in first }
    known = Set(pointers.values.map { Self.withoutIndices($0.tokens) })
  }

  /// One note of what the mapping leaves out.
  public var remarks: [RowFault] {
    guard !unmapped.isEmpty else { return [] }
    return [
      RowFault(
        "unmapped",
        "The mapping names none of these, which the first objects have: \(unmapped.joined(separator: ", ")).")
    ]
  }

  /// The next object's row.
  public mutating func next() throws -> SourceRow? {
    guard let object = try objects.next() else { return nil }
    if let fault = object.fault { return SourceRow(line: object.line, fields: [], fault: fault) }
    if count < Self.sampleSize { sample(object.json) }
    count += 1
    let (fields, fault) = mapping.cells { pointers[$0]?.value(in: object.json) }
    return SourceRow(line: object.line, fields: fields, fault: fault)
  }

  private mutating func sample(_ json: JSONValue) {
    for leaf in json.leaves() {
      let key = Self.withoutIndices(leaf.tokens)
      guard unmapped.count < Self.maximumUnmapped, !known.contains(key) else { continue }
      let isBelow = known.contains { key.hasPrefix($0 + "/") }
      known.insert(key)
      if !isBelow { unmapped.append(leaf.description) }
    }
  }

  private static func withoutIndices(_ tokens: [String]) -> String {
    JSONPointer(tokens: tokens.map { Int($0) == nil ? $0 : "0" }).description
  }
}
