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

  /// What it is, told from its first bytes. Throws ``ImportFailure``.
  func format() throws -> FileFormat {
    let source = try ByteSource(path: path)
    var start: [UInt8] = []
    while start.count < 4096, try source.read(into: &start) {}
    return try FileFormat.detect(start, name: path)
  }

  /// Opens it from its beginning, in whatever format it is. Throws ``ImportFailure``.
  func open(_ kind: ImportKind, _ options: ImportOptions, _ engine: CoordinateEngine) throws -> any RowReader {
    var reading = ImportFile.Options()
    reading.encoding = options.encoding
    reading.delimiter = options.delimiter
    reading.layer = options.layer
    reading.mapping = options.mapping
    reading.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    let reader = try ImportFile.open(path: path, kind: kind, options: reading)
    guard let progress = options.progress else { return reader }
    return ReportingReader(reader, size: size, progress: progress)
  }
}

/// A reader that tells now and then how far it is.
struct ReportingReader: RowReader {
  private static let interval = 2000
  var reader: any RowReader
  private let size: Int?
  private let progress: @Sendable (ImportProgress) -> Void
  private var rows = 0

  init(_ reader: any RowReader, size: Int?, progress: @escaping @Sendable (ImportProgress) -> Void) {
    self.reader = reader
    self.size = size
    self.progress = progress
  }

  var header: [String] { reader.header }
  var encoding: TextEncoding? { reader.encoding }
  var declaredCRS: DeclaredCRS? { reader.declaredCRS }
  var bytesRead: Int? { reader.bytesRead }
  var remarks: [RowFault] { reader.remarks }

  mutating func next() throws -> SourceRow? {
    let row = try reader.next()
    rows += 1
    if row == nil || rows.isMultiple(of: Self.interval) {
      progress(ImportProgress(rows: rows - (row == nil ? 1 : 0), bytes: reader.bytesRead, size: size))
    }
    return row
  }
}

extension RowReader {
  /// The reader itself, where it is wrapped to tell how far it is.
  var unwrapped: any RowReader { (self as? ReportingReader)?.reader ?? self }
}
