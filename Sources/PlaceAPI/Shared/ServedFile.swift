import HTTPTypes
import Hummingbird
import NIOCore
import PlaceExport

/// A file that is answered piece by piece, as fast as the client takes it.
struct ServedFile: Sendable {
  let dump: DumpFile
  /// The ETag, quotation marks included.
  let etag: String
  private static let pieceSize = 256 << 10

  var length: Int { dump.report.bytes }

  var body: ResponseBody {
    ResponseBody(contentLength: length) { [dump, length] writer in
      var offset = 0
      while offset < length {
        // From the page cache as a rule: the file was written a moment ago.
        let piece = try dump.read(at: offset, count: min(Self.pieceSize, length - offset))
        guard !piece.isEmpty else { throw ExportFailure("A dump is shorter than it was.") }
        try await writer.write(ByteBuffer(bytes: piece))
        offset += piece.count
      }
      try await writer.finish(nil)
    }
  }
}
