import Foundation
import Synchronization
import Testing

/// Runs the built `placeregistry` as its users do.
struct Command: Sendable {
  /// How a run ended.
  struct Outcome: Sendable {
    /// The exit code; minus the signal's number when a signal ended it.
    let status: Int32
    let stdout: String
    let stderr: String

    var lines: [String] { stdout.split(separator: "\n").map(String.init) }
  }

  /// The program: `PLACEREGISTRY_BINARY`, else the one beside this test bundle.
  static let binary: String? = {
    if let given = ProcessInfo.processInfo.environment["PLACEREGISTRY_BINARY"], !given.isEmpty { return given }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var folders = CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    folders += [Bundle.main.bundleURL, root.appending(path: ".build/debug")]
    return folders.map { $0.appending(path: "placeregistry").path }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Runs it to its end; after the time limit it is killed, which shows as status -9.
  static func run(
    _ arguments: [String], stdin: String = "", environment: [String: String] = [:], limit: Duration = .seconds(120)
  ) async throws -> Outcome {
    try await run(arguments, stdin: Data(stdin.utf8), environment: environment, limit: limit)
  }

  static func run(
    _ arguments: [String], stdin: Data, environment: [String: String] = [:], limit: Duration = .seconds(120)
  ) async throws -> Outcome {
    let running = try RunningCommand(arguments, stdin: stdin, environment: environment)
    return await running.outcome(limit: limit)
  }
}

/// A run that has not ended.
final class RunningCommand: Sendable {
  let pid: pid_t
  private let folder: URL
  private let ending: Task<Int32, Never>
  private let hasEnded = Mutex(false)

  /// Starts the program with files for its three streams, in a folder of its own, so that nothing of this checkout (a
  /// `.env`, a private cluster) is picked up unasked.
  init(_ arguments: [String], stdin: Data = Data(), environment: [String: String] = [:]) throws {
    let binary = try #require(
      Command.binary, "placeregistry is not built: swift build --build-tests, or set PLACEREGISTRY_BINARY")
    folder = FileManager.default.temporaryDirectory.appending(path: "placeregistry-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try stdin.write(to: folder.appending(path: "stdin"))
    var variables = ProcessInfo.processInfo.environment.filter {
      $0.key != "DATABASE_URL" && !$0.key.hasPrefix("PLACEREGISTRY_")
    }
    variables["PLACEREGISTRY_DATA"] = folder.appending(path: "no-cluster").path
    variables.merge(environment) { $1 }
    let script = "cd \"$1\" && shift && exec \"$@\" <stdin >stdout 2>stderr"
    let words = ["/bin/sh", "-c", script, "sh", folder.path, binary] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    // Signals that the test runner ignores or blocks would stay so in the child.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGTERM, SIGINT, SIGPIPE] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var child = pid_t()
    let code = posix_spawn(&child, "/bin/sh", nil, &attributes, &argv, &envp)
    try #require(code == 0, "\(String(cString: strerror(code)))")
    let started = child
    pid = started
    // A thread of its own waits, so that the cooperative pool is never blocked.
    ending = Task {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          var status: Int32 = 0
          while waitpid(started, &status, 0) < 0 && errno == EINTR {}
          continuation.resume(returning: status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F))
        }
      }
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func send(_ signal: Int32) {
    hasEnded.withLock { if !$0 { _ = kill(pid, signal) } }
  }

  var stdout: String { text("stdout") }
  var stderr: String { text("stderr") }

  /// Waits for the end; after the time limit the program is killed.
  func outcome(limit: Duration = .seconds(120)) async -> Command.Outcome {
    let alarm = Task {
      try await Task.sleep(for: limit)
      send(SIGKILL)
    }
    let status = await ending.value
    hasEnded.withLock { $0 = true }
    alarm.cancel()
    return Command.Outcome(status: status, stdout: stdout, stderr: stderr)
  }

  private func text(_ name: String) -> String {
    (try? Data(contentsOf: folder.appending(path: name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
