import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

/// A receiver of requests on a free port of this machine, which keeps what it gets and answers what it is told to.
final class Receiver: Sendable {
  struct Received: Sendable {
    let method: String
    let path: String
    let headers: HTTPFields
    let body: [UInt8]
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
  }

  struct Reply: Sendable {
    var status = 200
    var headers: HTTPFields = [:]
    var body = ""
    /// Waits before answering.
    var hold: (@Sendable () async -> Void)?
  }

  let port: Int
  private let log = Mutex<[Received]>([])
  private let reply: Mutex<@Sendable (Received, Int) -> Reply>

  private init(port: Int, _ reply: @escaping @Sendable (Received, Int) -> Reply) {
    self.port = port
    self.reply = Mutex(reply)
  }

  var received: [Received] { log.withLock { $0 } }
  var url: String { "http://127.0.0.1:\(port)/hook" }

  /// What is answered from now on; the number is that of requests before.
  func answer(_ reply: @escaping @Sendable (Received, Int) -> Reply) { self.reply.withLock { $0 = reply } }

  private func take(_ request: Received) -> Reply {
    let number = log.withLock { log in
      log.append(request)
      return log.count - 1
    }
    return reply.withLock { $0 }(request, number)
  }

  private struct Responder: HTTPResponder {
    typealias Context = BasicRequestContext
    let receiver: Box

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
      let body = try await request.body.collect(upTo: 50 << 20)
      guard let receiver = receiver.value else { return Response(status: .internalServerError) }
      let reply = receiver.take(
        Received(
          method: request.method.rawValue, path: request.head.path ?? "", headers: request.headers,
          body: Array(body.readableBytesView)))
      await reply.hold?()
      return Response(
        status: HTTPResponse.Status(code: reply.status), headers: reply.headers,
        body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
    }
  }

  /// Runs a body with a receiver.
  static func with<R: Sendable>(
    host: String = "127.0.0.1", _ reply: @escaping @Sendable (Received, Int) -> Reply = { _, _ in Reply() },
    _ body: @escaping @Sendable (Receiver) async throws -> R
  ) async throws -> R {
    let box = Box()
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      responder: Responder(receiver: box),
      configuration: ApplicationConfiguration(address: .hostname(host, port: 0)),
      onServerRunning: { told.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let running = Task { try await application.run() }
    defer { running.cancel() }
    for await port in ports {
      let receiver = Receiver(port: port, reply)
      box.value = receiver
      return try await body(receiver)
    }
    throw CancellationError()
  }
}

/// A place for the receiver, which knows its port only when its server runs.
private final class Box: Sendable {
  private let content = Mutex<Receiver?>(nil)
  var value: Receiver? {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}

/// Waits until something is so.
func until(_ what: String, _ condition: () async throws -> Bool) async throws {
  for _ in 0..<1200 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(25))
  }
  Issue.record("did not happen within 30 seconds: \(what)")
}

/// Counts what happens in several tasks.
final class Counter: Sendable {
  private let number = Mutex(0)
  var count: Int { number.withLock { $0 } }
  func add() { number.withLock { $0 += 1 } }
}
