import Glibc
import Places
import VectorFiles

/// Standard output, a line at a time, in blocks. A parent that is gone ends the process.
final class LineOutput {
  private static let blockSize = 128 * 1024
  private var buffer: [UInt8] = []

  init() { buffer.reserveCapacity(Self.blockSize + 4096) }

  func line(_ writer: JSONWriter) {
    buffer.append(contentsOf: writer.bytes)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.blockSize { flush() }
  }

  func error(_ failure: VectorFileError) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("error")
    writer.beginObject()
    writer.key("code")
    writer.string(failure.code)
    writer.key("detail")
    writer.string(failure.detail)
    if let flag = failure.flag {
      writer.key("flag")
      writer.string(flag)
    }
    writer.endObject()
    writer.endObject()
    line(writer)
  }

  func flush() {
    buffer.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = write(STDOUT_FILENO, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
        if count > 0 {
          offset += count
        } else if errno != EINTR {
          _exit(1)
        }
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
