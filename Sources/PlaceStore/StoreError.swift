import Postgres

/// Why the store could not do what was asked, in the domain's words; nothing of the database leaks.
public enum StoreError: Error, Sendable, CustomStringConvertible {
  /// The database is away, overloaded or too slow; worth asking again later.
  case unavailable
  /// The connection was lost at the very commit: it may or may not have happened.
  case commitUnknown
  /// Another place holds the id or identifier.
  case conflict(id: String)
  /// A constraint of the database refused what was written; the names of constraint, table and column.
  case refused(constraint: String?, table: String?, column: String?)
  /// The schema is not the one that this program was made for.
  case schemaDiffers(String)
  /// The database can't hold the registry (encoding, ctype, extension), with the mend.
  case unusable(String)
  /// A query parameter can't be answered.
  case invalidQuery(parameter: String, detail: String)
  /// A fault of ours.
  case fault(String)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .unavailable: "The database does not answer; try again later."
    case .commitUnknown: "The connection to the database was lost at the commit; repeat the request."
    case .conflict(let id): "\(id) holds that id or identifier already."
    case .refused(let constraint, let table, let column):
      "The database refused the row: \([constraint, table, column].compactMap { $0 }.joined(separator: ", "))."
    case .schemaDiffers(let detail), .unusable(let detail), .fault(let detail): detail
    case .invalidQuery(let parameter, let detail): "\(parameter): \(detail)"
    }
  }

  /// The store's error for anything thrown by the database client; cancellation and our own errors pass.
  static func wrapping(_ error: any Error) -> any Error {
    guard let error = error as? PostgresError else { return error }
    if error.commitUnknown { return StoreError.commitUnknown }
    if error.isUnavailable || error.sqlState == "57014" { return StoreError.unavailable }
    if let state = error.sqlState, state.hasPrefix("23") {
      return StoreError.refused(constraint: error.constraint, table: error.table, column: error.column)
    }
    return StoreError.fault(
      "The database refused a statement (SQLSTATE \(error.sqlState ?? "unknown")): \(error.serverMessage ?? "").")
  }
}
