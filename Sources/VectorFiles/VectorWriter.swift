import Glibc
import Places

/// Writes a GeoPackage or a workbook row by row, with flat memory here: GDAL works in a child process.
///
/// The file appears under its name when ``finish()`` has returned, whole and on the disk; until then, and when the writer
/// is dropped without it, there is only a hidden file beside it, which is removed. Not `Sendable`: one task writes.
/// ``write(cells:point:)`` blocks the calling thread for as long as the child is behind, mostly not at all.
public final class VectorWriter {
  private static let blockSize = 64 * 1024

  private let path: String
  private let temporaryPath: String
  private let child: ChildProcess
  private var lines: ChildLines
  private var buffer: [UInt8] = []
  private var isFinished = false
  private let columnCount: Int
  private let limits: VectorLimits
  /// How many rows were written.
  public private(set) var count = 0

  /// Starts a file with one layer (a table or sheet) of these columns. `srid`: the EPSG code of the points that
  /// ``write(cells:point:)`` gets; nil for a table without geometry (a workbook has none anyway). `metadata` is stored in
  /// a GeoPackage as GDAL's metadata items, `description` as its layer's description.
  ///
  /// A file at `path` is replaced, at the end. Throws ``VectorFileError``.
  public init(
    path: String, format: VectorFormat, layer: String, columns: [VectorColumn], srid: Int? = nil,
    metadata: [(key: String, value: String)] = [], description: String? = nil, limits: VectorLimits = .environment
  ) throws {
    self.path = path
    let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : "./"
    temporaryPath = "\(folder).placeregistry-\(getpid())-\(UInt32.random(in: 0 ... .max)).\(format.suffix)"
    columnCount = columns.count
    self.limits = limits
    var arguments = ["write", "--driver", format.rawValue, "--layer", layer]
    if let srid { arguments += ["--crs", "EPSG:\(srid)"] }
    child = try ChildProcess(arguments: arguments + [temporaryPath], limits: limits)
    lines = ChildLines(child)
    var head = JSONWriter()
    head.beginObject()
    head.key("columns")
    head.beginArray()
    for column in columns {
      head.beginObject()
      head.key("name")
      head.string(column.name)
      head.key("type")
      head.string(column.kind.rawValue)
      head.endObject()
    }
    head.endArray()
    head.key("geometry")
    head.bool(srid != nil)
    if let description {
      head.key("description")
      head.string(description)
    }
    head.key("metadata")
    head.value(.object(metadata.map { JSONValue.Member($0.key, .string($0.value)) }))
    head.endObject()
    append(head)
  }

  deinit {
    guard !isFinished else { return }
    child.kill()
    unlink(temporaryPath)
  }

  /// Writes one row: a text or nil for each column, and the position in the CRS of the file, easting or longitude first.
  /// Throws ``VectorFileError``.
  public func write(cells: [String?], point: (x: Double, y: Double)? = nil) throws {
    guard cells.count == columnCount else {
      throw VectorFileError("usage", "A row has \(cells.count) cells for \(columnCount) columns.")
    }
    var line = JSONWriter(capacity: 512)
    line.beginObject()
    line.key("cells")
    line.beginArray()
    for cell in cells { line.string(cell) }
    line.endArray()
    if let point {
      line.key("point")
      line.beginArray()
      line.double(point.x)
      line.double(point.y)
      line.endArray()
    }
    line.endObject()
    append(line)
    count += 1
    if buffer.count >= Self.blockSize { try flush() }
  }

  /// Ends the file, waits until it is on the disk and gives it its name. Waits on a thread of its own: a workbook is
  /// written as a whole only now. Throws ``VectorFileError``; there is no file then.
  public func finish() async throws {
    // What is handed over is not used here until it comes back.
    nonisolated(unsafe) let writer = self
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      nonisolated(unsafe) let writer = writer
      ChildThread.run { continuation.resume(with: Result { try writer.end() }) }
    }
  }

  private func end() throws {
    var line = JSONWriter()
    line.beginObject()
    line.key("end")
    line.integer(count)
    line.endObject()
    append(line)
    try flush()
    child.closeInput()
    // A million rows of a sheet are packed for a minute or more, and what is packed is our own.
    child.idleSeconds = max(limits.idleSeconds, limits.cpuSeconds)
    guard let answer = try lines.next(), answer["written"]?.integerValue == Int64(count), child.wait() == .exit(0)
    else {
      throw lines.abruptEnd(of: path)
    }
    guard rename(temporaryPath, path) == 0 else {
      throw VectorFileError("file-unwritable", "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
    isFinished = true
  }

  private func append(_ line: JSONWriter) {
    buffer.append(contentsOf: line.bytes)
    buffer.append(UInt8(ascii: "\n"))
  }

  private func flush() throws {
    guard try child.write(buffer) else {
      // It has stopped listening: it said why, or died.
      _ = try lines.next()
      throw lines.abruptEnd(of: path)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
