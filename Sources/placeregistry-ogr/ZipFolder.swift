import VectorFiles

/// The folder at the end of a zip file, read before GDAL unpacks anything.
struct ZipFolder {
  /// What all entries may unpack to, in bytes.
  static let maximumSize = 2 << 30
  /// How many times its packed size a file may unpack to, when that is more than ``suspiciousSize``.
  static let maximumRatio = 200
  /// Unpacked size in bytes from which the ratio counts.
  static let suspiciousSize = 100 << 20
  static let maximumEntries = 100_000

  private let name: String
  private var names: [String] = []
  private var mimeType: String?

  /// Reads the folder. Throws ``VectorFileError`` when it can't be read or tells of too much.
  init(descriptor: Int32, size: Int, name: String) throws {
    self.name = name
    let broken = VectorFileError(
      "file-broken", "\(name) is no complete zip file, as workbooks are: it may be truncated.")
    // The record that ends the file, with a comment of up to 64 KB behind it.
    let tailLength = min(size, 22 + 65_535 + 20)
    let tail = InputFiles.read(descriptor, at: size - tailLength, count: tailLength)
    guard tail.count >= 22,
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: { tail.number(at: $0, 4) == 0x0605_4B50 }
      )
    else { throw broken }
    var count = tail.number(at: end + 10, 2)
    var length = tail.number(at: end + 12, 4)
    var start = tail.number(at: end + 16, 4)
    if end >= 20, tail.number(at: end - 20, 4) == 0x0706_4B50 {
      let record = InputFiles.read(descriptor, at: try tail.offset(at: end - 12, within: size, or: broken), count: 56)
      guard record.count == 56, record.number(at: 0, 4) == 0x0606_4B50 else { throw broken }
      count = try record.offset(at: 32, within: Self.maximumEntries, or: broken)
      length = try record.offset(at: 40, within: size, or: broken)
      start = try record.offset(at: 48, within: size, or: broken)
    }
    guard count <= Self.maximumEntries, length <= 64 << 20, start + length <= size else { throw broken }
    let folder = InputFiles.read(descriptor, at: start, count: length)
    var position = 0
    var unpacked = 0
    for _ in 0..<count {
      guard position + 46 <= folder.count, folder.number(at: position, 4) == 0x0201_4B50 else { throw broken }
      let nameLength = folder.number(at: position + 28, 2)
      let extraLength = folder.number(at: position + 30, 2)
      var entrySize = folder.number(at: position + 24, 4)
      let extra = position + 46 + nameLength
      guard extra + extraLength <= folder.count else { throw broken }
      if entrySize == 0xFFFF_FFFF {
        entrySize = folder.zip64Size(in: extra..<extra + extraLength) ?? Self.maximumSize + 1
      }
      unpacked += min(entrySize, Self.maximumSize + 1)
      try check(unpacked: unpacked, packed: size)
      names.append(String(decoding: folder[position + 46..<extra], as: UTF8.self))
      position = extra + extraLength + folder.number(at: position + 32, 2)
    }
    // An OpenDocument file begins with its type, stored as it is.
    mimeType = String(decoding: InputFiles.read(descriptor, at: 30, count: 128), as: UTF8.self)
  }

  private func check(unpacked: Int, packed: Int) throws {
    if unpacked > Self.maximumSize || unpacked > Self.suspiciousSize && unpacked / max(packed, 1) > Self.maximumRatio {
      throw VectorFileError(
        "unpacked-size",
        "\(name) would unpack to more than is read (\(Self.maximumSize >> 30) GB, or \(Self.maximumRatio) times its own "
          + "size): save it as CSV or GeoPackage.")
    }
  }

  /// Which workbook it is; throws for other archives.
  func workbook() throws -> VectorFileKind {
    if names.contains("xl/workbook.xml") || names.contains("[Content_Types].xml") { return .xlsx }
    if names.contains("content.xml"), mimeType?.contains("opendocument.spreadsheet") == true { return .ods }
    throw VectorFileError("format-unknown", "\(name) is an archive: unpack it and name the file that was in it.")
  }
}

extension [UInt8] {
  /// A little-endian number; the bytes must be there.
  fileprivate func number(at offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
  }

  /// Eight bytes of an offset or length, which a crafted file may set to anything.
  fileprivate func offset(at offset: Int, within limit: Int, or failure: VectorFileError) throws -> Int {
    guard offset + 8 <= count, self[offset + 7] < 0x80 else { throw failure }
    let value = number(at: offset, 8)
    guard value <= limit else { throw failure }
    return value
  }

  /// The unpacked size in the extra field 1 of an entry that is larger than 4 GB (or says so).
  fileprivate func zip64Size(in range: Range<Int>) -> Int? {
    var position = range.lowerBound
    while position + 4 <= range.upperBound {
      let length = number(at: position + 2, 2)
      if number(at: position, 2) == 1, length >= 8, position + 12 <= range.upperBound, self[position + 11] < 0x80 {
        return number(at: position + 4, 8)
      }
      position += 4 + length
    }
    return nil
  }
}
