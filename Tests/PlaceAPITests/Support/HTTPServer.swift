import Foundation
import Hummingbird
import Logging
import NIOCore
import PlaceAPI
import ServiceLifecycle

/// The responder behind a real server on a free port.
enum HTTPServer {
  static func with<R: Sendable>(
    _ responder: APIResponder, _ body: @escaping @Sendable (Int) async throws -> R
  ) async throws -> R {
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in told.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: application)], logger: Logger(label: "test")))
    let running = Task { try await group.run() }
    defer { running.cancel() }
    for await port in ports {
      let result = try await body(port)
      await group.triggerGracefulShutdown()
      try await running.value
      return result
    }
    throw CancellationError()
  }

  /// A plain connection.
  final class Connection: @unchecked Sendable {
    private let descriptor: Int32
    private var isOpen = true

    struct Failed: Error {}

    init(port: Int) throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(UInt16(port)).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      if connected != 0 { throw Failed() }
    }

    deinit { end() }

    func send(_ text: String) throws {
      let bytes = Array(text.utf8)
      guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Failed() }
    }

    /// Reads until a text has come, or the connection ends.
    func receive(until end: String) async throws -> String {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<String, any Error>) in
        Thread.detachNewThread { [self] in
          var text = ""
          var block = [UInt8](repeating: 0, count: 65_536)
          while !text.contains(end) {
            let count = recv(descriptor, &block, block.count, 0)
            if count < 0 { return continuation.resume(throwing: Failed()) }
            if count == 0 { break }
            text += String(decoding: block[..<count], as: UTF8.self)
          }
          continuation.resume(returning: text)
        }
      }
    }

    func end() {
      if isOpen { close(descriptor) }
      isOpen = false
    }
  }
}
