import Geodesy
import Places

/// A column of a table.
struct ExportColumn: Sendable, Hashable {
  /// What its cells hold.
  enum Kind: String, Sendable { case text, integer, real }
  let name: String
  let kind: Kind

  init(_ name: String, _ kind: Kind = .text) {
    self.name = name
    self.kind = kind
  }
}

/// A cell of a table.
enum ExportCell: Sendable, Hashable {
  case none
  case text(String)
  case integer(Int)
  case real(Double)

  init(_ text: String?) { self = text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .none }
  init(_ number: Double?) { self = number.map { .real($0) } ?? .none }
  init(_ number: Int?) { self = number.map { .integer($0) } ?? .none }

  /// As text; nil for none.
  var text: String? {
    switch self {
    case .none: nil
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): Self.digits(number)
    }
  }

  /// As JSON.
  var json: JSONValue {
    switch self {
    case .none: .null
    case .text(let text): .string(text)
    case .integer(let number): .integer(Int64(number))
    case .real(let number): .number(number)
    }
  }

  /// The fewest digits that read back as the same number: 25.01497 stays 25.01497.
  static func digits(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    return number.description
  }
}

/// A row of a table.
struct ExportRow: Sendable {
  let id: String
  let cells: [ExportCell]
  /// Where it is, in the CRS of the file's geometries.
  let point: Coordinate?
}

/// A table that is read page by page.
struct ExportTable {
  let columns: [ExportColumn]
  /// The rows after an id, at most ``pageSize``.
  let page: (_ after: String?) async throws -> [ExportRow]

  static let pageSize = 2000
}
