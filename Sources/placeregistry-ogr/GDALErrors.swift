import CGDAL

/// The last thing that GDAL complained of. It works in one thread, which is the only one that looks here.
enum GDALErrors {
  nonisolated(unsafe) private(set) static var last: String?

  /// Has messages kept instead of printed.
  static func collect() {
    CPLSetErrorHandler { severity, _, message in
      guard severity.rawValue >= CE_Failure.rawValue, let message else { return }
      let bytes = UnsafeBufferPointer(start: message, count: strnlen(message, 500)).map(UInt8.init(bitPattern:))
      // The folder means nothing to whoever reads this.
      GDALErrors.last = String(decoding: bytes, as: UTF8.self).replacing(InputFiles.folder, with: "")
    }
  }

  static func clear() {
    last = nil
    CPLErrorReset()
  }
}
