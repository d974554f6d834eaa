import Geodesy
import Glibc

/// A file that is read more than once: standard input is copied to a temporary one first.
final class InputFile: Sendable {
  /// Where it lies.
  let path: String
  private let isTemporary: Bool
  /// Its size in bytes.
  let size: Int?

  /// Throws ``ImportFailure`` when it can't be read.
  init(_ path: String) throws {
    isTemporary = path == "-"
    self.path = isTemporary ? try Self.spool() : path
    var status = stat()
    size = stat(self.path, &status) == 0 ? Int(status.st_size) : nil
  }

  deinit {
    if isTemporary { unlink(path) }
  }

  private static func spool() throws -> String {
    let source = try ByteSource(path: "-")
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(directory)/place-import-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
      throw ImportFailure("spool", "No temporary file can be made in \(directory): set TMPDIR.")
    }
    var block: [UInt8] = []
    var isWhole = true
    while try source.read(into: &block) {
      isWhole = isWhole && fwrite(block, 1, block.count, file) == block.count
      block.removeAll(keepingCapacity: true)
    }
    guard fclose(file) == 0, isWhole else {
      unlink(path)
      throw ImportFailure("spool", "The temporary file in \(directory) can't be written: set TMPDIR.")
    }
    return path
  }

  /// Opens it from its beginning, in whatever format it is. Throws ``ImportFailure``.
  func open(_ kind: ImportKind, _ options: ImportOptions, _ engine: CoordinateEngine) throws -> any RowReader {
    var reading = ImportFile.Options()
    reading.encoding = options.encoding
    reading.delimiter = options.delimiter
    reading.layer = options.layer
    reading.mapping = options.mapping
    reading.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    return try ImportFile.open(path: path, kind: kind, options: reading)
  }
}
