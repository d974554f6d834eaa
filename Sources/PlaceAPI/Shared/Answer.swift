import HTTPTypes
import NIOCore
import PlaceStore
import Places

/// What a handler answers, before caching, compression and headers.
struct Answer: Sendable {
  enum Caching: Sendable {
    /// ETag, and the configured `Cache-Control`.
    case revalidated
    /// ETag, and `private`: it was made for the holder of a key.
    case personal
    /// `no-store`.
    case none
  }

  var status = HTTPResponse.Status.ok
  var media: MediaType
  var body: ByteBuffer
  var headers: HTTPFields = [:]
  var caching = Caching.revalidated
  /// The version that an ETag begins with; 0 for what has none.
  var version = 0
  /// The state of the registry that it shows; nil: it may not be kept.
  var state: RegistryState?
  /// When the clock alone makes it out of date (seconds since 1970): the first of its events' ends to come.
  var validUntil: Double?
  /// A file in place of ``body``, with its ETag.
  var file: ServedFile?
  /// A file of the store in place of ``body``.
  var stored: StoredBody?
  /// The hash of ``body`` once it is known.
  private var knownHash: UInt64?

  init(
    status: HTTPResponse.Status = .ok, media: MediaType, body: ByteBuffer, headers: HTTPFields = [:],
    caching: Caching = .revalidated
  ) {
    self.status = status
    self.media = media
    self.body = body
    self.headers = headers
    self.caching = caching
  }

  /// Computes what an ETag needs, so that a kept answer needn't.
  mutating func hashBody() { knownHash = hash }

  /// A body written as JSON.
  static func json(_ bytes: [UInt8], media: MediaType = .json) -> Answer {
    Answer(media: media, body: ByteBuffer(bytes: bytes))
  }

  /// `"<version>.<hash of the bytes>"`, with the coding behind it.
  func etag(coding: String) -> String {
    "\"\(version).\(String(knownHash ?? hash, radix: 36))\(coding)\""
  }

  /// A 64-bit hash over words of 8 bytes, each folded in by a multiplication (FNV-1a's shape on words); it is the same
  /// on every machine and in every run.
  private var hash: UInt64 {
    body.withUnsafeReadableBytes { bytes in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
      var offset = 0
      while offset + 8 <= bytes.count {
        hash = (hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        hash = hash &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        offset += 8
      }
      while offset < bytes.count {
        hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01b3
        offset += 1
      }
      hash ^= hash >> 32
      return hash &* 0x9E37_79B9_7F4A_7C15
    }
  }
}

/// A request as handlers see it.
struct Exchange: Sendable {
  /// Path parameters in order, decoded.
  var segments: [String]
  var query = QueryString()
  var media = MediaType.json
  /// Where absolute URLs begin, without a slash at the end.
  var baseURL: String
  /// The path as it came.
  var path: String
  var method: HTTPRequest.Method
  var headers: HTTPFields
  /// The whole body of a writing request.
  var body = ByteBuffer()
  /// The body of an upload as it comes in; nil for all others.
  var pieces: BodyPieces?
  /// Who asks; nil without a key.
  var caller: Caller?
  var requestID: String
  /// The client's address, for the audit log.
  var clientAddress: String
  /// The connection; nil where there is none.
  var channel: (any Channel)?

  /// Whose drafts may be shown.
  var viewer: Viewer { Viewer(caller) }
}
