import Geodesy
import PlaceMatching
import PlaceStore
import Places

/// Which columns of a table make the question of a row.
public struct QuestionColumns: Sendable {
  /// A part of a question.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    case text, name
    case streetAddress = "street_address"
    case postalCode = "postal_code"
    case postOffice = "post_office"
    case municipality, identifier, lat, lon
  }

  /// A row's question.
  struct Question: Sendable {
    /// Equal questions have equal keys.
    let key: String
    /// The question in one line, under which a decision on it is kept.
    let text: String
    let query: MatchQuery
    /// What was left out of it.
    let problem: RowFault?
  }

  /// The columns by their place in the row.
  private let columns: [(field: Field, index: Int)]
  /// The columns' names, in the order given.
  let names: [String]

  /// Reads `NAME` (a column that holds whole lines) and `field=NAME`, each once or several times; none at all is right
  /// for a table of one column. Throws ``ImportFailure`` `unknown-column`, which names the nearest.
  public init(_ given: [String], header: [String]) throws(ImportFailure) {
    var columns: [(field: Field, index: Int)] = []
    for text in given {
      if let index = Self.index(of: text, header) {
        columns.append((.text, index))
        continue
      }
      guard let sign = text.firstIndex(of: "="), let field = Field(rawValue: text[..<sign].lowercased()) else {
        throw Self.unknown(text, header)
      }
      let name = String(text[text.index(after: sign)...])
      guard let index = Self.index(of: name, header) else { throw Self.unknown(name, header) }
      columns.append((field, index))
    }
    if given.isEmpty {
      let own = header.indices.filter { !ResolvedCells.names.contains(header[$0]) }
      guard own.count == 1 else {
        throw ImportFailure(
          "unknown-column",
          "Name the column that holds the texts with --column; the file has \(header.joined(separator: ", ")).",
          flag: "--column")
      }
      columns = [(.text, own[0])]
    }
    let hasAxes = [Field.lat, .lon].map { axis in columns.contains { $0.field == axis } }
    guard hasAxes[0] == hasAxes[1] else {
      throw ImportFailure(
        "unknown-column", "A position needs two columns: --column lat=NAME --column lon=NAME.", flag: "--column")
    }
    self.columns = columns
    names = columns.map { header[$0.index] }
  }

  private static func index(of name: String, _ header: [String]) -> Int? {
    header.firstIndex(of: name) ?? header.firstIndex { $0.lowercased() == name.lowercased() }
  }

  private static func unknown(_ name: String, _ header: [String]) -> ImportFailure {
    let byLowercase = Dictionary(header.map { ($0.lowercased(), $0) }) { a, _ in a }
    let nearest = NearestName.find(name, among: Set(byLowercase.keys)).flatMap { byLowercase[$0] }
    let columns = header.count > 30 ? header.prefix(30) + ["…"] : header[...]
    return ImportFailure(
      "unknown-column",
      "There is no column \"\(name)\"" + (nearest.map { ": is it \"\($0)\"? " } ?? ". ")
        + "The file has \(columns.joined(separator: ", ")); --column takes NAME or field=NAME, the fields being "
        + "\(Field.allCases.map(\.rawValue).joined(separator: ", ")).", flag: "--column")
  }

  /// The cells that make the question, in the columns' order.
  func values(_ row: [String]) -> [String] {
    columns.map { row.indices.contains($0.index) ? row[$0.index].trimmed : "" }
  }

  /// A row's question; nil where all its cells are empty.
  func question(_ row: [String]) -> Question? {
    let values = values(row)
    guard values.contains(where: { !$0.isEmpty }) else { return nil }
    func all(_ field: Field) -> [String] {
      zip(columns, values).filter { $0.0.field == field && !$0.1.isEmpty }.map(\.1)
    }
    func one(_ field: Field) -> String? { all(field).first }
    let lines = all(.text)
    var query = MatchQuery(
      text: lines.isEmpty ? nil : lines.joined(separator: ", "), names: all(.name),
      streetAddresses: all(.streetAddress), postalCode: one(.postalCode), postOffice: one(.postOffice),
      municipality: one(.municipality), identifiers: all(.identifier))
    let (position, problem) = Self.position(one(.lat), one(.lon))
    query.position = position
    return Question(
      key: values.joined(separator: "\u{1F}"), text: query.line, query: query, problem: problem)
  }

  private static func position(_ lat: String?, _ lon: String?) -> (Coordinate?, RowFault?) {
    guard lat != nil || lon != nil else { return (nil, nil) }
    func degrees(_ text: String?, _ most: Double) -> Double? {
      let value = text.flatMap { text in
        Double(text.replacing(",", with: ".")) ?? DegreesText.decimal(text).flatMap { Double($0) }
      }
      return value.flatMap { abs($0) <= most ? $0 : nil }
    }
    guard let y = degrees(lat, 90), let x = degrees(lon, 180) else {
      return (
        nil,
        RowFault(
          "coordinates",
          "lat \"\(lat ?? "")\", lon \"\(lon ?? "")\" are no degrees (WGS 84): the row was asked without its position.")
      )
    }
    return (Coordinate(x: x, y: y), nil)
  }
}
