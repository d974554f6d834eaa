import Foundation
import Glibc
import HTTPTypes

/// A folder among the temporary files (`TMPDIR`), for this process' user only, which is removed with its files at the
/// end.
final class TemporaryFolder: Sendable {
  /// Its path, without a slash at the end.
  let path: String
  private static let prefix = "place-upload-"
  private static var parent: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// Makes it. Throws ``Problem`` 503 when there is no room.
  init() throws {
    var template = Array("\(Self.parent)/\(Self.prefix)\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Problem.noRoom }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes what processes have left behind that were killed.
  static func removeAbandoned() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
      guard let process = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A file in it whose name is as near to the one given as is harmless: readers look at the ending.
  func path(of name: String) -> String {
    let harmless = String(
      name.unicodeScalars.map { scalar in
        let isPlain =
          scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "._- ".contains(Character(scalar))
        return isPlain ? Character(scalar) : "_"
      })
    let plain = String(harmless.drop { $0 == "." || $0 == "-" || $0 == " " })
    // The ending is what is kept of a name that is too long.
    var short = plain
    while short.utf8.count > 200 { short.removeFirst() }
    return path + "/" + (short.isEmpty ? "upload" : short)
  }
}

/// A file that is being written.
final class TemporaryFile {
  /// How many bytes were written.
  private(set) var count = 0
  private let descriptor: Int32

  /// Makes it; there must not be one of that name. Throws ``Problem`` 503.
  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Problem.noRoom }
  }

  deinit { close(descriptor) }

  /// Writes bytes behind the others. Throws ``Problem`` 503 when there is no room.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Problem.noRoom }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      count += written
    }
  }
}

/// A file that is read in pieces.
final class PieceReader {
  /// What is stored at once.
  static let size = 1 << 20
  private let descriptor: Int32

  /// Opens it; nil when it can't be.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// The next piece; nil at the end. Throws ``Problem`` 500.
  func next() throws -> [UInt8]? {
    var failed = false
    let piece = [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
      while count < Self.size {
        let read = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, Self.size - count)
        if read < 0, errno == EINTR { continue }
        failed = read < 0
        if read <= 0 { return }
        count += read
      }
    }
    if failed { throw Problem.fault }
    return piece.isEmpty ? nil : piece
  }
}

extension Problem {
  /// 503 while there is no room for temporary files.
  static let noRoom = Problem(
    status: .serviceUnavailable, code: "no-room", title: "No room",
    detail: "There is no room for the file at the moment: try again later, or tell the operator of the service.",
    headers: [.retryAfter: "60"])
}
