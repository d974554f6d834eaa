import Glibc
import Places

/// The lines that a child writes, as JSON.
struct ChildLines {
  /// The longest line in bytes: what a feature may be.
  static let maximumLength = 64 << 20

  private let child: ChildProcess
  private var buffer: [UInt8] = []
  private var start = 0
  /// How many bytes were read.
  private(set) var count = 0

  init(_ child: ChildProcess) { self.child = child }

  /// The next line; nil when the child has closed its output. Throws the child's own ``VectorFileError`` when the line
  /// holds one.
  mutating func next() throws -> JSONValue? {
    var searched = start
    while true {
      if let end = newline(from: searched) {
        let line = start..<end
        start = end + 1
        return try parse(line)
      }
      guard buffer.count - start <= Self.maximumLength else {
        child.kill()
        throw VectorFileError("feature-too-long", "A feature of the file is larger than 64 MB.")
      }
      searched = buffer.count - start
      buffer.removeFirst(start)
      start = 0
      guard try fill() else { return nil }
    }
  }

  private func newline(from offset: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, offset < bytes.count,
        let found = memchr(base + offset, 0x0A, bytes.count - offset)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private mutating func fill() throws -> Bool {
    let length = 128 * 1024
    let child = child
    let block = try [UInt8](unsafeUninitializedCapacity: length) { block, count in
      count = try child.read(into: UnsafeMutableRawBufferPointer(block))
    }
    buffer.append(contentsOf: block)
    count += block.count
    return !block.isEmpty
  }

  private func parse(_ line: Range<Int>) throws -> JSONValue {
    let json: JSONValue
    do {
      json = try buffer.withUnsafeBufferPointer { try JSONParser.parse(.init(rebasing: $0[line])) }
    } catch {
      child.kill()
      throw VectorFileError("ogr-crashed", "\(ChildProgram.name) wrote what can't be read: \(error)")
    }
    if let error = json["error"], let code = error["code"]?.stringValue, let detail = error["detail"]?.stringValue {
      throw VectorFileError(code, detail, flag: error["flag"]?.stringValue)
    }
    return json
  }

  /// What the end of the output means where more was expected.
  func abruptEnd(of file: String) -> VectorFileError {
    switch child.wait() {
    case .signal(SIGXCPU):
      VectorFileError(
        "ogr-crashed", "\(file) took more processor time than it may (PLACEREGISTRY_OGR_CPU_SECONDS).")
    case .signal(let number):
      VectorFileError(
        "ogr-crashed",
        "The reader of GIS files was ended by signal \(number) at \(file): the file is broken, or needs more memory "
          + "than it may use (PLACEREGISTRY_OGR_MEMORY_MB).")
    case .exit(127):
      VectorFileError(
        "ogr-missing",
        "\(ChildProgram.name) doesn't start, mostly because libgdal is not installed: Scripts/install client installs it."
      )
    case .exit(let status):
      VectorFileError(
        "ogr-crashed", "The reader of GIS files ended at \(file) without saying why (exit code \(status)).")
    }
  }
}
