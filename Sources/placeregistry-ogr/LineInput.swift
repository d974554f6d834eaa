import Glibc
import Places
import VectorFiles

/// Standard input as JSON values, one a line.
struct LineInput {
  private var buffer: [UInt8] = []
  private var start = 0

  /// The next line; nil at the end. Throws ``VectorFileError`` when it is no JSON.
  mutating func next() throws -> JSONValue? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        do {
          return try buffer.withUnsafeBufferPointer { try JSONParser.parse(.init(rebasing: $0[start..<end])) }
        } catch {
          throw VectorFileError("usage", "A line of standard input is no JSON: \(error)")
        }
      }
      searched = buffer.count - start
      buffer.removeFirst(start)
      start = 0
      guard fill() else { return nil }
    }
  }

  private mutating func fill() -> Bool {
    let length = 256 * 1024
    let block = [UInt8](unsafeUninitializedCapacity: length) { block, count in
      var result = read(STDIN_FILENO, block.baseAddress, length)
      while result < 0, errno == EINTR { result = read(STDIN_FILENO, block.baseAddress, length) }
      count = max(0, result)
    }
    buffer.append(contentsOf: block)
    return !block.isEmpty
  }
}
