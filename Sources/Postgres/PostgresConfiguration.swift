/// How to reach the database and how much of it to use.
public struct PostgresConfiguration: Sendable {
  /// libpq connection URI or keyword string; several hosts, TLS options and so on are libpq's business.
  public var url: String
  /// Upper bound of exclusive connections.
  public var maxConnections = 8
  /// Connections on which `quick` statements share pipelines; 0 sends them to the exclusive ones.
  public var sharedConnections = 2
  /// Per host, unless the URL has its own `connect_timeout`.
  public var connectTimeout: Duration = .seconds(5)
  /// How long to wait for an exclusive connection.
  public var acquireTimeout: Duration = .seconds(5)
  /// The server's statement_timeout; nil for none. Two seconds later the client gives the connection up.
  public var statementTimeout: Duration? = .seconds(10)
  /// How long `close()` waits for statements that are under way.
  public var closeTimeout: Duration = .seconds(5)
  /// Shown in pg_stat_activity.
  public var applicationName = "placeregistry"
  /// Run as `set_config(name, value, false)` on every new connection, e.g. search_path.
  public var sessionSettings: [String: String] = [:]

  /// A configuration with defaults for all but the address.
  public init(url: String) {
    self.url = url
  }
}

extension Duration {
  /// Whole nanoseconds, for deadlines on the monotonic clock; negative counts as none at all.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    // A century is as good as forever and cannot overflow.
    return UInt64(min(seconds, 3_155_760_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }

  /// Milliseconds as PostgreSQL's time-outs want them; at least 1, since 0 would switch the time-out off.
  var postgresMilliseconds: Int { Int(min(max(nanoseconds / 1_000_000, 1), UInt64(Int32.max))) }
}
