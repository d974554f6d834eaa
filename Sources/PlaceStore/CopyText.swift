/// Rows in COPY's text format.
struct CopyText {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  /// Adds a column; nil is NULL.
  mutating func column(_ value: String?) {
    separate()
    guard let value else {
      bytes.append(contentsOf: [0x5C, 0x4E])
      return
    }
    add(value.utf8)
  }

  /// Adds a column of text that is UTF-8 already.
  mutating func column(_ value: [UInt8]) {
    separate()
    add(value)
  }

  /// Forgets the rows and keeps the memory.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func endRow() {
    bytes.append(0x0A)
    isFirst = true
  }

  private mutating func separate() {
    if !isFirst { bytes.append(0x09) }
    isFirst = false
  }

  private mutating func add(_ text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case 0x5C: bytes.append(contentsOf: [0x5C, 0x5C])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      default: bytes.append(byte)
      }
    }
  }
}
