import Glibc

/// A table written row by row in the form of the file that was read: its delimiter and encoding, for other formats
/// UTF-8 with commas. It appears under its name when it is whole; without a path it is standard output.
final class RowFile {
  private let path: String?
  private let delimiter: String
  private let encoding: TextEncoding
  private var file: UnsafeMutablePointer<FILE>?
  private var part: String { (path ?? "") + ".part" }
  private var failure: ImportFailure {
    ImportFailure(
      "file-unwritable", "\(path ?? "standard output") can't be written: \(String(cString: strerror(errno)))")
  }

  /// Begins the file with its header, if it has one. Throws ``ImportFailure`` when it can't be written.
  init(
    path: String?, delimiter: Character?, encoding: TextEncoding? = nil, hasMark: Bool = false, header: [String]?
  ) throws {
    self.path = path
    self.delimiter = delimiter.map { String($0) } ?? ","
    self.encoding = encoding ?? .utf8
    file = path == nil ? fdopen(dup(1), "w") : fopen(part, "w")
    guard file != nil else { throw failure }
    if hasMark || self.encoding == .utf16LittleEndian || self.encoding == .utf16BigEndian {
      try write(self.encoding.encode("\u{FEFF}"))
    }
    if let header { try add(header) }
  }

  deinit {
    if let file {
      fclose(file)
      if path != nil { unlink(part) }
    }
  }

  /// Adds a row.
  func add(_ cells: [String]) throws {
    try write(encoding.encode(cells.map(quoted).joined(separator: delimiter) + "\n"))
  }

  /// Adds a line of JSON.
  func add(json: [UInt8]) throws { try write(json + [0x0A]) }

  /// Closes it and gives it its name.
  func finish() throws {
    guard let file else { return }
    self.file = nil
    guard fclose(file) == 0 else { throw failure }
    if let path, rename(part, path) != 0 { throw failure }
  }

  private func quoted(_ cell: String) -> String {
    let needs =
      cell.utf8.contains { $0 == 0x22 || $0 == 0x0A || $0 == 0x0D } || cell.contains(delimiter)
      || cell.first == " " || cell.last == " "
    return needs ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }

  private func write(_ bytes: [UInt8]) throws {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure }
  }
}

extension TextEncoding {
  /// The text in this encoding; a character that it lacks becomes a question mark.
  func encode(_ text: String) -> [UInt8] {
    switch self {
    case .utf8: return Array(text.utf8)
    case .utf16LittleEndian: return text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    case .utf16BigEndian: return text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    case .latin1, .latin9, .windows1252:
      return text.unicodeScalars.map { scalar in
        if scalar.value < 0x80 { return UInt8(scalar.value) }
        if scalar.value < 0x100, self.scalar(UInt8(scalar.value)) == scalar { return UInt8(scalar.value) }
        return (0x80...0xFF).first { self.scalar($0) == scalar } ?? UInt8(ascii: "?")
      }
    }
  }
}
