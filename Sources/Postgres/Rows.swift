import CLibPQ
import Glibc

/// A statement's result. Owns the PGresult, which nobody changes any more, and frees it at the end.
public final class Rows: Sendable {
  // Safe to share: libpq's accessors only read.
  private nonisolated(unsafe) let result: OpaquePointer

  /// Takes the result over.
  init(owning result: OpaquePointer) {
    self.result = result
  }

  deinit { PQclear(result) }

  /// The number of rows.
  public var count: Int { Int(PQntuples(result)) }

  /// The number of columns.
  public var columns: Int { Int(PQnfields(result)) }

  /// How many rows the command touched; 0 where the notion makes no sense.
  public var affected: Int { PQcmdTuples(result).map { Int(strtoll($0, nil, 10)) } ?? 0 }

  /// The command's tag, e.g. `COMMIT`.
  var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

  /// The column's bytes in place, nil for NULL and for columns or rows that do not exist.
  public func withBytes<R>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      guard row >= 0, column >= 0, row < count, column < columns else { return try body(nil) }
      let row = Int32(row)
      let column = Int32(column)
      guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else {
        return try body(nil)
      }
      return try body(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column))))
    }
  }

  /// The column as text, nil for NULL.
  public func string(_ row: Int, _ column: Int) -> String? { optional(row, column) }

  /// The column as integer, nil for NULL and for anything else.
  public func int(_ row: Int, _ column: Int) -> Int? { optional(row, column) }

  /// The column as floating point number, nil for NULL and for anything else.
  public func double(_ row: Int, _ column: Int) -> Double? { optional(row, column) }

  /// The column as boolean, nil for NULL and for anything else.
  public func bool(_ row: Int, _ column: Int) -> Bool? { optional(row, column) }

  private func optional<T: PostgresDecodable>(_ row: Int, _ column: Int) -> T? {
    withBytes(row, column) { bytes in bytes.flatMap { try? T(postgresText: $0) } }
  }

  /// All rows as tuples: `rows.decode((String, Int?).self)`.
  public func decode<each T: PostgresDecodable>(_ type: (repeat each T).Type) throws -> [(repeat each T)] {
    var rows: [(repeat each T)] = []
    rows.reserveCapacity(count)
    for row in 0..<count {
      var cursor = Cursor(rows: self, row: row)
      rows.append((repeat try cursor.next((each T).self)))
    }
    return rows
  }

  /// All rows' first column.
  public func decode<T: PostgresDecodable>(_ type: T.Type) throws -> [T] {
    try (0..<count).map { try value($0, 0) }
  }

  /// The first row as tuple, nil when there is none.
  public func first<each T: PostgresDecodable>(as type: (repeat each T).Type) throws -> (repeat each T)? {
    if count == 0 { return nil }
    var cursor = Cursor(rows: self, row: 0)
    return (repeat try cursor.next((each T).self))
  }

  /// The first row's first column, nil when there is no row.
  public func first<T: PostgresDecodable>(as type: T.Type) throws -> T? {
    if count == 0 { return nil }
    let first: T = try value(0, 0)
    return first
  }

  private struct Cursor {
    let rows: Rows
    let row: Int
    var column = 0

    mutating func next<T: PostgresDecodable>(_ type: T.Type) throws -> T {
      defer { column += 1 }
      return try rows.value(row, column)
    }
  }

  private func value<T: PostgresDecodable>(_ row: Int, _ column: Int) throws -> T {
    do {
      if column >= columns { throw ColumnMismatch(reason: "no such column") }
      return try withBytes(row, column) { try T.postgresColumn($0) }
    } catch let mismatch as ColumnMismatch {
      var error = PostgresError(.decoding, message: "\(T.self): \(mismatch.reason)")
      error.column = PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
      throw error
    }
  }
}
