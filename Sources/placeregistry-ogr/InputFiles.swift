import CGDAL
import Glibc
import VectorFiles

/// The file that is read and the files that belong to it, opened before GDAL is let in and given to it as a file system
/// of their own. There are no others in it: a file beside the input that was not opened here does not exist for GDAL,
/// nor can it make one.
final class InputFiles {
  /// The folder, as GDAL sees it.
  static let folder = "/vsiplaceregistry/"

  struct File {
    let descriptor: Int32
    let size: Int
  }

  let kind: VectorFileKind
  /// The name of the file that is read, in ``folder``.
  let name: String
  fileprivate private(set) var files: [String: File] = [:]

  /// Opens `path`. Throws ``VectorFileError`` when it can't be read or is none of the kinds known.
  init(path: String) throws {
    let file = try Self.open(path)
    let given = path.split(separator: "/").last.map(String.init) ?? "file"
    let head = Self.read(file.descriptor, at: 0, count: VectorFileKind.headLength)
    guard var kind = VectorFileKind(head: head, name: given) else {
      throw VectorFileError(
        "format-unknown",
        "\(given) is no GIS file that is read here: GeoPackage, Shapefile, GML, FlatGeobuf, MapInfo, KML, XLSX and ODS "
          + "are (by their content, not by their name); archives have to be unpacked first.")
    }
    if VectorFileKind.declaresDocumentType(head), kind == .gml || kind == .kml {
      throw VectorFileError(
        "xml-entities", "\(given) has a document type declaration (<!DOCTYPE), which is not read: remove it.")
    }
    if kind == .xlsx || kind == .ods {
      kind = try ZipFolder(descriptor: file.descriptor, size: file.size, name: given).workbook()
    }
    self.kind = kind
    let parts = given.split(separator: ".", omittingEmptySubsequences: false)
    let stem = parts.count > 1 ? parts.dropLast().joined(separator: ".") : given
    let suffix = parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
    switch kind {
    case .shapefile where suffix == "dbf", .mapinfo: name = "\(stem).\(suffix)"
    default: name = "\(stem).\(kind.suffix)"
    }
    files[name] = file
    let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
    switch kind {
    case .geopackage: try refuseUnsavedChanges(folder + given)
    case .shapefile: try openSiblings(["shp", "shx", "dbf", "prj", "cpg"], stem: stem, folder: folder)
    case .mapinfo: try openSiblings(["dat", "map", "id", "ind", "mid"], stem: stem, folder: folder)
    default: break
    }
  }

  /// What was written last to a GeoPackage that is still open elsewhere stands in a file beside it.
  private func refuseUnsavedChanges(_ path: String) throws {
    var status = stat()
    guard stat(path + "-wal", &status) == 0, status.st_size > 0 else { return }
    throw VectorFileError(
      "file-in-use",
      "\(path) is open in another program, which has not written its last changes into it yet (they are in "
        + "\(path)-wal): close it there (in QGIS: remove the layer or quit), then import again.")
  }

  private func openSiblings(_ suffixes: [String], stem: String, folder: String) throws {
    for suffix in suffixes where files["\(stem).\(suffix)"] == nil {
      for spelling in [suffix, suffix.uppercased()] {
        let path = "\(folder)\(stem).\(spelling)"
        guard access(path, F_OK) == 0 else { continue }
        files["\(stem).\(suffix)"] = try Self.open(path)
        break
      }
    }
  }

  private static func open(_ path: String) throws -> File {
    func failure(_ reason: String) -> VectorFileError {
      VectorFileError("file-unreadable", "\(path) can't be opened: \(reason)")
    }
    // Without O_NONBLOCK a pipe without a writer would hang.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw failure(status.st_mode & S_IFMT == S_IFDIR ? "a folder; name the file in it" : "not an ordinary file")
    }
    return File(descriptor: descriptor, size: Int(status.st_size))
  }

  /// Up to `count` bytes; fewer at the file's end.
  static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = pread(descriptor, into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }

  fileprivate static func pread(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int
  {
    var done = 0
    while done < buffer.count {
      let count = Glibc.pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      done += count
    }
    return done
  }

  /// Makes the files known to GDAL. They have to outlive the dataset: nothing is ever closed, the process ends.
  func mount() -> String {
    guard let callbacks = VSIAllocFilesystemPluginCallbacksStruct() else { return "" }
    callbacks.pointee.pUserData = Unmanaged.passRetained(self).toOpaque()
    callbacks.pointee.stat = { data, name, status, _ in
      guard let files = InputFiles.of(data), let name, let status else { return -1 }
      let path = String(cString: name)
      var answer = stat()
      if let file = files.files[path] {
        answer.st_mode = S_IFREG | 0o444
        answer.st_size = off_t(file.size)
      } else if path.isEmpty {
        answer.st_mode = S_IFDIR | 0o555
      } else {
        return -1
      }
      // GDAL's type is `struct stat64`, the same thing on 64-bit systems under a name that Swift doesn't see.
      UnsafeMutableRawPointer(status).storeBytes(of: answer, as: stat.self)
      return 0
    }
    callbacks.pointee.read_dir = { data, name, _ in
      guard let files = InputFiles.of(data), let name, String(cString: name).isEmpty else { return nil }
      return files.files.keys.sorted().reduce(nil) { CSLAddString($0, $1) }
    }
    callbacks.pointee.open = { data, name, access in
      guard let files = InputFiles.of(data), let name, let access, let file = files.files[String(cString: name)],
        String(cString: access).allSatisfy({ $0 == "r" || $0 == "b" || $0 == "t" })
      else {
        errno = ENOENT
        return nil
      }
      return Unmanaged.passRetained(OpenFile(file)).toOpaque()
    }
    callbacks.pointee.tell = { vsi_l_offset(OpenFile.of($0)?.position ?? 0) }
    callbacks.pointee.seek = { handle, offset, origin in
      guard let file = OpenFile.of(handle) else { return -1 }
      let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? file.position : file.size
      // An offset is unsigned here, and a crafted one may go round.
      let (position, overflow) = base.addingReportingOverflow(Int(truncatingIfNeeded: offset))
      guard !overflow, position >= 0 else { return -1 }
      file.position = position
      file.isAtEnd = false
      return 0
    }
    callbacks.pointee.read = { handle, buffer, size, count in
      guard let file = OpenFile.of(handle), let buffer else { return 0 }
      let (length, overflow) = size.multipliedReportingOverflow(by: count)
      guard !overflow, length > 0, length <= Int.max else { return 0 }
      let done = InputFiles.pread(
        file.descriptor, into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(length)), at: file.position)
      file.position += done
      if done < length { file.isAtEnd = true }
      return done / Int(size)
    }
    callbacks.pointee.eof = { OpenFile.of($0)?.isAtEnd == true ? 1 : 0 }
    callbacks.pointee.close = { handle in
      if let handle { Unmanaged<OpenFile>.fromOpaque(handle).release() }
      return 0
    }
    callbacks.pointee.nBufferSize = 64 * 1024
    callbacks.pointee.nCacheSize = 1 << 20
    // Not freed: GDAL keeps the pointer to the name.
    VSIInstallPluginHandler(strdup(Self.folder), callbacks)
    VSIFreeFilesystemPluginCallbacksStruct(callbacks)
    return Self.folder + name
  }

  fileprivate static func of(_ data: UnsafeMutableRawPointer?) -> InputFiles? {
    data.map { Unmanaged<InputFiles>.fromOpaque($0).takeUnretainedValue() }
  }
}

/// A file as GDAL has it open: GDAL owns the reference until it closes it.
private final class OpenFile {
  let descriptor: Int32
  let size: Int
  var position = 0
  var isAtEnd = false

  init(_ file: InputFiles.File) {
    descriptor = file.descriptor
    size = file.size
  }

  static func of(_ handle: UnsafeMutableRawPointer?) -> OpenFile? {
    handle.map { Unmanaged<OpenFile>.fromOpaque($0).takeUnretainedValue() }
  }
}
