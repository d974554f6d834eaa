/// Reads Posti's postal codes (`PCF_yyyymmdd.dat`): lines of 220 characters that begin with `PONOT`, usually in
/// ISO-8859-1. Post offices stand there in capitals and come as they are written: `PIIKKIÖ` as `Piikkiö`.
public struct PCFReader: RowReader {
  /// What each line begins with.
  public static let record = "PONOT"
  /// Characters in a line.
  public static let lineLength = 220

  /// The columns, named as CONTRACT section 9 does.
  public let header = ["postal_code", "post_office_fi", "post_office_sv", "municipality", "type"]
  private var lines: FixedWidthLines

  /// Reads from the beginning of a file.
  public init(_ source: TextSource) { lines = FixedWidthLines(source) }

  /// The encoding that the file is read in.
  public var encoding: TextEncoding? { lines.source.encoding }
  /// It has no coordinates.
  public var declaredCRS: DeclaredCRS? { nil }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { lines.source.bytesRead }

  /// The next row; nil at the end. A line of another length or record comes with a fault.
  public mutating func next() throws -> SourceRow? {
    guard let line = try lines.next() else { return nil }
    let fields = [
      line.column(14, 5), PostOfficeName.written(line.column(19, 30)), PostOfficeName.written(line.column(49, 30)),
      line.column(177, 3), Self.type(line.column(111, 1)),
    ]
    return SourceRow(
      line: line.number, fields: fields, fault: line.fault(record: Self.record, length: Self.lineLength))
  }

  /// What the type's digit means; inferred from the contents (pick-up points, reply mail and lockers are `other`).
  private static func type(_ digit: String) -> String {
    switch digit {
    case "1": "normal"
    case "2": "po_box"
    case "3": "company"
    case "": ""
    default: "other"
    }
  }
}

/// Names of post offices as Finnish and Swedish write them, made from capitals.
enum PostOfficeName {
  /// What is an abbreviation and stays in capitals.
  private static let abbreviations: Set<String> = [
    "CGI", "DNA", "FIMX", "GE", "HSL", "HSY", "HUS", "ISS", "KEHA", "KYS", "LVV", "MTV", "OP", "POP", "PRH", "SSC",
    "VMC", "VR", "VTT",
  ]
  /// What is no name of its own behind another word.
  private static let common: Set<String> = [
    "AS", "KK", "KAUPUNKI", "KUNTA", "YLIOPISTO", "HYVINVOINTIALUE", "KESKUS", "LEHDET", "RYHMÄ", "JA", "STAD",
    "KOMMUN",
    "UNIVERSITET", "VÄLFÄRDSOMRÅDE", "OCH", "I", "PÅ", "AV",
  ]

  /// `PIIKKIÖ` → `Piikkiö`, `INKOO AS` → `Inkoo as`, `S:T KARINS` → `S:t Karins`, `ISO-EVO` → `Iso-Evo`; what isn't in
  /// capitals stays as it is.
  static func written(_ name: String) -> String {
    guard name == name.uppercased() else { return name }
    var isFirst = true
    let words = name.split(separator: " ").map { word in
      word.split(separator: "-", omittingEmptySubsequences: false).map { part -> String in
        defer { isFirst = false }
        let part = String(part)
        if abbreviations.contains(part) { return part }
        if !isFirst, common.contains(part) { return part.lowercased() }
        return part.prefix(1) + part.dropFirst().lowercased()
      }.joined(separator: "-")
    }
    return words.joined(separator: " ")
  }
}
