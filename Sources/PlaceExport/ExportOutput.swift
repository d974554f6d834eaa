import Crypto

/// Bytes on their way out: gathered into pieces of some size, counted and hashed.
final class ExportOutput {
  /// What was written and not yet passed on.
  var bytes: [UInt8] = []
  private(set) var count = 0
  private var hash = SHA256()
  private let sink: @Sendable ([UInt8]) async throws -> Void
  private static let pieceSize = 256 << 10

  init(_ sink: @escaping @Sendable ([UInt8]) async throws -> Void) {
    self.sink = sink
    bytes.reserveCapacity(Self.pieceSize + 16 << 10)
  }

  /// Passes on what was gathered, when it is a piece's worth.
  func flushIfFull() async throws {
    if bytes.count >= Self.pieceSize { try await flush() }
  }

  /// Passes on what was gathered.
  func flush() async throws {
    guard !bytes.isEmpty else { return }
    count += bytes.count
    hash.update(data: bytes)
    try await sink(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// SHA-256 of all that was passed on, in hexadecimal digits.
  var sha256: String { hash.finalize().map { Self.hex($0) }.joined() }

  static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
