import CLibPQ

/// What went wrong with a statement or a connection.
///
/// `description` is mute (no SQL, no values), so that it can be logged anywhere; `String(reflecting:)` tells all.
public struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The cause, coarsely.
  public enum Kind: Sendable, Hashable {
    /// The server answered with an error.
    case server(sqlState: String)
    /// No connection could be established.
    case connectFailed
    /// The connection broke; what was under way has an unknown outcome.
    case connectionLost
    /// No connection became free in time.
    case acquireTimeout
    /// The server gave no sign of life in time; the connection was closed.
    case timeout
    /// A column was not what the caller asked for.
    case decoding
    /// A value cannot be sent, e.g. text with a zero byte.
    case encoding
    /// The client is closed.
    case closed
    /// The caller broke the rules, e.g. used a connection after giving it back.
    case misuse
  }

  /// The cause.
  public let kind: Kind
  /// The five characters of SQLSTATE, where the server gave some.
  public var sqlState: String?
  /// `ERROR`, `FATAL` or `PANIC`, never localized.
  public var severity: String?
  /// The server's (or libpq's) message. May contain values: not for the log.
  public var serverMessage: String?
  /// The server's detail line. May contain values.
  public var detail: String?
  /// The server's hint.
  public var hint: String?
  /// Schema of the table concerned.
  public var schema: String?
  /// Table concerned.
  public var table: String?
  /// Column concerned.
  public var column: String?
  /// Constraint that was violated.
  public var constraint: String?
  /// The connection was lost while COMMIT was in flight: the transaction may or may not have happened.
  public var commitUnknown = false

  /// An error without details from the server.
  public init(_ kind: Kind, message: String? = nil) {
    self.kind = kind
    serverMessage = message
    if case .server(let state) = kind { sqlState = state }
  }

  /// The database cannot be reached at the moment; trying later may help.
  public var isUnavailable: Bool {
    switch kind {
    case .connectFailed, .connectionLost, .acquireTimeout, .timeout: true
    case .server(let state): state.hasPrefix("08") || ["57P01", "57P02", "57P03", "53300"].contains(state)
    case .decoding, .encoding, .closed, .misuse: false
    }
  }

  /// Serialization failure or deadlock: the whole transaction may be tried again.
  public var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// The server ends the connection after this error.
  var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

  private var kindName: String {
    switch kind {
    case .server: "server"
    case .connectFailed: "connectFailed"
    case .connectionLost: "connectionLost"
    case .acquireTimeout: "acquireTimeout"
    case .timeout: "timeout"
    case .decoding: "decoding"
    case .encoding: "encoding"
    case .closed: "closed"
    case .misuse: "misuse"
    }
  }

  /// Kind and SQLSTATE only.
  public var description: String {
    sqlState.map { "PostgresError(\(kindName), \($0))" } ?? "PostgresError(\(kindName))"
  }

  /// Everything known, including values the server quotes.
  public var debugDescription: String {
    var parts = [kindName]
    for (label, value) in [
      ("sqlState", sqlState), ("severity", severity), ("message", serverMessage), ("detail", detail), ("hint", hint),
      ("schema", schema), ("table", table), ("column", column), ("constraint", constraint),
    ] {
      if let value { parts.append("\(label): \(value)") }
    }
    if commitUnknown { parts.append("commitUnknown") }
    return "PostgresError(\(parts.joined(separator: ", ")))"
  }
}

extension PostgresError {
  /// Reads the fields of a result with an error; the result stays the caller's. Without SQLSTATE the error comes from
  /// libpq itself, which means that the connection is gone.
  init(result: OpaquePointer) {
    func field(_ code: Character) -> String? {
      guard let ascii = code.asciiValue else { return nil }
      return PQresultErrorField(result, Int32(ascii)).map { String(cString: $0) }
    }
    // The letters of PG_DIAG_…, whose macros Swift cannot import.
    if let state = field("C") {
      self.init(.server(sqlState: state), message: field("M"))
      severity = field("V")
      detail = field("D")
      hint = field("H")
      schema = field("s")
      table = field("t")
      column = field("c")
      constraint = field("n")
    } else {
      self.init(.connectionLost, message: String(cString: PQresultErrorMessage(result)))
    }
  }
}
