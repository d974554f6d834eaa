import Glibc
import VectorFiles

/// A folder of its own for a test, removed with it.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/placeregistry-vector-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw VectorFileError("scratch", "no folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in contents { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  @discardableResult func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = file(name)
    guard let stream = fopen(path, "wb") else { throw VectorFileError("scratch", "no file") }
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
    return path
  }

  func bytes(_ name: String) throws -> [UInt8] {
    guard let stream = fopen(file(name), "rb") else { throw VectorFileError("scratch", "no file") }
    defer { fclose(stream) }
    fseek(stream, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(stream))
    rewind(stream)
    fread(&bytes, 1, bytes.count, stream)
    return bytes
  }

  /// The names in it, sorted.
  var contents: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension VectorReader {
  /// Everything that is left.
  func rest() throws -> [VectorFeature] {
    var features: [VectorFeature] = []
    while let feature = try next() { features.append(feature) }
    return features
  }
}

/// The error that reading all of a file ends in.
func failure(
  _ path: String, layer: String? = nil, encoding: String? = nil, limits: VectorLimits = VectorLimits()
) -> VectorFileError? {
  do {
    let reader = try VectorReader(path: path, layer: layer, encoding: encoding, limits: limits)
    _ = try reader.rest()
    return nil
  } catch {
    return error as? VectorFileError
  }
}
