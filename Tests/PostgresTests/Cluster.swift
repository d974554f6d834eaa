import Foundation
import Testing

/// A throw-away server of its own, for tests that restart or freeze it.
final class Cluster: Sendable {
  let directory: String
  let port: Int
  private let bin: String

  var url: String { "postgresql://postgres@127.0.0.1:\(port)/postgres" }

  init() throws {
    bin = Self.output("pg_config --bindir").trimmingCharacters(in: .whitespacesAndNewlines)
    var template = Array("/tmp/pgt-XXXXXX".utf8CString)
    directory = try #require(mkdtemp(&template).map { String(cString: $0) })
    port = try Self.freePort()
    if geteuid() == 0, let user = getpwnam("postgres") { chown(directory, user.pointee.pw_uid, user.pointee.pw_gid) }
    try asPostgres([
      "\(bin)/initdb", "-D", "\(directory)/d", "-A", "trust", "-U", "postgres", "-N", "--encoding=UTF8",
      "--locale=C.UTF-8",
    ])
    try control("start")
  }

  func control(_ action: String, mode: String = "fast") throws {
    let options = "-p \(port) -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    var arguments = ["\(bin)/pg_ctl", "-D", "\(directory)/d", "-w", "-l", "\(directory)/log"]
    if action != "start" { arguments += ["-m", mode] }
    if action != "stop" { arguments += ["-o", options] }
    try asPostgres(arguments + [action])
  }

  func remove() {
    freeze(SIGCONT)
    try? control("stop", mode: "immediate")
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Sends a signal to the postmaster and all its children.
  func freeze(_ signal: Int32) {
    guard let file = try? String(contentsOfFile: "\(directory)/d/postmaster.pid", encoding: .utf8),
      let postmaster = file.split(separator: "\n").first.flatMap({ pid_t($0) })
    else { return }
    kill(postmaster, signal)
    let children =
      (try? String(contentsOfFile: "/proc/\(postmaster)/task/\(postmaster)/children", encoding: .utf8)) ?? ""
    for child in children.split(separator: " ") { if let child = pid_t(child) { kill(child, signal) } }
  }

  /// Not Foundation's Process: that waits until all heirs of a descriptor are gone, and the server is one.
  private func asPostgres(_ command: [String]) throws {
    let user = geteuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
    let quoted = (user + command).map { "'\($0)'" }.joined(separator: " ")
    let words = ["/bin/sh", "-c", "cd /tmp && exec \(quoted) </dev/null >/dev/null 2>&1"]
    var arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var child = pid_t()
    var status: Int32 = -1
    if posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0 { waitpid(child, &status, 0) }
    if status != 0 { throw Database.Refused(description: "failed: \(command.joined(separator: " "))") }
  }

  private static func output(_ command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, pipe)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) | getsockname(descriptor, pointer, &length)
      }
    }
    if status != 0 { throw Database.Refused(description: "no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
