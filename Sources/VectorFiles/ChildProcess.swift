import Glibc

/// A running `placeregistry-ogr` with its standard input and output.
///
/// Owns the process and the descriptor: the process is reaped exactly once, by ``wait()`` or by `deinit`, which kills it
/// first. It is not `Sendable`; one task at a time has it. Calls block, for as long as the child is idle at most.
final class ChildProcess {
  private var pid: pid_t = 0
  /// Our end of the socket that is its standard input and output; a socket, so that writing to a child that has died
  /// gives an error and no signal.
  private var socket: Int32 = -1
  /// How long it is waited for at a time.
  var idleSeconds: Int

  /// How it ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Starts it with nothing but its three descriptors and the environment that GDAL and PROJ need. Throws
  /// ``VectorFileError``.
  init(arguments: [String], limits: VectorLimits, program: String? = nil) throws {
    idleSeconds = limits.idleSeconds
    let path = try program ?? ChildProgram.path()
    // Whatever else this process has open is closed by the child before it does anything.
    var sockets: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &sockets) == 0 else {
      throw Self.startFailure(errno)
    }
    socket = sockets[0]
    let number = Self.spawn(
      &pid, path: path, arguments: arguments, environment: Self.environment(limits), socket: sockets[1])
    close(sockets[1])
    guard number == 0 else {
      pid = 0
      throw Self.startFailure(number)
    }
  }

  deinit {
    kill()
    if socket >= 0 { close(socket) }
  }

  private static func startFailure(_ number: Int32) -> VectorFileError {
    VectorFileError("ogr-missing", "\(ChildProgram.name) can't be started: \(String(cString: strerror(number)))")
  }

  private static func environment(_ limits: VectorLimits) -> [String] {
    // Where it finds its libraries and tables; no PATH, no HOME, no GDAL setting of the parent's.
    let kept: [String] = ["GDAL_DATA", "PROJ_DATA", "PROJ_LIB", "LD_LIBRARY_PATH"].compactMap {
      (name: String) -> String? in
      getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    return kept + [
      "PROJ_NETWORK=OFF", "PROJ_USER_WRITABLE_DIRECTORY=/nonexistent", "LC_ALL=C.UTF-8",
      "PLACEREGISTRY_OGR_MEMORY_MB=\(limits.memoryMegabytes)",
      "PLACEREGISTRY_OGR_CPU_SECONDS=\(limits.cpuSeconds)",
    ]
  }

  private static func spawn(
    _ pid: inout pid_t, path: String, arguments: [String], environment: [String], socket: Int32
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The parent may ignore or block signals, which a child would inherit. A group of its own: Ctrl-C is the parent's
    // to act on.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    let argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    let envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    return posix_spawn(&pid, path, &actions, &attributes, argv, envp)
  }

  /// Reads what is there, up to `buffer.count` bytes; 0 at the end. Throws ``VectorFileError`` `ogr-idle`, having killed
  /// the child, when nothing comes for too long.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try ready(for: Int16(POLLIN))
    while true {
      let count = Glibc.read(socket, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { return 0 }
    }
  }

  /// Writes all of `bytes`; false when the child has closed its end, and has said why on its output.
  func write(_ bytes: [UInt8]) throws -> Bool {
    try bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        try ready(for: Int16(POLLOUT))
        let count = send(
          socket, bytes.baseAddress.map { $0 + offset }, bytes.count - offset,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        if count > 0 {
          offset += count
        } else if errno != EINTR, errno != EAGAIN {
          return false
        }
      }
      return true
    }
  }

  /// Tells the child that no more input comes.
  func closeInput() {
    shutdown(socket, Int32(SHUT_WR))
  }

  /// Waits until the socket is ready, or for the idle time.
  private func ready(for events: Int16) throws {
    var entry = pollfd(fd: socket, events: events, revents: 0)
    while true {
      let ready = poll(&entry, 1, Int32(min(idleSeconds, 2_000_000)) * 1000)
      if ready > 0 { return }
      if ready < 0, errno == EINTR { continue }
      kill()
      throw VectorFileError(
        "ogr-idle",
        "Nothing was heard of \(ChildProgram.name) for \(idleSeconds) seconds, so it was ended: the file may be broken, "
          + "or too large for this machine (PLACEREGISTRY_OGR_IDLE_SECONDS gives it more time).")
    }
  }

  /// Waits for the end of a child that has closed its output, for the idle time at most; then it is killed.
  func wait() -> Ending {
    guard pid > 0 else { return .exit(0) }
    var status: Int32 = 0
    var milliseconds = 0
    while true {
      let found = waitpid(pid, &status, WNOHANG)
      if found == pid || found < 0 && errno != EINTR { break }
      if milliseconds > idleSeconds * 1000 { Glibc.kill(pid, SIGKILL) }
      poll(nil, 0, 2)
      milliseconds += 2
    }
    pid = 0
    let signal = status & 0x7F
    return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
  }

  /// Ends it at once, if it still runs.
  func kill() {
    guard pid > 0 else { return }
    Glibc.kill(pid, SIGKILL)
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    pid = 0
  }

  /// The process's number while it runs, for tests.
  var processID: Int32 { pid }
}
