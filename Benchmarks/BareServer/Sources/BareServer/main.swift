import Hummingbird
import Logging

// BareServer PORT: answers /health as the service does, with no middleware, at the least log level.
guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
  fatalError("BareServer PORT")
}
var logger = Logger(label: "bare")
logger.logLevel = .error
let router = Router()
router.get("health") { _, _ in
  Response(
    status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
    body: .init(byteBuffer: ByteBuffer(string: #"{"status":"ok"}"#)))
}
let application = Application(
  router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
try await application.runService()
