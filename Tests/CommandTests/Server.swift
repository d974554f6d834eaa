import Foundation
import Testing

/// A running `placeregistry serve`.
struct Server: Sendable {
  let running: RunningCommand
  let port: Int

  /// An answer over HTTP.
  struct Answer: Sendable {
    let status: Int
    let body: String
    /// The status line and the headers as they came.
    var head = ""
  }

  /// Starts it on a free port and waits until it answers.
  static func start(_ work: Workspace, environment: [String: String] = [:]) async throws -> Server {
    let port = try Socket.freePort()
    let running = try RunningCommand(
      ["serve", "--port", String(port)], environment: work.environment.merging(environment) { $1 })
    let server = Server(running: running, port: port)
    for _ in 0..<600 {
      if let answer = try? await server.get("/health"), answer.status == 200 { return server }
      guard kill(running.pid, 0) == 0 else { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    running.send(SIGKILL)
    let outcome = await running.outcome()
    throw ServerDidNotStart(description: "status \(outcome.status): \(outcome.stderr)\(outcome.stdout)")
  }

  /// Starts it, runs the body, and ends it whatever happened.
  static func with<R: Sendable>(
    _ work: Workspace, environment: [String: String] = [:], _ body: (Server) async throws -> R
  ) async throws -> R {
    let server = try await start(work, environment: environment)
    do {
      let result = try await body(server)
      _ = await server.stop()
      return result
    } catch {
      _ = await server.stop()
      throw error
    }
  }

  /// Sends SIGTERM; 15 seconds later the process is killed, which shows as -9.
  func stop() async -> Command.Outcome {
    running.send(SIGTERM)
    return await running.outcome(limit: .seconds(15))
  }

  func get(_ target: String, _ headers: [String: String] = [:]) async throws -> Answer {
    let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    let request = "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(fields)\r\n"
    let port = self.port
    let text = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<String, any Error>) in
      Thread.detachNewThread { continuation.resume(with: Result { try Socket.exchange(request, port: port) }) }
    }
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let words = text.split(separator: " ", maxSplits: 2)
    guard parts.count == 2, words.count == 3, let status = Int(words[1]) else {
      throw Socket.Failed("no answer: \(text)")
    }
    return Answer(status: status, body: String(parts[1]), head: String(parts[0]))
  }

  func json(_ target: String) async throws -> JSON {
    let answer = try await get(target)
    try #require(answer.status == 200, "\(answer.body)")
    return try JSON(answer.body)
  }
}

struct ServerDidNotStart: Error, CustomStringConvertible {
  let description: String
}

/// Plain sockets of this machine: no proxy, no pooled connection.
final class Socket: Sendable {
  struct Failed: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "\(what) (\(String(cString: strerror(errno))))" }
  }

  let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failed("socket") }
  }

  deinit { close(descriptor) }

  /// A socket that listens on a port, 0: any free one.
  static func listening(port: Int = 0) throws -> (socket: Socket, port: Int) {
    let socket = try Socket()
    try socket.withAddress(port: port) {
      guard bind(socket.descriptor, $0, $1) == 0, listen(socket.descriptor, 1) == 0 else { throw Failed("bind") }
    }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.descriptor, $0, &length) }
    }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }

  static func freePort() throws -> Int { try listening().port }

  /// A connection to a port.
  static func connected(port: Int) throws -> Socket {
    let socket = try Socket()
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    try socket.withAddress(port: port) {
      guard connect(socket.descriptor, $0, $1) == 0 else { throw Failed("connect") }
    }
    return socket
  }

  /// Sends a text and reads until the other side closes.
  static func exchange(_ text: String, port: Int) throws -> String {
    let socket = try connected(port: port)
    try socket.write(text)
    var bytes: [UInt8] = []
    while let more = try socket.read() { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failed("send")
    }
  }

  /// Some bytes; nil at the end.
  func read() throws -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &block, block.count, 0)
    guard count >= 0 else { throw Failed("receive") }
    return count == 0 ? nil : Array(block[..<count])
  }

  private func withAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try withUnsafePointer(to: &address) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
