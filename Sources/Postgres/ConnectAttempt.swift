import CLibPQ
import Glibc
import Logging
import Synchronization

/// A connection on its way from the connecting thread to its session.
struct FreshConnection: @unchecked Sendable {
  // Whoever holds this value last must make a Session of it or finish it.
  let pointer: OpaquePointer
}

/// Receives libpq's notices; the pool owns it and outlives its connections.
final class NoticeLog: Sendable {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func write(_ notice: @autoclosure () -> String) {
    logger.debug("notice from the server", metadata: ["notice": "\(notice())"])
  }
}

/// Establishing one connection on a thread of its own, since libpq's name look-up, TLS and several hosts block.
final class ConnectAttempt: @unchecked Sendable {
  let role: Session.Role
  /// When the loop stops waiting. The thread ends by itself later.
  let deadline: UInt64
  /// Loop thread only.
  var onDone: ((Result<FreshConnection, PostgresError>) -> Void)?

  private let configuration: PostgresConfiguration
  private let notices: NoticeLog
  // The socket while settings are made; lets the loop end a read that hangs.
  private let descriptor = Lock<Int32>(-1)

  init(_ role: Session.Role, _ configuration: PostgresConfiguration, _ notices: NoticeLog, now: UInt64) {
    self.role = role
    self.configuration = configuration
    self.notices = notices
    deadline = now + Self.patience(configuration)
  }

  /// libpq's connect_timeout is per host; the attempt as a whole gets that for each host and a bit.
  private static func patience(_ configuration: PostgresConfiguration) -> UInt64 {
    var seconds = configuration.connectTimeout.nanoseconds / 1_000_000_000 + 1
    var hosts: UInt64 = 1
    if let options = PQconninfoParse(configuration.url, nil) {
      defer { PQconninfoFree(options) }
      var option = options
      while let keyword = option.pointee.keyword {
        if let value = option.pointee.val.map({ String(cString: $0) }) {
          switch String(cString: keyword) {
          case "connect_timeout": seconds = UInt64(value) ?? seconds
          case "host", "hostaddr": hosts = max(hosts, UInt64(value.split(separator: ",").count))
          default: break
          }
        }
        option += 1
      }
    }
    return (min(max(seconds, 2), 3600) * hosts + 2) * 1_000_000_000
  }

  /// Blocks. Returns a non-blocking connection in pipeline mode with all settings made.
  func connect() -> Result<FreshConnection, PostgresError> {
    let seconds = max(2, (configuration.connectTimeout.nanoseconds + 999_999_999) / 1_000_000_000)
    // What stands before dbname gives way to the URL, what stands behind prevails.
    let parameters: [(String, String)] = [
      ("connect_timeout", "\(seconds)"), ("application_name", configuration.applicationName),
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("dbname", configuration.url), ("client_encoding", "UTF8"),
    ]
    let opened = withCStrings(parameters.map(\.0)) { keywords in
      withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
    }
    guard let connection = opened else { return .failure(PostgresError(.connectFailed, message: "out of memory")) }
    let fresh = FreshConnection(pointer: connection)
    guard PQstatus(connection) == CONNECTION_OK else { return .failure(discard(fresh)) }
    PQsetNoticeProcessor(
      connection,
      { log, message in
        guard let log, let message else { return }
        Unmanaged<NoticeLog>.fromOpaque(log).takeUnretainedValue().write(String(cString: message))
      }, Unmanaged.passUnretained(notices).toOpaque())
    descriptor.withLock { $0 = PQsocket(connection) }
    let configured = configure(connection)
    descriptor.withLock { $0 = -1 }
    if let error = configured {
      PQfinish(connection)
      return .failure(error)
    }
    guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
      return .failure(discard(fresh))
    }
    return .success(fresh)
  }

  private func configure(_ connection: OpaquePointer) -> PostgresError? {
    var settings = configuration.sessionSettings
    settings["statement_timeout"] = "\(configuration.statementTimeout?.postgresMilliseconds ?? 0)"
    // A failing neighbour undoes the whole batch, so a write among them would be lost after it was reported done.
    if role == .shared { settings["default_transaction_read_only"] = "on" }
    var calls: [SQL] = []
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      calls.append("set_config(\(name), \(value), false)")
    }
    let sql: SQL = "select \(calls.joined(separator: ", "))"
    let answer = sql.withParameters { count, values in
      PQexecParams(connection, sql.text, count, nil, values, nil, nil, 0)
    }
    guard let answer else { return PostgresError(.connectFailed, message: String(cString: PQerrorMessage(connection))) }
    defer { PQclear(answer) }
    if PQresultStatus(answer) == PGRES_TUPLES_OK { return nil }
    let cause = PostgresError(result: answer)
    return PostgresError(.connectFailed, message: cause.debugDescription)
  }

  private func discard(_ fresh: FreshConnection) -> PostgresError {
    // Of a URL that can't be parsed libpq repeats the whole, its password too.
    let message = String(cString: PQerrorMessage(fresh.pointer))
    let isSafe = !message.contains("://")
    let error = PostgresError(.connectFailed, message: isSafe ? message : "the database's URL can't be read")
    PQfinish(fresh.pointer)
    return error
  }

  /// Makes a thread that hangs in the settings give up.
  func interrupt() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Calls `body` with a NULL-terminated array of C strings, valid only inside.
  private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
