import Glibc
import Synchronization

/// A file that appears under its name only when it is whole: written beside it, brought to the disk, then renamed.
final class PartFile: Sendable {
  let path: String
  /// Where it is written: beside its name, by a name of its own, so that two at a time don't mix.
  let partPath: String
  private let descriptor: Mutex<Int32>

  /// Throws ``ExportFailure`` when it can't be made.
  init(_ path: String) throws {
    self.path = path
    partPath = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    let opened = open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw Self.failure(path) }
    descriptor = Mutex(opened)
  }

  deinit {
    descriptor.withLock { if $0 >= 0 { close($0) } }
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws {
    try descriptor.withLock { descriptor in
      try bytes.withUnsafeBytes { buffer in
        var rest = UnsafeRawBufferPointer(buffer)[...]
        while !rest.isEmpty {
          let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          if written < 0 {
            if errno == EINTR { continue }
            throw Self.failure(path)
          }
          rest = rest.dropFirst(written)
        }
      }
    }
  }

  /// Gives the file its name.
  func commit() throws {
    try descriptor.withLock { descriptor in
      guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw Self.failure(path) }
      descriptor = -1
    }
    guard rename(partPath, path) == 0 else { throw Self.failure(path) }
    // The new name, too, is to survive a power cut.
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      _ = fsync(directory)
      close(directory)
    }
  }

  /// Leaves nothing behind.
  func abandon() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
    unlink(partPath)
  }

  private static func failure(_ path: String) -> ExportFailure {
    ExportFailure("\(path) can't be written: \(String(cString: strerror(errno))).", flag: "-o")
  }
}
