import Glibc

/// A file, standard input or bytes in memory, read in blocks: memory stays flat whatever the size.
public final class ByteSource {
  /// How much is read at once.
  public static let blockSize = 256 * 1024

  /// What messages call it: the path, or `standard input`.
  public let name: String
  /// How many bytes were read since the source was opened or rewound.
  public private(set) var bytesRead = 0
  /// The size of a file in bytes; nil for a pipe.
  public private(set) var size: Int?
  private var descriptor: Int32 = -1
  private var memory: [UInt8]?
  private var memoryOffset = 0
  private var isSeekable = false

  /// Opens a path; `-` is standard input. Throws ``ImportFailure`` when it can't be read.
  public init(path: String) throws {
    if path == "-" {
      name = "standard input"
      descriptor = dup(0)
    } else {
      name = path
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw Self.failure("file-unreadable", "\(name) can't be opened", errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Self.failure("file-unreadable", "\(name) can't be opened", errno)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw ImportFailure("file-unreadable", "\(name) is a directory: name the file in it")
    }
    isSeekable = status.st_mode & S_IFMT == S_IFREG && lseek(descriptor, 0, SEEK_CUR) == 0
    if isSeekable { size = Int(status.st_size) }
  }

  /// Reads bytes that are in memory already.
  public init(bytes: [UInt8], name: String = "input") {
    self.name = name
    memory = bytes
    size = bytes.count
    isSeekable = true
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends the next block to `buffer`; false at the end.
  public func read(into buffer: inout [UInt8]) throws -> Bool {
    if let memory {
      let end = min(memory.count, memoryOffset + Self.blockSize)
      guard memoryOffset < end else { return false }
      buffer.append(contentsOf: memory[memoryOffset..<end])
      bytesRead += end - memoryOffset
      memoryOffset = end
      return true
    }
    let block = try [UInt8](unsafeUninitializedCapacity: Self.blockSize) { block, count in
      count = try fill(block)
    }
    buffer.append(contentsOf: block)
    bytesRead += block.count
    return !block.isEmpty
  }

  private func fill(_ block: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, block.baseAddress, block.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw Self.failure("file-unreadable", "\(name) can't be read", errno) }
    }
  }

  /// Makes a second pass possible: a pipe or terminal is copied to a temporary file without a name first.
  public func makeRewindable() throws {
    guard !isSeekable else { return }
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(directory)/place-import-XXXXXX".utf8CString)
    let spool = mkstemp(&template)
    guard spool >= 0 else {
      throw Self.failure("spool", "No temporary file can be made in \(directory) (set TMPDIR)", errno)
    }
    unlink(template)
    var block: [UInt8] = []
    do {
      while try read(into: &block) {
        try Self.write(block, to: spool, directory: directory)
        block.removeAll(keepingCapacity: true)
      }
    } catch {
      close(spool)
      throw error
    }
    close(descriptor)
    descriptor = spool
    isSeekable = true
    try rewind()
  }

  private static func write(_ bytes: [UInt8], to file: Int32, directory: String) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + offset }, bytes.count - offset) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("spool", "The temporary file in \(directory) can't be written", errno) }
      offset += count
    }
  }

  /// Goes back to the first byte; ``makeRewindable()`` must have been called.
  public func rewind() throws {
    memoryOffset = 0
    bytesRead = 0
    guard memory == nil else { return }
    guard isSeekable, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw Self.failure("file-unreadable", "\(name) can't be read twice", errno)
    }
  }

  private static func failure(_ code: String, _ what: String, _ number: Int32) -> ImportFailure {
    ImportFailure(code, "\(what): \(String(cString: strerror(number)))")
  }
}
