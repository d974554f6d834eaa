import HTTPTypes
import NIOCore
import Places

/// Takes the pieces of a body as they come in.
typealias BodyPieces = @Sendable ((ByteBuffer) async throws -> Void) async throws -> Void

/// A file on its way in: the body itself, or the part `file` of a form, written to a temporary file; never whole in
/// memory.
final class ImportUpload {
  /// Where it lies; goes with this.
  let folder: TemporaryFolder
  /// The file's path.
  let path: String
  /// How many bytes the file has.
  var count: Int { file.count }
  /// The name that a form tells.
  private(set) var fileName: String?
  /// The part `mapping` of a form.
  private(set) var mapping: JSONValue?
  /// Tells one file from another (FNV-1a, 64 bits).
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  private let file: TemporaryFile
  private let limit: Int
  private var form: MultipartReader?
  private var part: String?
  private var hasFile = false
  private var mappingBytes: [UInt8] = []
  private static let mappingLimit = 1 << 20

  private init(contentType: String?, limit: Int) throws {
    folder = try TemporaryFolder()
    path = folder.path + "/upload"
    file = try TemporaryFile(path: path)
    form = try MultipartReader(contentType: contentType)
    self.limit = limit
  }

  /// Reads a body to its end. Throws ``Problem``: 400 for what is no form or ends too early, 413 when the file has more
  /// than `limit` bytes, 422 for parts that a form must not have or lacks.
  static func read(contentType: String?, limit: Int, hashes: Bool, _ pieces: BodyPieces) async throws -> ImportUpload {
    let upload = try ImportUpload(contentType: contentType, limit: limit)
    do {
      try await pieces { try upload.take($0, hashes: hashes) }
    } catch let problem as Problem { throw problem } catch is NIOTooManyBytesError {
      throw Problem.importTooLarge(limit)
    } catch is CancellationError { throw Problem.unavailable } catch {
      throw Problem.malformed("The body ended before it was whole.")
    }
    try upload.finish()
    return upload
  }

  private func take(_ buffer: ByteBuffer, hashes: Bool) throws {
    try buffer.withUnsafeReadableBytes { bytes in
      if hashes { for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
      guard form != nil else { return try write(bytes) }
      try form?.take(bytes) { event in
        switch event {
        case .part(let part): try begin(part)
        case .bytes(let bytes): try add(bytes)
        }
      }
    }
  }

  private func begin(_ part: MultipartReader.Part) throws {
    switch part.name {
    case "file" where !hasFile:
      hasFile = true
      fileName = part.fileName
    case "mapping" where mappingBytes.isEmpty: break
    case "file", "mapping":
      throw Problem.field(
        "/\(part.name)", "", "repeated", "The form has the part \(part.name) twice: one file at a time.")
    default:
      throw Problem.field(
        "/\(part.name)", "", "unknown-part",
        "The form may have the parts file and mapping; what an import is told beside them stands in the query.")
    }
    self.part = part.name
  }

  private func add(_ bytes: UnsafeRawBufferPointer) throws {
    if part == "file" { return try write(bytes) }
    guard mappingBytes.count + bytes.count <= Self.mappingLimit else { throw Problem.tooLarge(Self.mappingLimit) }
    mappingBytes.append(contentsOf: bytes)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard file.count + bytes.count <= limit else { throw Problem.importTooLarge(limit) }
    try file.write(bytes)
  }

  private func finish() throws {
    if let form {
      try form.finish()
      guard hasFile else { throw Problem.field("/file", "", "required", "The form has no part file.") }
    }
    guard file.count > 0 else {
      throw Problem.malformed("There is no file in the body, or an empty one: send the file.")
    }
    guard !mappingBytes.isEmpty else { return }
    do { mapping = try JSONParser.parse(mappingBytes) } catch {
      throw Problem.field("/mapping", "", "mapping", "The mapping is no JSON: \(error).")
    }
  }
}

extension Problem {
  /// 413 for a file that is too large.
  static func importTooLarge(_ limit: Int) -> Problem {
    Problem(
      status: .contentTooLarge, code: "too-large", title: "Too large",
      detail: "A file may have \(limit) bytes (PLACEREGISTRY_IMPORT_LIMIT): send it in parts, or import it by command.")
  }
}
