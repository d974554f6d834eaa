import CZlib
import NIOCore
import Synchronization

/// gzip through zlib, with what was compressed lately kept by its ETag.
final class Gzip: Sendable {
  private let cache = Mutex<(bodies: [String: ByteBuffer], bytes: Int)>(([:], 0))
  private static let cacheLimit = 16 << 20

  /// Bodies smaller than this aren't worth it.
  static let threshold = 1024

  /// Whether an `Accept-Encoding` header allows gzip.
  static func isAccepted(_ header: String?) -> Bool {
    guard let header else { return false }
    let codings = header.split(separator: ",").map { coding -> (name: String?, isRefused: Bool) in
      let parts = coding.split(separator: ";").map { $0.trimmed.lowercased() }
      return (parts.first, parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 })
    }
    // What is said of gzip itself goes before what is said of any coding.
    guard let named = codings.first(where: { $0.name == "gzip" }) ?? codings.first(where: { $0.name == "*" }) else {
      return false
    }
    return !named.isRefused
  }

  /// The compressed body, from memory where the same ETag was asked for before; nil when zlib fails.
  func compress(_ body: ByteBuffer, etag: String?) -> ByteBuffer? {
    if let etag, let known = cache.withLock({ $0.bodies[etag] }) { return known }
    guard let compressed = Self.deflate(body) else { return nil }
    if let etag {
      cache.withLock { cache in
        if cache.bytes + compressed.readableBytes > Self.cacheLimit { cache = ([:], 0) }
        if cache.bodies.updateValue(compressed, forKey: etag) == nil { cache.bytes += compressed.readableBytes }
      }
    }
    return compressed
  }

  private static func deflate(_ body: ByteBuffer) -> ByteBuffer? {
    var stream = z_stream()
    guard placeregistry_deflate_init_gzip(&stream, 5) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(body.readableBytes)))
    var output = ByteBuffer()
    let status = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
      body.withUnsafeReadableBytes { source in
        // zlib only reads from next_in.
        stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(target.count)
        return CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
      }
    }
    return status > 0 ? output : nil
  }
}
